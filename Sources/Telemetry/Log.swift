import JSON
package import Values

/// How much a log line matters, and to whom.
package enum LogLevel: String, Sendable, Comparable, CaseIterable {
    /// For builders.
    case debug
    /// A step.
    case info
    /// What an operator cares about.
    case notice
    /// What heals by itself.
    case warning
    /// What a person must do something about.
    case error

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .notice: 2
        case .warning: 3
        case .error: 4
        }
    }
}

/// Writes one JSON object a line: `{"time":…,"level":…,"message":…,` then the fields in their order `}`.
///
/// The message is text of the code, so that a line can be searched for and never carries text from outside as its
/// message; what varies goes into dotted fields: `log.notice("voucher.redeemed", ["voucher.batch": .id(batch)])`.
package struct Log: Sendable {
    /// The fields of a line: keys of the code with their values.
    package typealias Fields = KeyValuePairs<StaticString, LogValue>

    private let writer: LogWriter?
    private let threshold: LogLevel
    private let now: @Sendable () -> Instant
    /// Fields that stand in every line, already written: `,"request.id":"…"`.
    private let context: [UInt8]

    /// A log that keeps lines of `threshold` and above and stamps them with the time of `now`.
    package init(to writer: LogWriter, threshold: LogLevel, now: @escaping @Sendable () -> Instant) {
        self.init(writer: writer, threshold: threshold, now: now, context: [])
    }

    /// A log that keeps nothing.
    package static let silent = Log(writer: nil, threshold: .error, now: { 0 }, context: [])

    private init(
        writer: LogWriter?, threshold: LogLevel, now: @escaping @Sendable () -> Instant, context: [UInt8]
    ) {
        self.writer = writer
        self.threshold = threshold
        self.now = now
        self.context = context
    }

    /// The same log with these fields in every line.
    package func with(_ fields: Fields) -> Log {
        let buffer = ByteBuffer()
        Self.append(fields, to: buffer)
        return Log(writer: writer, threshold: threshold, now: now, context: context + buffer.array)
    }

    package func debug(_ message: StaticString, _ fields: Fields = [:]) { write(.debug, message, fields) }
    package func info(_ message: StaticString, _ fields: Fields = [:]) { write(.info, message, fields) }
    package func notice(_ message: StaticString, _ fields: Fields = [:]) { write(.notice, message, fields) }
    package func warning(_ message: StaticString, _ fields: Fields = [:]) { write(.warning, message, fields) }
    package func error(_ message: StaticString, _ fields: Fields = [:]) { write(.error, message, fields) }

    /// Whether lines of this level are kept; ask before gathering costly fields.
    package func keeps(_ level: LogLevel) -> Bool { writer != nil && level >= threshold }

    /// Waits until every line written so far has left, at most for `limit`; false when time ran out.
    @discardableResult package func flush(within limit: Span) -> Bool { writer?.flush(within: limit) ?? true }

    private func write(_ level: LogLevel, _ message: StaticString, _ fields: Fields) {
        guard let writer, level >= threshold else { return }
        let buffer = ByteBuffer(capacity: 256)
        buffer.append("{\"time\":\"" as StaticString)
        buffer.append(now().iso8601)
        buffer.append("\",\"level\":\"" as StaticString)
        buffer.append(level.rawValue)
        buffer.append("\",\"message\":\"" as StaticString)
        buffer.append(message)
        buffer.append(UInt8(ascii: "\""))
        buffer.append(context)
        Self.append(fields, to: buffer)
        buffer.append("}\n" as StaticString)
        writer.enqueue(buffer)
    }

    private static func append(_ fields: Fields, to buffer: ByteBuffer) {
        for (key, value) in fields {
            buffer.append(",\"" as StaticString)
            buffer.append(key)
            buffer.append("\":" as StaticString)
            var writer = JSONWriter(buffer)
            value.write(to: &writer)
        }
    }
}
