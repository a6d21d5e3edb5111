/// JSON as simulators read and write it, by a hand of their own; RFC 8259.
///
/// Numbers keep their digits; a router takes `0…` as octal and `0x…` as hexadecimal (FACTS 1.2).
package enum WireJSON: Hashable, Sendable {
    case object([String: WireJSON])
    case array([WireJSON])
    case string(String)
    case number(String)
    case boolean(Bool)
    case null

    /// A number from an integer.
    package static func number(_ value: some BinaryInteger) -> WireJSON { .number(String(value)) }

    /// An object of texts.
    package static func record(_ record: [String: String]) -> WireJSON { .object(record.mapValues { .string($0) }) }

    /// The member of an object.
    package subscript(name: String) -> WireJSON? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// Text, digits or `true` and `false`; nil for anything that is not one value.
    package var text: String? {
        switch self {
        case .string(let text): text
        case .number(let digits): digits
        case .boolean(let value): value ? "true" : "false"
        default: nil
        }
    }

    /// A whole number, also one in a string.
    package var integer: Int64? { text.flatMap { Int64($0) } }
    /// Whether it is `true`, also in a string.
    package var isTrue: Bool { text == "true" }

    /// The elements of an array; nil for anything else.
    package var elements: [WireJSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members of an object; nil for anything else.
    package var members: [String: WireJSON]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// An object of texts; nil for anything else.
    package var record: [String: String]? { members?.compactMapValues(\.text) }

    // MARK: Writing

    /// The bytes, without white space; members by name, `.id` first.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    private func write(to bytes: inout [UInt8]) {
        switch self {
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.write(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .string(let text): Self.write(text, to: &bytes)
        case .number(let digits): bytes += Array(digits.utf8)
        case .boolean(let value): bytes += Array((value ? "true" : "false").utf8)
        case .null: bytes += Array("null".utf8)
        }
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A: bytes += Array("\\n".utf8)
            case 0x0D: bytes += Array("\\r".utf8)
            case 0x09: bytes += Array("\\t".utf8)
            case 0..<0x20: bytes += Array("\\u00".utf8) + [Hex.digit(byte >> 4), Hex.digit(byte & 15)]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private enum Hex {
        static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 48 + nibble : 87 + nibble }
    }
}
