/// Makes outside text safe to set: one line, bounded, nothing that reorders or hides what is read.
enum PrintableText {
    /// Removes control characters, line ends and bidirectional overrides; keeps at most `maximum` characters.
    static func clean(_ text: String, maximum: Int = 300) -> String {
        if text.utf8.count <= maximum, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        var scalars = String.UnicodeScalarView()
        // A character may be built from any number of scalars, so these are bounded first.
        for scalar in text.unicodeScalars.prefix(maximum * 8) {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: scalars.append(" ")
            case .surrogate, .unassigned, .privateUse: break
            case .format where isOverride(scalar): break
            default: scalars.append(scalar)
            }
        }
        return String(String(scalars).prefix(maximum))
    }

    /// The text without pictographs, for when no font has them.
    static func withoutEmoji(_ text: String) -> String {
        let kept = text.unicodeScalars.filter { scalar in
            let properties = scalar.properties
            let isPicture = properties.isEmojiPresentation || (properties.isEmoji && scalar.value > 0x2000)
            return !isPicture && !properties.isVariationSelector && !properties.isEmojiModifier
        }
        return String(String.UnicodeScalarView(kept)).split(separator: " ").joined(separator: " ")
    }

    private static func isOverride(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
}
