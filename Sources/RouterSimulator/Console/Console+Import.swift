import Values

extension Console {
    /// Carries out a script as `/import` does: comments, lines that end in a backslash, lines that only name a menu.
    ///
    /// Returns what went wrong, with the number of the line; the rest is carried out all the same.
    func importScript(_ text: String, on machine: inout RouterMachine, at now: Instant) -> [String] {
        var flaws: [String] = []
        var (base, pending) = ("", "")
        for (index, piece) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if piece.hasSuffix("\\") {
                pending += piece.dropLast()
                continue
            }
            let line = (pending + piece.drop { pending.isEmpty ? false : $0 == " " }).drop { $0 == " " }
            pending = ""
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            if let menu = Self.menu(String(line), machine.tree) {
                base = menu
                continue
            }
            let output = run(String(line), on: &machine, at: now, from: base)
            if !output.isEmpty, !line.hasPrefix(":put") { flaws.append("line \(index + 1): \(output.dropLast(1))") }
        }
        return flaws
    }

    /// The menu that a line names and nothing else; nil for a command.
    private static func menu(_ line: String, _ tree: MenuTree) -> String? {
        guard line.hasPrefix("/"), !line.contains("=") else { return nil }
        let path = "/" + line.split { $0 == "/" || $0 == " " }.joined(separator: "/")
        return tree.directories.contains(path) ? path : nil
    }
}
