import Values

/// A text as the network carries it: in which alphabet, and in how many segments.
///
/// Sources: 3GPP TS 23.038 section 6.2.1 (alphabet), TS 23.040 section 9.2.3.24.1 (the header of six octets that joins
/// segments). The numbers were confirmed by Kannel.
package struct SMSText: Hashable, Sendable {
    package enum Alphabet: Hashable, Sendable {
        /// The default one of 7 bits.
        case gsm7
        /// UTF-16, for all that the default one lacks.
        case ucs2
    }

    package let text: String
    package let alphabet: Alphabet
    /// Septets, or units of UTF-16.
    package let units: Int
    /// At least 1, also for the empty text.
    package let segments: Int

    /// Counts a text as it is.
    package init(_ text: String) {
        self.text = text
        let septets = text.unicodeScalars.map(Self.septets)
        alphabet = septets.contains(0) ? .ucs2 : .gsm7
        // A segment splits neither an escape from its character nor one half of a surrogate pair from the other.
        let sizes = alphabet == .gsm7 ? septets : text.unicodeScalars.map { $0.value > 0xFFFF ? 2 : 1 }
        units = sizes.reduce(0, +)
        let (alone, joined) = alphabet == .gsm7 ? (160, 153) : (70, 67)
        segments = units <= alone ? 1 : Self.segments(sizes, of: joined)
    }

    private static func segments(_ sizes: [Int], of capacity: Int) -> Int {
        var (segments, used) = (1, 0)
        for size in sizes {
            if used + size > capacity { (segments, used) = (segments + 1, 0) }
            used += size
        }
        return segments
    }

    /// What a character takes of the default alphabet: 1, 2 behind an escape, 0 where it is not in there.
    private static func septets(_ scalar: Unicode.Scalar) -> Int {
        basic.contains(scalar) ? 1 : extended.contains(scalar) ? 2 : 0
    }

    private static let basic = Set(
        """
        @£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§\
        ¿abcdefghijklmnopqrstuvwxyzäöñüà
        """.unicodeScalars)
    private static let extended = Set("\u{0C}^{}\\[~]|€".unicodeScalars)
}

extension SMSText {
    /// Counts a text after what only looks finer was replaced: one curly quote turns 160 characters a segment into 70.
    package init(normalising text: String) { self.init(Self.normal(text)) }

    /// Straight quotes and dashes, three dots, plain spaces, no pictures.
    package static func normal(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var isBehindPicture = false
        for scalar in text.unicodeScalars {
            let isPicture = isPicture(scalar) || isBehindPicture && isOfPicture(scalar)
            isBehindPicture = isPicture
            guard !isPicture else { continue }
            if let plain = plain[scalar] {
                scalars.append(contentsOf: plain.unicodeScalars)
            } else {
                scalars.append(scalar)
            }
        }
        return tidy(String(scalars))
    }

    /// One space where a picture leaves two, and none at the ends.
    private static func tidy(_ text: String) -> String {
        var kept = ""
        for character in text where !(character == " " && (kept.isEmpty || kept.last == " ")) { kept.append(character) }
        while kept.last?.isWhitespace == true { kept.removeLast() }
        return kept
    }

    private static func isPicture(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isEmojiPresentation || scalar.value >= 0x2600 && scalar.properties.isEmoji
            || (0x1F000...0x1FAFF).contains(scalar.value)
    }

    /// What joins, colours and frames pictures.
    private static func isOfPicture(_ scalar: Unicode.Scalar) -> Bool {
        [0x200D, 0xFE0E, 0xFE0F, 0x20E3].contains(scalar.value)
    }

    private static let plain: [Unicode.Scalar: String] = {
        var plain: [Unicode.Scalar: String] = [
            "\u{2026}": "...", "\u{AD}": "", "\u{200B}": "", "\u{FEFF}": "", "`": "'",
        ]
        for scalar in "\u{2018}\u{2019}\u{201A}\u{201B}\u{2032}\u{B4}".unicodeScalars { plain[scalar] = "'" }
        for scalar in "\u{201C}\u{201D}\u{201E}\u{201F}\u{2033}\u{AB}\u{BB}".unicodeScalars { plain[scalar] = "\"" }
        for scalar in "\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}".unicodeScalars { plain[scalar] = "-" }
        for scalar in "\u{A0}\u{2007}\u{2009}\u{200A}\u{202F}\u{2002}\u{2003}\t".unicodeScalars { plain[scalar] = " " }
        return plain
    }()
}
