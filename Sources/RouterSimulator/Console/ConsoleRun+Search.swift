import Glibc
import Values

/// `find` by what is stored, without printing every row first: large tables are looked through many times a day.
extension ConsoleRun {
    /// A condition with its other side reckoned once.
    private enum Test {
        case means(Property, ConsoleValue)
        case matches(Property, ConsolePattern)
    }

    /// The rows that a statement finds; nil where only printed rows tell.
    mutating func search(_ path: String, _ statement: ConsoleStatement) throws(Stop) -> [UInt32]? {
        guard console.user.policies.contains("read"), let menu = menu(path), !menu.isSingleton else { return nil }
        if statement.conditions.isEmpty {
            return console.router.with { machine, now in
                machine.advance(to: now)
                return machine.rowIDs(of: path)
            }
        }
        var tests: [Test] = []
        for condition in statement.conditions {
            guard try gather(condition, in: menu, &tests) else { return nil }
        }
        if tests.count == 1, case .means(let property, .text(let value)) = tests[0] {
            let found = console.router.with { machine, now in
                machine.advance(to: now)
                return machine.liveIDs(of: path, whose: property.name, is: value)
            }
            if let found { return found }
        }
        let table = console.router.with { machine, now -> Table? in
            machine.advance(to: now)
            return machine.storedRows(of: path)
        }
        guard let table else { return nil }
        return candidates(tests, table).filter { id in
            guard let row = table[id] else { return false }
            return tests.allSatisfy { holds($0, for: row) }
        }
    }

    /// One property of one row, without printing the row; nil where printing it tells more.
    func valueAlone(of menu: Menu, _ id: UInt32, _ name: String) -> ConsoleValue? {
        let path = menu.path
        guard console.user.policies.contains("sensitive"),
            let property = menu.property(name), property.access != .writeOnly
        else { return nil }
        let text = console.router.with { machine, now -> String? in
            machine.advance(to: now)
            guard property.exists(in: machine.version) else { return nil }
            if let session = machine.hotspotSession(of: path, numbered: id) {
                return machine.value(name, of: session) ?? property.fallback
            }
            if let live = machine.liveRow(of: path, numbered: id) { return live[name] ?? property.fallback }
            guard let row = machine.tables[path]?[id] else { return nil }
            return property.access == .readOnly
                ? machine.liveValue(name, of: path, id, row) ?? row[name] ?? property.fallback
                : row[name] ?? property.fallback
        }
        guard let text, text != property.absentAt else { return nil }
        return ConsoleText.typed(text, of: property)
    }

    /// By their names where the name is given, as those are known.
    private func candidates(_ tests: [Test], _ table: Table) -> [UInt32] {
        for case .means(let property, .text(let name)) in tests where property.name == "name" {
            return table.ids(named: name)
        }
        return table.order
    }

    private func holds(_ test: Test, for row: [String: String]) -> Bool {
        switch test {
        case .matches(let property, let pattern): return pattern.matches(row[property.name] ?? property.fallback)
        case .means(let property, let value):
            let stored = row[property.name] ?? property.fallback
            if case .boolean = property.kind, let truth = value.truth { return (stored == "true") == truth }
            if stored == property.absentAt { return ConsoleValue.nothing.means(value) }
            return ConsoleText.typed(stored, of: property).means(value)
        }
    }

    /// Adds what a condition asks of stored properties; false where it asks anything else.
    private mutating func gather(
        _ node: ConsoleNode, in menu: Menu, _ tests: inout [Test]
    ) throws(Stop) -> Bool {
        guard case .infix(let meaning, let left, let right) = node else { return false }
        if meaning == .and {
            guard try gather(left, in: menu, &tests) else { return false }
            return try gather(right, in: menu, &tests)
        }
        guard case .property(let name) = left, right.isFixed,
            let property = menu.property(name), property.access == .readWrite || menu.isLive, !property.isSecret
        else { return false }
        let value = try value(of: right)
        switch meaning {
        case .equal: tests.append(.means(property, value))
        case .matches:
            guard let pattern = pattern(value.text) else { return false }
            tests.append(.matches(property, pattern))
        default: return false
        }
        return true
    }
}

extension Menu {
    /// Whether its rows come and go by themselves.
    fileprivate var isLive: Bool {
        ["/ip/hotspot/active", "/ip/hotspot/host", "/ip/hotspot/cookie", "/ppp/active"].contains(path)
    }
}

extension ConsoleNode {
    /// Whether it is the same for every row.
    fileprivate var isFixed: Bool {
        switch self {
        case .constant, .variable: true
        case .joined(let parts): parts.allSatisfy(\.isFixed)
        case .infix(_, let left, let right): left.isFixed && right.isFixed
        default: false
        }
    }
}

/// A regular expression of POSIX, made ready once.
@safe final class ConsolePattern {
    private var compiled = unsafe regex_t()
    /// What a text must begin with, where the pattern asks nothing else.
    private let beginning: String?

    /// Nil where the pattern is none.
    init?(_ pattern: String) {
        let rest = String(pattern.dropFirst())
        beginning = pattern.hasPrefix("^") && rest.utf8.allSatisfy(Self.isLiteral) ? rest : nil
        guard pattern.utf8.count <= 500, unsafe regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) == 0 else {
            return nil
        }
    }

    deinit { unsafe regfree(&compiled) }

    func matches(_ text: String) -> Bool {
        guard text.utf8.count <= 65_536 else { return false }
        if let beginning { return text.utf8Span.span.starts(with: beginning.utf8Span.span) }
        return unsafe regexec(&compiled, text, 0, nil, 0) == 0
    }

    /// Whether a byte of a pattern stands for itself.
    private static func isLiteral(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || [UInt8(ascii: ":"), .slash, UInt8(ascii: "-"), .blank].contains(byte)
    }
}
