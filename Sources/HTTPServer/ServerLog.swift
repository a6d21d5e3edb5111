import Glibc

/// Where a server's lines go.
package struct ServerLog: Sendable {
    /// Access lines, each ended by a line feed; on the log's own thread.
    let access: @Sendable ([UInt8]) -> Void
    /// Something a person should see; on any thread.
    let trouble: @Sendable (_ event: StaticString, _ fields: [String: String]) -> Void

    package init(
        access: @escaping @Sendable ([UInt8]) -> Void,
        trouble: @escaping @Sendable (_ event: StaticString, _ fields: [String: String]) -> Void
    ) {
        self.access = access
        self.trouble = trouble
    }

    /// Says nothing.
    package static let silent = ServerLog(access: { _ in }, trouble: { _, _ in })

    /// Access lines to standard output, trouble to standard error.
    package static let standard = ServerLog(
        access: { write($0, to: STDOUT_FILENO) },
        trouble: { event, fields in
            let facts = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            write(Array("\(event) \(facts)\n".utf8), to: STDERR_FILENO)
        })

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}
