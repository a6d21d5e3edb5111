extension RouterError.Kind {
    /// What the console's words mean; `line` is what was sent, to find the argument that a column points at.
    ///
    /// Texts: FACTS 3 and 11. What the console shares with the other interfaces is looked up there.
    init(console words: String, sent line: String) {
        let (text, column) = Self.withoutPlace(words)
        let lower = text.lowercased()
        if lower.hasPrefix("bad command name") || lower.hasPrefix("no such command") {
            self = .menuAbsent
        } else if lower.hasPrefix("expected end of command") {
            self =
                column.flatMap { Self.argument(at: $0, of: line) }.map { .unknownParameter($0) }
                ?? .failure("expected end of command")
        } else if lower.hasPrefix("missing value(s) of argument(s) ") {
            let name = lower.dropFirst(32).prefix { $0 != " " }
            self = .missingParameter(String(name))
        } else if lower.hasPrefix("input does not match any value of value-name") {
            self = .unknownParameter("value-name")
        } else if lower.hasPrefix("expected item id") {
            self = .noSuchItem
        } else {
            self.init(status: nil, words: text)
        }
    }

    /// The words without `(line 1 column 5)`, and the column.
    private static func withoutPlace(_ words: String) -> (text: String, column: Int?) {
        guard let open = words.range(of: "(line ") else { return (words, nil) }
        let place = words[open.upperBound...].prefix { $0 != ")" }.split(separator: " ")
        let text = words[..<open.lowerBound].trimmingSuffix { $0 == " " }
        return (String(text), place.count == 3 ? Int(place[2]) : nil)
    }

    /// The name of the argument that begins at a column or around it; columns count from 1.
    private static func argument(at column: Int, of line: String) -> String? {
        let bytes = Array(line.utf8)
        guard (1...max(1, bytes.count)).contains(column), !bytes.isEmpty else { return nil }
        let isName = { (byte: UInt8) in
            (97...122).contains(byte | 0x20) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
        }
        var start = column - 1
        while start > 0, isName(bytes[start - 1]) { start -= 1 }
        let name = bytes[start...].prefix(while: isName)
        guard !name.isEmpty, name.endIndex < bytes.count, bytes[name.endIndex] == UInt8(ascii: "=") else { return nil }
        return String(decoding: name, as: UTF8.self)
    }
}

extension StringProtocol {
    fileprivate func range(of part: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }

    fileprivate func trimmingSuffix(_ isCut: (Character) -> Bool) -> SubSequence {
        var text = self[...]
        while let last = text.last, isCut(last) { text = text.dropLast() }
        return text
    }
}
