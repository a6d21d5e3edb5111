/// A stream of server-sent events to one client; WHATWG HTML section 9.2.
package struct EventStream: Sendable {
    let outflow: Outflow

    /// Bytes that may wait for a slow client.
    static let limit = 64 << 10

    /// Sends one event; lines of `data` stay lines.
    ///
    /// Returns false when the client is gone. A client that reads so slowly that 64 KiB wait is cut off: it comes back and
    /// names the last `id` it saw in `Last-Event-ID`.
    @discardableResult package func send(event: String? = nil, data: String, id: String? = nil) -> Bool {
        var text = ""
        if let event { text += "event: \(Self.oneLine(event))\n" }
        if let id { text += "id: \(Self.oneLine(id))\n" }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            text += "data: \(line)\n"
        }
        guard outflow.offer(Array((text + "\n").utf8)) else {
            outflow.finish(broken: true)
            return false
        }
        return true
    }

    /// Ends the stream after what was sent.
    package func close() { outflow.finish() }

    /// Whether either side has ended it.
    package var isClosed: Bool { outflow.isClosed }

    /// Runs `body` once when the stream is over; at once where it is.
    package func onClose(_ body: @escaping @Sendable () -> Void) { outflow.onClose(body) }

    private static func oneLine(_ text: String) -> String { text.filter { !$0.isNewline && $0 != "\0" } }
}

/// Where the maker of a long body writes it.
package struct BodyWriter: Sendable {
    let outflow: Outflow

    /// Bytes that may wait for a slow client before `write` blocks.
    static let limit = 256 << 10

    /// The client has gone away, and the rest need not be made.
    package struct Gone: Error {}

    /// Sends bytes; blocks while the client is slow.
    ///
    /// - Throws: `Gone` when nobody reads any more.
    package func write(_ bytes: [UInt8]) throws(Gone) {
        guard outflow.write(bytes) else { throw Gone() }
    }
}
