import Values

/// Operations carried out as lines of the console, however the lines get there and what they print comes back.
package protocol ConsoleTransport: RouterTransport {
    /// How a line gives something back.
    var printing: ConsolePrinting { get }

    /// What a line prints; `menu` for the error.
    func output(_ line: String, _ menu: Menu?) async throws(RouterError) -> [UInt8]
}

/// How a line of the console gives something back.
package enum ConsolePrinting: Sendable {
    /// It is printed: there is a terminal, or a channel in its place.
    case shown
    /// It is gathered in the variable `lango`, since a script cannot catch what it prints.
    case gathered

    /// The statement that gives back the value of an expression, as one line of text.
    func callAsFunction(_ expression: String) -> String {
        switch self {
        case .shown: ":put \(expression)"
        case .gathered: ":set lango ($lango . [:tostr \(expression)] . \"\\n\")"
        }
    }
}

extension ConsoleTransport {
    package func read(
        _ menu: Menu, where conditions: [RouterField], properties: [String]
    ) async throws(RouterError) -> [RouterRecord] {
        try Self.check(conditions.map(\.name) + properties, menu)
        if menu.isRecord {
            return [RouterRecord(Self.chosen(try await record(menu), properties))]
        }
        let words = ConsoleLine.conditions(conditions, in: menu)
        let rows: [(id: RouterID, values: [String: String])]
        do throws(Unclear) {
            rows = try await self.rows(menu, words, properties)
        } catch {
            switch error {
            case .refused(let error): throw error
            case .ambiguous: rows = try await exactRows(menu, words)
            }
        }
        return rows.map { RouterRecord(id: $0.id, Self.chosen($0.values, properties)) }
    }

    package func add(_ menu: Menu, _ values: [RouterField]) async throws(RouterError) -> RouterID {
        try Self.check(values.map(\.name), menu)
        let line = printing("[\(ConsoleLine.path(menu)) add\(ConsoleLine.arguments(values))]")
        let text = try await text(line, menu)
        guard let id = RouterID(text) else { throw Self.refusal(text, line, values, menu) }
        return id
    }

    package func set(_ menu: Menu, _ id: RouterID?, _ values: [RouterField]) async throws(RouterError) {
        try Self.check(values.map(\.name), menu)
        let row = id.map { " \($0)" } ?? ""
        try await silently("\(ConsoleLine.path(menu)) set\(row)\(ConsoleLine.arguments(values))", values, menu)
    }

    package func remove(_ menu: Menu, _ id: RouterID) async throws(RouterError) {
        try await silently("\(ConsoleLine.path(menu)) remove \(id)", [], menu)
    }

    package func run(
        _ command: String, in menu: Menu, _ arguments: [RouterField]
    ) async throws(RouterError) -> [RouterRecord] {
        try Self.check([command] + arguments.map(\.name), menu)
        if command == "print" {
            return try await printout(menu, counts: arguments.contains { $0.name == "count-only" })
        }
        let line = printing("[\(ConsoleLine.path(menu)) \(command)\(ConsoleLine.arguments(arguments))]")
        let text = try await text(line, menu)
        guard !text.isEmpty else { return [] }
        do throws(ConsoleReply.Flaw) {
            return [RouterRecord(try ConsoleReply.fields(Array(text.utf8)[...], of: nil))]
        } catch {
            throw Self.refusal(text, line, arguments, menu)
        }
    }
}

/// Counters that the console shows with `print stats` alone (FACTS 3).
private let counterNames: Set<String> = [
    "bytes", "packets", "bytes-in", "bytes-out", "packets-in", "packets-out", "rx-byte", "tx-byte", "rx-packet",
    "tx-packet", "rx-drop", "tx-drop", "rx-error", "tx-error", "rate", "packet-rate", "dropped", "total-bytes",
    "total-packets", "hits",
]

/// Why rows could not be taken at the first try.
private enum Unclear: Error {
    case refused(RouterError)
    /// A value looks like something else.
    case ambiguous
}

extension ConsoleTransport {
    private static func check(_ names: [String], _ menu: Menu) throws(RouterError) {
        guard let wrong = names.first(where: { !ConsoleLine.isName($0) }) else { return }
        throw RouterError(.unknownParameter(RouterText.cleaned(wrong, maximum: 60)), in: menu)
    }

    private static func chosen(_ values: [String: String], _ properties: [String]) -> [String: String] {
        guard !properties.isEmpty else { return values }
        return values.filter { properties.contains($0.key) }
    }

    /// What a line prints, without the end of its last line.
    func text(_ line: String, _ menu: Menu) async throws(RouterError) -> String {
        Self.withoutLastEnd(try await output(line, menu))
    }

    static func withoutLastEnd(_ output: [UInt8]) -> String {
        var bytes = output[...]
        if bytes.last == 10 { bytes = bytes.dropLast() }
        if bytes.last == 13 { bytes = bytes.dropLast() }
        return WireText.decode(bytes)
    }

    /// Carries out what prints nothing when it succeeds; any text is a refusal (FACTS 3).
    private func silently(_ line: String, _ sent: [RouterField], _ menu: Menu) async throws(RouterError) {
        let text = try await text(line, menu)
        guard text.isEmpty else { throw Self.refusal(text, line, sent, menu) }
    }

    /// What a refusal means; secrets that were sent are taken out of the console's words.
    static func refusal(_ words: String, _ line: String, _ sent: [RouterField], _ menu: Menu) -> RouterError {
        var words = words
        for field in sent where ["password", "secret", "key"].contains(where: { field.name.hasSuffix($0) }) {
            for text in [field.value, String(ConsoleLine.quoted(field.value).dropFirst().dropLast())]
            where text.utf8.count > 2 {
                words = words.replacing(text, with: Secret(text).description)
            }
        }
        return RouterError(.init(console: words, sent: line), in: menu)
    }

    /// What `print` gives over the other transports: the rows or the record, whichever the version has there, or how many
    /// rows there are.
    private func printout(_ menu: Menu, counts: Bool) async throws(RouterError) -> [RouterRecord] {
        if counts {
            // `print count-only` shows the number and gives it back too, so that it would come twice or not at all.
            let line = printing("[:len [\(ConsoleLine.path(menu)) find]]")
            let text = try await text(line, menu)
            guard Int(text) != nil else { throw Self.refusal(text, line, [], menu) }
            return [RouterRecord(["ret": text])]
        }
        do throws(Unclear) {
            return try await rows(menu, "", []).map { RouterRecord(id: $0.id, $0.values) }
        } catch {
            switch error {
            case .ambiguous: return try await exactRows(menu, "").map { RouterRecord(id: $0.id, $0.values) }
            case .refused(let refusal):
                // A record has no rows to find.
                guard !refusal.isPassing, refusal.kind != .notReady else { throw refusal }
                return [RouterRecord(try await record(menu))]
            }
        }
    }

    private func record(_ menu: Menu) async throws(RouterError) -> [String: String] {
        let line = printing("[\(ConsoleLine.path(menu)) get]")
        let text = try await text(line, menu)
        do throws(ConsoleReply.Flaw) {
            let values = try ConsoleReply.fields(Array(text.utf8)[...], of: RouterSchema.menu(menu.path))
            guard !values.isEmpty else { throw .malformed }
            return values
        } catch {
            throw RouterError(.init(console: text, sent: line), in: menu)
        }
    }

    /// Ids and rows in one line; counters in a second one where they are asked for.
    private func rows(
        _ menu: Menu, _ conditions: String, _ properties: [String]
    ) async throws(Unclear) -> [(id: RouterID, values: [String: String])] {
        var rows = try await printed(menu, "detail", conditions)
        let schema = RouterSchema.menu(menu.path)
        let wanted = properties.isEmpty ? schema?.properties.map(\.name) ?? [] : properties
        let counters = wanted.filter { counterNames.contains($0) }
        guard rows.contains(where: { row in counters.contains { row.values[$0] == nil } }) else { return rows }
        guard let counted = try await counted(menu, conditions) else { return rows }
        let byID = Dictionary(counted.map { ($0.id, $0.values) }, uniquingKeysWith: { first, _ in first })
        for index in rows.indices {
            rows[index].values.merge(byID[rows[index].id] ?? [:]) { detail, _ in detail }
        }
        return rows
    }

    /// The counters; nil where the menu has none to print.
    private func counted(
        _ menu: Menu, _ conditions: String
    ) async throws(Unclear) -> [(id: RouterID, values: [String: String])]? {
        do throws(Unclear) {
            return try await printed(menu, "stats", conditions)
        } catch {
            guard case .refused(let refusal) = error else { throw error }
            switch refusal.kind {
            case .failure, .unknownParameter, .invalidValue, .menuAbsent: return nil
            default: throw error
            }
        }
    }

    private func printed(
        _ menu: Menu, _ words: String, _ conditions: String
    ) async throws(Unclear) -> [(id: RouterID, values: [String: String])] {
        let path = ConsoleLine.path(menu)
        let line =
            printing("[\(path) find\(conditions)]") + ";" + printing("[\(path) print \(words) as-value\(conditions)]")
        let text: String
        do throws(RouterError) {
            text = try await self.text(line, menu)
        } catch {
            throw .refused(error)
        }
        let bytes = Array(text.utf8)
        let head = bytes.prefix { $0 != 10 && $0 != 13 }
        let words = String(decoding: head, as: UTF8.self).split(separator: ";")
        let ids = words.compactMap { RouterID($0) }
        guard ids.count == words.count else {
            throw .refused(RouterError(.init(console: text, sent: line), in: menu))
        }
        var rest = bytes[head.endIndex...]
        if rest.first == 13 { rest = rest.dropFirst() }
        if rest.first == 10 { rest = rest.dropFirst() }
        do throws(ConsoleReply.Flaw) {
            return try ConsoleReply(ids: ids, rest, of: RouterSchema.menu(menu.path)).rows
        } catch {
            switch error {
            case .ambiguous: throw .ambiguous
            case .malformed: throw .refused(RouterError(.notReady, in: menu))
            }
        }
    }

    private func exactRows(
        _ menu: Menu, _ conditions: String
    ) async throws(RouterError) -> [(id: RouterID, values: [String: String])] {
        let bytes = try await output(ConsoleExactReply.line(menu, conditions, printing), menu)
        do throws(ConsoleReply.Flaw) {
            return try ConsoleExactReply.rows(bytes, of: RouterSchema.menu(menu.path))
        } catch {
            throw RouterError(.notReady, in: menu)
        }
    }
}
