import Values

/// `export` on the console: the text, or a file of it.
extension ConsoleRun {
    mutating func export(_ statement: ConsoleStatement, _ path: String) throws(Stop) -> ConsoleValue {
        let words = statement.words
        let text = console.router.with { machine, now in
            machine.advance(to: now)
            return machine.export(
                RouterMachine.ExportOrder(
                    path: path, showsSecrets: machine.showsSecrets(words), isVerbose: words.contains("verbose")))
        }
        guard let node = statement.argument("file") else {
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() { print(String(line)) }
            return .nothing
        }
        let name = try value(of: node).text + ".rsc"
        let bytes = Array(text.replacing("\n", with: "\r\n").utf8)
        try write(bytes, asFile: name)
        return .nothing
    }

    /// Puts a file on the flash.
    private func write(_ bytes: [UInt8], asFile name: String) throws(Stop) {
        let outcome = console.router.with { machine, _ -> RouterTrap? in
            do throws(RouterTrap) {
                try machine.write(bytes, asFile: name)
                return nil
            } catch {
                return error
            }
        }
        if let outcome { throw .failed(outcome.message) }
    }
}
