/// Why bytes are no JSON that is taken here, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package enum Reason: String, Hashable, Sendable {
        case unexpectedEnd = "the text ends too early"
        case unexpectedByte = "this byte cannot stand here"
        case badNumber = "not a number of RFC 8259"
        case badEscape = "not an escape of RFC 8259"
        case loneSurrogate = "half of a surrogate pair"
        case controlCharacter = "a control character inside a string"
        case badUTF8 = "not UTF-8"
        case duplicateKey = "a key that stood before in this object"
        case tooDeep = "nested too deep"
        case trailingBytes = "more text after the value"
    }

    package let reason: Reason
    /// The offset of the offending byte from the start, in bytes.
    package let position: Int

    package init(_ reason: Reason, at position: Int) {
        self.reason = reason
        self.position = position
    }

    /// The reason and position; never the text itself.
    package var description: String { "JSON: \(reason.rawValue) (byte \(position))" }
}
