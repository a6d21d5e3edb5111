/// A language of the pages by its BCP 47 tag, such as `en`, `sw`, `pt-br`.
package struct Language: Hashable, Sendable, CustomStringConvertible {
    /// The tag in lower case.
    package let tag: String

    /// A tag of letters, digits and hyphens with at most 16 bytes; nil for anything else.
    package init?(_ tag: some StringProtocol) {
        guard (2...16).contains(tag.utf8.count),
            tag.utf8.allSatisfy({ Self.isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") })
        else { return nil }
        self.tag = tag.lowercased()
    }

    private init(known tag: String) { self.tag = tag }

    /// English: the language every catalogue is measured against.
    package static let english = Language(known: "en")
    /// Swahili.
    package static let swahili = Language(known: "sw")

    package var description: String { tag }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
}

/// What a catalogue says about its language, under `_meta`.
package struct LanguageInfo: Hashable, Sendable {
    package let language: Language
    /// The name in English.
    package let name: String
    /// The name in the language itself, as a link to it is labelled.
    package let nativeName: String
    /// `ltr` or `rtl`, for the `dir` attribute.
    package let direction: String
    /// The ICU locale that numbers, dates and money follow, such as `en_KE`.
    package let locale: String
    /// Who checked the words, and how far.
    package let note: String
}
