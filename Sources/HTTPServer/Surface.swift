/// A set of pages for one sort of people: routes, who may use them, and how trouble looks.
package protocol Surface: Sendable {
    associatedtype Audience: Sendable, Hashable

    /// The site map; also what tests walk to prove that each route guards itself.
    static var routes: [Route<Self>] { get }

    /// The headers of every answer that does not choose its own.
    var security: SecurityHeaders { get }

    /// Lets the request in, and may leave who it is in `request.principal`.
    ///
    /// - Throws: a refusal, which `problem` turns into a page or a redirection.
    func admit(_ audience: Audience, _ request: Request) throws

    /// Present where every request that changes something must come from this site's own pages.
    var csrf: CSRF? { get }

    /// What the forms of this request are bound to, asked after `admit`; nil before there is a session, and then only
    /// the origin is checked.
    func session(of request: Request) -> [UInt8]?

    /// The answer to an error, thrown by `admit`, by a handler or by the server itself.
    func problem(_ error: any Error, _ request: Request) -> Response
}

extension Surface {
    package var security: SecurityHeaders { .strict }
    package var csrf: CSRF? { nil }
    package func session(of request: Request) -> [UInt8]? { nil }
    package func problem(_ error: any Error, _ request: Request) -> Response { Problem(error, request).json() }
}

/// One line of a site map.
///
/// A pattern is a path in which `{name}` stands for one whole segment.
package struct Route<S: Surface>: Sendable {
    package typealias Handler = @Sendable (S) -> @Sendable (Request) throws -> Response

    package let method: Method
    package let pattern: StaticString
    package let audience: S.Audience
    /// Bytes.
    package let bodyLimit: Int
    let handler: Handler

    /// What a form may hold where the route does not say: 64 KiB.
    package static var ordinaryBody: Int { 64 << 10 }

    package init(
        _ method: Method, _ pattern: StaticString, _ audience: S.Audience, bodyLimit: Int = Self.ordinaryBody,
        _ handler: @escaping Handler
    ) {
        self.method = method
        self.pattern = pattern
        self.audience = audience
        self.bodyLimit = bodyLimit
        self.handler = handler
    }

    package static func get(
        _ pattern: StaticString, _ audience: S.Audience, _ handler: @escaping Handler
    ) -> Self { Self(.get, pattern, audience, handler) }

    package static func post(
        _ pattern: StaticString, _ audience: S.Audience, bodyLimit: Int = Self.ordinaryBody,
        _ handler: @escaping Handler
    ) -> Self { Self(.post, pattern, audience, bodyLimit: bodyLimit, handler) }

    package static func put(
        _ pattern: StaticString, _ audience: S.Audience, bodyLimit: Int = Self.ordinaryBody,
        _ handler: @escaping Handler
    ) -> Self { Self(.put, pattern, audience, bodyLimit: bodyLimit, handler) }

    package static func patch(
        _ pattern: StaticString, _ audience: S.Audience, bodyLimit: Int = Self.ordinaryBody,
        _ handler: @escaping Handler
    ) -> Self { Self(.patch, pattern, audience, bodyLimit: bodyLimit, handler) }

    package static func delete(
        _ pattern: StaticString, _ audience: S.Audience, bodyLimit: Int = Self.ordinaryBody,
        _ handler: @escaping Handler
    ) -> Self { Self(.delete, pattern, audience, bodyLimit: bodyLimit, handler) }
}
