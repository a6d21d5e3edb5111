import Synchronization
import Values

/// A script under way: its variables, what it has printed, and how much more it may do.
struct ConsoleRun {
    /// Why a script goes no further.
    enum Stop: Error {
        /// The console's words; `on-error` takes them.
        case failed(String)
        case returned(ConsoleValue)
        /// Too many steps, or nobody waits any more; `on-error` does not take it.
        case gaveUp(String)
    }

    /// A name: a value of this script, or one that all scripts share.
    private enum Variable {
        case local(ConsoleValue)
        case shared
    }

    /// The names of one block: a few, so that looking through them takes less than a table.
    private struct Scope {
        private var entries: [(name: String, variable: Variable)] = []

        subscript(name: String) -> Variable? {
            entries.first { $0.name == name }?.variable
        }

        mutating func put(_ variable: Variable, under name: String) {
            if let place = entries.firstIndex(where: { $0.name == name }) {
                entries[place].variable = variable
            } else {
                entries.append((name, variable))
            }
        }
    }

    static let longestOutput = 8 << 20
    static let deepest = 100

    let console: Console
    private(set) var output: [UInt8] = []
    private var scopes = [Scope()]
    /// The regular expressions that were used, made ready; nil for a text that is none.
    private var patterns: [String: ConsolePattern?] = [:]
    private var steps = 0
    private let mostSteps: Int
    private var depth = 0
    /// How many scripts run one inside another.
    var scriptDepth = 0

    init(_ console: Console) {
        self.console = console
        mostSteps = console.router.with { machine, _ in machine.settings.longestScript }
    }

    /// Carries everything out; the error that ended it, if one did.
    mutating func carryOut(_ block: ConsoleBlock) -> String? {
        do throws(Stop) {
            _ = try perform(block)
            return nil
        } catch {
            switch error {
            case .failed(let words), .gaveUp(let words): return words
            case .returned: return nil
            }
        }
    }

    /// A line on the terminal.
    mutating func print(_ text: String) {
        guard output.count < Self.longestOutput else { return }
        output += APIText.bytes(text)
        output += [13, 10]
    }

    /// Commands in a scope of their own; the value of the last.
    mutating func perform(_ block: ConsoleBlock) throws(Stop) -> ConsoleValue {
        depth += 1
        scopes.append(Scope())
        defer {
            scopes.removeLast()
            depth -= 1
        }
        guard depth <= Self.deepest else { throw .gaveUp("script too deep") }
        var last = ConsoleValue.nothing
        for statement in block.statements { last = try perform(statement) }
        return last
    }

    /// Commands that see no variable of those around them, as another script does.
    mutating func performAlone(_ block: ConsoleBlock) throws(Stop) -> ConsoleValue {
        let outer = scopes
        scopes = [Scope()]
        defer { scopes = outer }
        return try perform(block)
    }

    private mutating func perform(_ statement: ConsoleStatement) throws(Stop) -> ConsoleValue {
        steps += 1
        guard steps < mostSteps, output.count < Self.longestOutput else { throw .gaveUp("script runs too long") }
        if steps % 8 == 0, console.isCancelled() { throw .gaveUp("interrupted") }
        switch statement.head {
        case .menu(let menu, let verb):
            if console.isCancelled() { throw .gaveUp("interrupted") }
            return try command(statement, menu, verb)
        case .global(let name): return try global(name, statement)
        case .value(let node):
            let result = try value(of: node)
            if case .code(let text) = result { return try call(text) }
            return result
        case .block(let block): return try perform(block)
        }
    }

    // MARK: Variables

    func variable(_ name: String) -> ConsoleValue {
        for scope in scopes.reversed() {
            switch scope[name] {
            case .local(let value): return value
            case .shared: return console.router.withShared { $0[name] } ?? .nothing
            case nil: continue
            }
        }
        return .nothing
    }

    mutating func declare(_ name: String, _ value: ConsoleValue) {
        scopes[scopes.count - 1].put(.local(value), under: name)
    }

    /// Makes a shared name known here; a value replaces what is kept under it.
    mutating func declareShared(_ name: String, _ value: ConsoleValue?) {
        scopes[scopes.count - 1].put(.shared, under: name)
        if let value { console.router.withShared { $0[name] = value } }
    }

    mutating func assign(_ name: String, _ value: ConsoleValue) throws(Stop) {
        for index in scopes.indices.reversed() {
            switch scopes[index][name] {
            case .local:
                scopes[index].put(.local(value), under: name)
                return
            case .shared:
                console.router.withShared { $0[name] = value }
                return
            case nil: continue
            }
        }
        throw .failed("no such variable \(name)")
    }

    // MARK: Values

    mutating func value(of node: ConsoleNode) throws(Stop) -> ConsoleValue {
        steps += 1
        guard steps < mostSteps else { throw .gaveUp("script runs too long") }
        switch node {
        case .constant(let value): return value
        case .variable(let name): return variable(name)
        case .property(let name): return .text(name)
        case .substitution(let block): return try perform(block)
        case .joined(let parts):
            var text = ""
            for part in parts { text += try value(of: part).text }
            return .text(text)
        case .array(let places):
            var items: [ConsoleValue.Item] = []
            for place in places {
                let key = try place.key.map { node throws(Stop) in try value(of: node).text }
                items.append(ConsoleValue.Item(key: key, value: try value(of: place.value)))
            }
            return .array(items)
        case .prefix(let meaning, let node):
            return try ConsoleArithmetic.prefix(meaning, try value(of: node))
        case .infix(.concatenate, let left, let right):
            // Long texts grow piece by piece: where they are, instead of in a copy for each.
            var text = try value(of: left).text
            text += try value(of: right).text
            return .text(text)
        case .infix(let meaning, let left, let right):
            return try infix(meaning, try value(of: left), right, { run, node throws(Stop) in try run.value(of: node) })
        }
    }

    /// Both sides of an operator; the right one of `and` and `or` only where it matters.
    private mutating func infix(
        _ meaning: ConsoleOperator, _ left: ConsoleValue, _ right: ConsoleNode,
        _ value: (inout ConsoleRun, ConsoleNode) throws(Stop) -> ConsoleValue
    ) throws(Stop) -> ConsoleValue {
        switch (meaning, left.truth) {
        case (.and, false): return .truth(false)
        case (.or, true): return .truth(true)
        case (.matches, _):
            return .truth(pattern(try value(&self, right).text)?.matches(left.text) ?? false)
        default: return try ConsoleArithmetic.infix(meaning, left, try value(&self, right))
        }
    }

    /// A regular expression of POSIX, as the manual names them; nil where the text is none.
    mutating func pattern(_ text: String) -> ConsolePattern? {
        if let known = patterns[text] { return known }
        if patterns.count >= 50 { patterns = [:] }
        let pattern = ConsolePattern(text)
        patterns[text] = .some(pattern)
        return pattern
    }

    /// Whether a condition holds for a row; a property that stands alone holds where it is set.
    mutating func holds(_ node: ConsoleNode, for row: (String) -> ConsoleValue?) throws(Stop) -> Bool {
        let result = try value(of: node, row)
        if case .property = node { return result.truth ?? !result.text.isEmpty }
        return result.truth ?? false
    }

    private mutating func value(of node: ConsoleNode, _ row: (String) -> ConsoleValue?) throws(Stop) -> ConsoleValue {
        switch node {
        case .property(let name): return row(name) ?? .nothing
        case .prefix(.not, let inner): return .truth(!(try holds(inner, for: row)))
        case .infix(let meaning, let left, let right):
            if meaning == .and || meaning == .or {
                let first = try holds(left, for: row)
                return .truth(first == (meaning == .or) ? first : try holds(right, for: row))
            }
            return try infix(meaning, try value(of: left, row), right) { run, node throws(Stop) in
                try run.value(of: node, row)
            }
        default: return try value(of: node)
        }
    }
}
