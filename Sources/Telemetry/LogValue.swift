import JSON
package import Values

/// What a field of a log line may hold; a `Secret` fits none of them.
package enum LogValue: Hashable, Sendable {
    case text(String)
    case number(Int64)
    case truth(Bool)
    case instant(Instant)
    /// Written as whole milliseconds.
    case span(Span)
    /// The two halves of an `ID`.
    case id(high: UInt64, low: UInt64)

    /// The longest text that a field keeps, in bytes of UTF-8; the rest is cut off.
    package static let longestText = 2_048

    /// The key of a row.
    package static func id<Subject>(_ id: ID<Subject>) -> LogValue { .id(high: id.high, low: id.low) }

    /// A count of any integer type; what does not fit is clamped.
    package static func number(_ count: some BinaryInteger) -> LogValue { .number(Int64(clamping: count)) }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .text(let text): writer.value(Self.shortened(text))
        case .number(let number): writer.value(number)
        case .truth(let truth): writer.value(truth)
        case .instant(let instant): writer.value(instant.iso8601)
        case .span(let span): writer.value(span.milliseconds)
        case .id(let high, let low): writer.value(Self.uuid(high, low))
        }
    }

    /// The 36-character form of RFC 9562, section 4.
    private static func uuid(_ high: UInt64, _ low: UInt64) -> String {
        let bytes = [high, low].flatMap { half in
            (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - $0 * 8)) }
        }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { Hex.encode(bytes[$0]) }.joined(separator: "-")
    }

    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > longestText else { return text }
        return String(decoding: text.utf8.prefix(longestText), as: UTF8.self) + "…"
    }
}

extension LogValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .number(value) }
    package init(booleanLiteral value: Bool) { self = .truth(value) }
}
