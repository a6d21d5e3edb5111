import Inventory

/// Covers the secrets of a command before anybody sees it.
package enum ExportMask {
    /// The command with the values of secret properties covered, and of scripts what looks like a secret.
    package static func covering(_ command: String) -> String {
        var covered = ""
        var rest = command[...]
        while !rest.isEmpty {
            let word = word(rest)
            rest = rest[word.endIndex...]
            guard let equals = word.firstIndex(of: "="), word.first?.isLetter == true else {
                covered += word
                continue
            }
            let (name, value) = (String(word[..<equals]), word[word.index(after: equals)...])
            covered += name + "="
            if SecretWords.isSecret(name) {
                covered += value.isEmpty || value == "\"\"" ? String(value) : SecretWords.mask
            } else if SecretWords.isScript(name) {
                covered += SecretWords.hiding(in: String(value))
            } else {
                covered += value
            }
        }
        return covered
    }

    /// All lines of an export covered.
    package static func covering(_ export: ExportText) -> [String] {
        export.head.map { "# " + $0 }
            + export.sections.flatMap { [$0.path] + $0.commands.map { covering($0) } }
    }

    /// What stands up to the next blank outside of quotes, or the blanks themselves.
    private static func word(_ rest: Substring) -> Substring {
        guard rest.first != " " else { return rest.prefix { $0 == " " } }
        var (isQuoted, isEscaped) = (false, false)
        return rest.prefix { character in
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == " " {
                return isQuoted
            }
            return true
        }
    }
}
