/// Text that came from a person: trimmed, without control characters, within a length.
package enum CleanText {
    /// Why a text was not taken.
    package enum Flaw: Error, Sendable { case empty, tooLong, controlCharacters }

    /// Takes one line of text: surrounding white space removed, 1 to `maximum` characters, no control characters.
    ///
    /// Bidirectional overrides count as control characters: they can make a name read as another.
    package static func line(_ text: some StringProtocol, maximum: Int) throws(Flaw) -> String {
        guard text.utf8.count <= maximum * 16 else { throw .tooLong }
        let trimmed = trim(String(text))
        guard !trimmed.isEmpty else { throw .empty }
        guard !trimmed.unicodeScalars.contains(where: isControl) else { throw .controlCharacters }
        guard trimmed.count <= maximum else { throw .tooLong }
        return trimmed
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: true
        case .format: (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        default: false
        }
    }

    private static func trim(_ text: String) -> String {
        let start = text.drop(while: \.isWhitespace)
        var end = start
        while let last = end.last, last.isWhitespace { end.removeLast() }
        return String(end)
    }
}

/// The short name of a tenant or site in an address: `kilimani-hotspot`.
package struct Slug: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// Takes 2 to 40 lower-case letters, digits and inner hyphens.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard (2...40).contains(bytes.count), bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-"),
            bytes.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") })
        else { return nil }
        description = String(text)
    }
}
