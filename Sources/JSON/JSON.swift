package import Values

/// One JSON value; RFC 8259.
///
/// Numbers keep the text they came in, so that nothing is lost by way of `Double`.
package enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The number as written; `integer` reads it.
    case number(String)
    case string(String)
    case array([JSON])
    case object(JSONObject)
}

extension JSON {
    /// The member of an object, or nil where this is no object or has no such member.
    package subscript(key: String) -> JSON? { object?[key] }

    /// The element of an array, or nil where this is no array or the position lies outside.
    package subscript(position: Int) -> JSON? {
        guard let array, array.indices.contains(position) else { return nil }
        return array[position]
    }

    /// The text of a string.
    package var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The value of a whole number that fits 64 bits and is written without fraction or exponent.
    package var integer: Int64? {
        guard case .number(let digits) = self else { return nil }
        return Int64(digits)
    }

    /// The truth value.
    package var boolean: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The elements of an array.
    package var array: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members of an object.
    package var object: JSONObject? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// Whether this is the word `null`.
    package var isNull: Bool { self == .null }

    /// A whole number.
    package static func number(_ value: some BinaryInteger) -> JSON { .number(String(value)) }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .number(String(value)) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral members: (String, JSON)...) {
        self = .object(JSONObject(members.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }
}

extension JSON: CustomStringConvertible {
    /// The value in one line.
    package var description: String { String(decoding: serialized(), as: UTF8.self) }

    /// The value as bytes; `pretty` breaks lines and indents by two spaces.
    package func serialized(pretty: Bool = false) -> [UInt8] {
        let buffer = ByteBuffer()
        append(to: buffer, pretty: pretty)
        return buffer.array
    }

    /// Appends the value to `buffer`; `pretty` breaks lines and indents by two spaces.
    package func append(to buffer: ByteBuffer, pretty: Bool = false) {
        append(to: buffer, indent: pretty ? 0 : nil)
    }

    private func append(to buffer: ByteBuffer, indent: Int?) {
        switch self {
        case .null: buffer.append("null" as StaticString)
        case .bool(let value): buffer.append(value ? "true" : "false" as StaticString)
        case .number(let digits): buffer.append(digits)
        case .string(let text): Self.append(quoted: text, to: buffer)
        case .array(let elements):
            Self.append(elements, between: (UInt8(ascii: "["), UInt8(ascii: "]")), to: buffer, indent: indent) {
                element, inner in element.append(to: buffer, indent: inner)
            }
        case .object(let members):
            Self.append(members, between: (UInt8(ascii: "{"), UInt8(ascii: "}")), to: buffer, indent: indent) {
                member, inner in
                Self.append(quoted: member.key, to: buffer)
                buffer.append(indent == nil ? ":" : ": " as StaticString)
                member.value.append(to: buffer, indent: inner)
            }
        }
    }

    private static func append<Items: Sequence>(
        _ items: Items, between brackets: (open: UInt8, close: UInt8), to buffer: ByteBuffer, indent: Int?,
        each: (Items.Element, Int?) -> Void
    ) {
        let inner = indent.map { $0 + 2 }
        var isEmpty = true
        buffer.append(brackets.open)
        for item in items {
            if !isEmpty { buffer.append(UInt8(ascii: ",")) }
            isEmpty = false
            breakLine(in: buffer, indent: inner)
            each(item, inner)
        }
        if !isEmpty { breakLine(in: buffer, indent: indent) }
        buffer.append(brackets.close)
    }

    private static func breakLine(in buffer: ByteBuffer, indent: Int?) {
        guard let indent else { return }
        buffer.append(UInt8(ascii: "\n"))
        for _ in 0..<indent { buffer.append(UInt8(ascii: " ")) }
    }

    static func append(quoted text: String, to buffer: ByteBuffer) {
        buffer.append(UInt8(ascii: "\""))
        buffer.append(escapingJSON: text)
        buffer.append(UInt8(ascii: "\""))
    }
}
