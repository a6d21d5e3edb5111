import RouterOS

/// Pieces of RouterOS script.
///
/// A router refuses a whole script in which it does not know one name, so whatever only some versions have stands in a
/// text that the router reads while it runs, where the version has been looked at: `parsed`.
enum ScriptText {
    /// A text in quotes, with everything escaped that could mean something.
    static func quoted(_ text: String) -> String { ConsoleLine.quoted(text) }

    /// Commands that are read and carried out at that moment; they see no variables of the script around them.
    ///
    /// Its value is that of the last command.
    static func parsed(_ commands: String) -> String { "[[:parse \(quoted(commands))]]" }

    /// A line for the person at the router; `parts` are expressions behind the words.
    static func say(_ words: String, _ parts: String...) -> String { ":put \(sentence(words, parts))" }

    /// Ends the script with a line for the person at the router.
    static func stop(_ words: String, _ parts: String...) -> String { ":error \(sentence(words, parts))" }

    private static func sentence(_ words: String, _ parts: [String]) -> String {
        let first = quoted("Lango: \(words)")
        return parts.isEmpty ? first : "(" + ([first] + parts).joined(separator: " . ") + ")"
    }

    /// Lines, each behind four blanks a level.
    static func indented(_ text: String, by levels: Int = 1) -> String {
        let blanks = String(repeating: "    ", count: levels)
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : blanks + $0 }.joined(separator: "\n")
    }

    /// Carries commands out where a condition holds.
    static func when(_ condition: String, _ commands: String) -> String {
        ":if (\(condition)) do={\n\(indented(commands))\n}"
    }

    /// Remembers a value of the router before the first change of it.
    ///
    /// A script's source keeps any text as it is, on every version; behind a `#` it is a script that does nothing.
    static func remember(_ name: String, _ value: String) -> String {
        """
        :if ([:len [/system script find name=\(name)]] = 0) do={
            /system script add name=\(name) source=("# " . \(value))
        }
        """
    }
}

/// A part of a script with its heading.
struct ScriptSection {
    let title: String
    let text: String

    var lines: String { "# \(title)\n\(text)\n" }
}
