package import RouterOS

/// Which properties hold secrets, and how scripts that hold some are kept.
package enum SecretWords {
    private static let scripts: Set<String> = [
        "source", "on-event", "on-login", "on-logout", "on-up", "on-down", "lease-script", "script",
    ]

    /// Whether a property holds a secret; of a newer version's property its name tells.
    package static func isSecret(_ name: String, _ property: RouterProperty? = nil) -> Bool {
        // A certificate tells by `private-key` only whether it has one.
        guard property?.type != .bool else { return false }
        return SecretNames.contains(name)
    }

    /// Whether a property holds the text of a script.
    package static func isScript(_ name: String) -> Bool { scripts.contains(name) }

    /// What stands where a secret stood.
    package static let mask = "*****"

    /// A script in which the values behind words such as `password=` and `:local token` are covered.
    ///
    /// A help against careless eyes and stolen dumps, not a proof: a script can spell a secret in any way.
    package static func hiding(in script: String) -> String {
        var covered = ""
        var rest = script[...]
        var before = ""
        while let word = rest.firstIndex(where: isWordCharacter) {
            let end = rest[word...].firstIndex { !isWordCharacter($0) } ?? rest.endIndex
            let name = rest[word..<end].lowercased()
            covered += rest[..<end]
            rest = rest[end...]
            let isDeclared = ["local", "global", "set"].contains(before) || name == "bearer"
            before = name
            guard isTelling(name), let start = value(in: rest, isDeclared: isDeclared) else { continue }
            let stop = endOfValue(rest[start...])
            covered += rest[..<start] + mask
            rest = rest[stop...]
        }
        return covered + rest
    }

    private static let tellingEnds = [
        "password", "passwd", "passphrase", "secret", "token", "apikey", "api-key", "psk",
    ]

    private static func isTelling(_ name: String) -> Bool {
        tellingEnds.contains { name.hasSuffix($0) } || ["pass", "pwd", "bearer"].contains(name) || isSecret(name)
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "-" || character == "_"
    }

    /// Where the value behind a telling name begins: after `=` or `:`, and where the name is declared after a blank;
    /// nil where none follows.
    private static func value(in rest: Substring, isDeclared: Bool) -> Substring.Index? {
        var start = rest.startIndex
        var isParted = false
        // `\"` is how a script quotes inside a quoted text.
        while start < rest.endIndex, " =:\t\\\"'".contains(rest[start]) {
            if "=:".contains(rest[start]) || isDeclared { isParted = true }
            start = rest.index(after: start)
        }
        guard isParted, start < rest.endIndex, !"\r\n;})]$".contains(rest[start]) else { return nil }
        return start
    }

    private static func endOfValue(_ rest: Substring) -> Substring.Index {
        rest.firstIndex { " \t\r\n;\"'\\&})]".contains($0) } ?? rest.endIndex
    }
}
