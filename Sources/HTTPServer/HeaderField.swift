/// A header field with parameters: `form-data; name="a"`; RFC 9110 section 5.6.6.
struct HeaderField {
    /// In lower case.
    let name: String
    /// In lower case, without parameters.
    let value: String
    /// Names in lower case.
    private(set) var parameters: [String: String] = [:]

    /// Reads `name: value; parameter=token; parameter="quoted"`.
    init(_ line: ArraySlice<UInt8>) throws(RequestRefusal) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
            line[..<colon].allSatisfy(HeadCheck.isTokenByte),
            let text = Percent.text(Array(line[(colon + 1)...]))
        else { throw .malformedForm }
        name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        var reader = Reader(text: text.utf8[...])
        value = reader.upToSemicolon().lowercased()
        parameters = try reader.parameters()
    }

    /// Reads a value alone.
    init(name: String, value text: String) throws(RequestRefusal) {
        self.name = name
        var reader = Reader(text: text.utf8[...])
        value = reader.upToSemicolon().lowercased()
        parameters = try reader.parameters()
    }

    private struct Reader {
        var text: Substring.UTF8View

        mutating func upToSemicolon() -> String {
            let end = text.firstIndex(of: UInt8(ascii: ";")) ?? text.endIndex
            defer { text = text[end...] }
            return HeaderField.trimmed(text[..<end])
        }

        mutating func parameters() throws(RequestRefusal) -> [String: String] {
            var found: [String: String] = [:]
            while !text.isEmpty {
                text = text.dropFirst()
                guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else {
                    guard HeaderField.trimmed(text).isEmpty else { throw .malformedForm }
                    return found
                }
                let name = HeaderField.trimmed(text[..<equals]).lowercased()
                text = text[text.index(after: equals)...]
                let value = try text.first == UInt8(ascii: "\"") ? quoted() : upToSemicolon()
                guard !name.isEmpty, found.updateValue(value, forKey: name) == nil else { throw .malformedForm }
            }
            return found
        }

        /// Browsers write a quote inside a name as `%22`; a backslash stands for itself unless a quote follows.
        private mutating func quoted() throws(RequestRefusal) -> String {
            var value: [UInt8] = []
            text = text.dropFirst()
            while let byte = text.popFirst() {
                if byte == UInt8(ascii: "\"") {
                    guard upToSemicolon().isEmpty else { throw .malformedForm }
                    return String(decoding: value, as: UTF8.self)
                }
                let isEscape = byte == UInt8(ascii: "\\") && text.first == UInt8(ascii: "\"")
                value.append(isEscape ? text.popFirst() ?? byte : byte)
            }
            throw .malformedForm
        }
    }

    private static func trimmed(_ text: Substring.UTF8View) -> String {
        var text = text.drop { $0 == 0x20 || $0 == 0x09 }
        while let last = text.last, last == 0x20 || last == 0x09 { text = text.dropLast() }
        return String(Substring(text))
    }
}
