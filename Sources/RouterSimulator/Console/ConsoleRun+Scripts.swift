import Values

/// Scripts that are kept on the router.
extension ConsoleRun {
    /// Carries out another script in its place; its output goes the same way.
    mutating func runNested(_ text: String) throws(Stop) { _ = try call(text) }

    /// Carries out what `:parse` has read, which sees none of the variables around it; what it returns, else the value
    /// of its last command.
    mutating func call(_ text: String) throws(Stop) -> ConsoleValue {
        guard scriptDepth < 8 else { throw .gaveUp("script too deep") }
        switch console.read(text).content {
        case .failure(let flaw): throw .failed(flaw.words)
        case .success(let block):
            scriptDepth += 1
            defer { scriptDepth -= 1 }
            do throws(Stop) {
                return try performAlone(block)
            } catch {
                guard case .returned(let value) = error else { throw error }
                return value
            }
        }
    }

    /// `/import file-name=x.rsc`: the file's lines as one script; with `verbose=yes` one command after another.
    mutating func importFile(_ statement: ConsoleStatement) throws(Stop) -> ConsoleValue {
        guard let node = statement.argument("file-name") ?? statement.positional.first else {
            throw .failed("missing value(s) of argument(s) file-name")
        }
        let name = try value(of: node).text
        let bytes = console.router.with { machine, _ in machine.files[name] }
        guard let bytes else { throw .failed("input does not match any value of file-name") }
        let text = String(decoding: bytes, as: UTF8.self)
        if let node = statement.argument("verbose"), try value(of: node).text == "yes" {
            try importLines(text)
        } else {
            try runNested(text)
        }
        print("")
        print("Script file loaded and executed successfully")
        return .nothing
    }

    /// Stops at the first command that fails and names its line; what came before it stays.
    private mutating func importLines(_ text: String) throws(Stop) {
        for command in console.commands(of: text) {
            print("#line \(command.line)")
            do throws(Stop) {
                try runNested(command.text)
            } catch {
                guard case .failed(let words) = error else { throw error }
                let isYoung = console.router.with { machine, _ in machine.version >= RouterRelease(7, 0) }
                guard isYoung else { throw error }
                let script = console.read(command.text)
                // As measured on 7.24.4.
                throw .failed(
                    "Script Error: \(words) (\(script.menu)/\(script.verb); line \(command.line)) (:import; line 1)")
            }
        }
    }

    /// `/system script run name`.
    mutating func runScript(_ statement: ConsoleStatement) throws(Stop) -> ConsoleValue {
        guard let node = statement.positional.first ?? statement.argument("number") ?? statement.argument("numbers")
        else { throw .failed("missing value(s) of argument(s) number") }
        let wanted = try value(of: node).items.map(\.value.text)
        for row in try records(of: "/system/script")
        where wanted.contains(row["name"] ?? "") || wanted.contains(row[".id"] ?? "") {
            let id = RowNumber.read(row[".id"] ?? "")
            console.router.with { machine, _ in id.map { machine.countRun($0) } }
            try runNested(row["source"] ?? "")
            return .nothing
        }
        throw .failed("no such item")
    }

    /// `/execute script={ … }`.
    mutating func runText(_ statement: ConsoleStatement) throws(Stop) -> ConsoleValue {
        guard let node = statement.argument("script") ?? statement.positional.first else {
            throw .failed("missing value(s) of argument(s) script")
        }
        try runNested(try value(of: node).text)
        return .nothing
    }
}
