import Values

/// How the console writes values, which differs from REST and the binary API (FACTS 3 and 4).
enum ConsoleText {
    /// `00:05:00`, `1d02:03:04`, `1w2d00:00:00`.
    static func clock(_ span: Span) -> String {
        let seconds = max(0, span.milliseconds / 1_000)
        let (weeks, days) = (seconds / 604_800, seconds / 86_400 % 7)
        let date = (weeks > 0 ? "\(weeks)w" : "") + (days > 0 ? "\(days)d" : "")
        return date + "\(twoDigits(seconds / 3_600 % 24)):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
    }

    /// Properties that the router alone writes and that are lengths of time.
    private static let times: Set<String> = [
        "uptime", "idle-time", "session-time-left", "expires-in", "expires-after", "last-seen", "age",
        "idle-timeout", "keepalive-timeout",
    ]

    /// Texts of people, which are never taken for something else.
    private static let free: Set<String> = [
        "name", "comment", "password", "user", "source", "on-event", "message", "contents", "note", "email", "secret",
    ]

    /// A printed value: truth as `yes` or `no`, time as a clock.
    static func printed(_ value: String, of property: Property) -> String {
        switch property.kind {
        case .boolean: return word(value)
        case .time:
            return RouterDuration.read(value).map(clock) ?? value
        case .text where times.contains(property.name):
            return RouterDuration.read(value).map(clock) ?? value
        case .text where !free.contains(property.name), .choice: return word(value)
        default: return value
        }
    }

    /// The typed value, as `get` gives it.
    static func typed(_ value: String, of property: Property) -> ConsoleValue {
        switch property.kind {
        case .boolean: return .truth(value == "true")
        case .number: return Int64(value).map { .number($0) } ?? .text(value)
        case .time: return RouterDuration.read(value).map { .time($0) } ?? .text(value)
        case .text where times.contains(property.name):
            return RouterDuration.read(value).map { .time($0) } ?? .text(value)
        case .text where property.access == .readOnly && ["true", "false"].contains(value):
            return .truth(value == "true")
        case .flags, .policy:
            return .list(value.split(separator: ",").map(String.init))
        default: return .text(value)
        }
    }

    private static func word(_ value: String) -> String {
        switch value {
        case "true": "yes"
        case "false": "no"
        default: value
        }
    }

    /// A value as an export writes it: bare where nothing in it means anything, else in quotes.
    static func exported(_ value: String) -> String {
        let isBare = value.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || [UInt8(ascii: "-"), 46, 47, 58, 44, 95, 42, 64, 43].contains(byte)
        }
        return isBare && !value.isEmpty ? value : quoted(value)
    }

    /// The text in quotes; bytes outside of ASCII in hexadecimal digits.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for byte in APIText.bytes(text) {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"):
                result += "\\" + String(UnicodeScalar(byte))
            case 10: result += "\\n"
            case 13: result += "\\r"
            case 9: result += "\\t"
            case 32..<127: result.unicodeScalars.append(UnicodeScalar(byte))
            default: result += "\\" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result + "\""
    }
}
