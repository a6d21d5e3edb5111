/// A route bound to its surface: what the server calls.
final class Endpoint: Sendable {
    /// The row in metrics.
    let row: Int
    /// Prefix and pattern, as logs and metrics name it.
    let pattern: String
    /// What stands in an access line between the method and the status.
    let logText: [UInt8]
    /// The names of the captures, in the order of the pattern.
    let captures: [[UInt8]]
    let bodyLimit: Int
    let security: SecurityHeaders
    let handle: @Sendable (Request) throws -> Response
    let problem: @Sendable (any Error, Request) -> Response

    init(
        row: Int, pattern: String, captures: [[UInt8]], bodyLimit: Int, security: SecurityHeaders,
        handle: @escaping @Sendable (Request) throws -> Response,
        problem: @escaping @Sendable (any Error, Request) -> Response
    ) {
        self.row = row
        self.pattern = pattern
        logText = Array("\",\"route\":\"\(pattern)\",\"status\":".utf8)
        self.captures = captures
        self.bodyLimit = bodyLimit
        self.security = security
        self.handle = handle
        self.problem = problem
    }

    convenience init(twin other: Endpoint) {
        self.init(
            row: other.row, pattern: other.pattern, captures: other.captures, bodyLimit: other.bodyLimit,
            security: other.security, handle: { [handle = other.handle] in try handle($0) }, problem: other.problem)
    }
}
