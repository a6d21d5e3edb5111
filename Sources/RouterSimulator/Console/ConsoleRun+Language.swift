import Glibc
import Values
import Wires

/// The commands of the language; the manual's chapter on scripting.
extension ConsoleRun {
    mutating func global(_ name: String, _ statement: ConsoleStatement) throws(Stop) -> ConsoleValue {
        switch name {
        case "put": print(try first(statement).text)
        case "local", "global", "set": try assign(name, statement)
        case "if": return try decide(statement)
        case "foreach", "for", "while": try loop(name, statement)
        case "do": return try attempt(statement)
        case "time": _ = try perform(statement.block("command") ?? ConsoleBlock())
        case "error": throw .failed(try given("message", statement)?.text ?? "")
        case "return": throw .returned(try first(statement))
        case "log": try writeLog(statement)
        case "delay": try wait(try given("delay-time", statement) ?? .number(1))
        case "nothing": return .nothing
        default: return try function(name, statement)
        }
        return .nothing
    }

    /// The argument of that name, or the first one without a name.
    private mutating func given(_ name: String, _ statement: ConsoleStatement) throws(Stop) -> ConsoleValue? {
        guard let node = statement.argument(name) ?? statement.positional.first else { return nil }
        return try value(of: node)
    }

    private mutating func first(_ statement: ConsoleStatement) throws(Stop) -> ConsoleValue {
        guard let node = statement.positional.first else { return .nothing }
        return try value(of: node)
    }

    /// The names that a statement begins with: one, or key and value of a loop.
    private mutating func names(_ statement: ConsoleStatement) throws(Stop) -> [String] {
        try first(statement).text.split(separator: ",").map(String.init)
    }

    // MARK: Variables

    private mutating func assign(_ command: String, _ statement: ConsoleStatement) throws(Stop) {
        let name = try first(statement).text
        let given = try statement.positional.dropFirst().first.map { node throws(Stop) in try value(of: node) }
        switch command {
        case "local": declare(name, given ?? .nothing)
        case "global": declareShared(name, given)
        default: try assign(name, given ?? .nothing)
        }
    }

    // MARK: Flow

    private mutating func decide(_ statement: ConsoleStatement) throws(Stop) -> ConsoleValue {
        guard let node = statement.argument("condition") ?? statement.positional.first,
            let truth = try value(of: node).truth
        else { throw .failed("conditional not boolean") }
        guard let block = statement.block(truth ? "do" : "else") else { return .nothing }
        return try perform(block)
    }

    private mutating func loop(_ name: String, _ statement: ConsoleStatement) throws(Stop) {
        guard let block = statement.block("do") else { return }
        switch name {
        case "while":
            while try first(statement).truth ?? false { _ = try perform(block) }
        case "for":
            let variable = try first(statement).text
            var ends: [Int64] = []
            for name in ["from", "to", "step"] {
                let given = try statement.argument(name).map { node throws(Stop) in try value(of: node).number ?? 0 }
                ends.append(given ?? 1)
            }
            guard ends.allSatisfy({ abs($0 / 2) < 1 << 40 }) else { throw .failed("value out of range") }
            let step = ends[2] == 0 ? 1 : ends[0] > ends[1] && ends[2] > 0 ? -ends[2] : ends[2]
            for number in stride(from: ends[0], through: ends[1], by: Int(step)) {
                try round(block, [(variable, .number(number))])
            }
        default:
            let names = try names(statement)
            let places = try statement.argument("in").map { node throws(Stop) in try value(of: node) } ?? .nothing
            for (index, item) in places.items.enumerated() {
                guard let last = names.last else { return }
                let key = item.key.map { ConsoleValue.text($0) } ?? .number(Int64(index))
                try round(block, names.count > 1 ? [(names[0], key), (last, item.value)] : [(last, item.value)])
            }
        }
    }

    private mutating func round(_ block: ConsoleBlock, _ values: [(String, ConsoleValue)]) throws(Stop) {
        for (name, value) in values { declare(name, value) }
        _ = try perform(block)
    }

    /// `:do { … } on-error={ … }` and `:do { … } while=( … )`.
    private mutating func attempt(_ statement: ConsoleStatement) throws(Stop) -> ConsoleValue {
        let block = statement.block("do") ?? ConsoleBlock()
        do throws(Stop) {
            var last = try perform(block)
            while let node = statement.argument("while"), try value(of: node).truth ?? false {
                last = try perform(block)
            }
            return last
        } catch {
            guard case .failed = error, let rescue = statement.block("on-error") else { throw error }
            return try perform(rescue)
        }
    }

    private mutating func wait(_ length: ConsoleValue) throws(Stop) {
        let milliseconds: Int64
        switch length {
        case .time(let span): milliseconds = span.milliseconds
        default: milliseconds = min(1_000, max(-1, length.number ?? 1)) * 1_000
        }
        guard (0...600_000).contains(milliseconds) else { throw .failed("value of delay-time out of range") }
        for _ in 0..<(milliseconds / 20) {
            if console.isCancelled() { throw .gaveUp("interrupted") }
            WireThread.pause(milliseconds: 20)
        }
    }

    private mutating func writeLog(_ statement: ConsoleStatement) throws(Stop) {
        let topic = try first(statement).text
        guard ["info", "warning", "error", "debug"].contains(topic) else { throw .failed("bad command name \(topic)") }
        let node = statement.argument("message") ?? statement.positional.dropFirst().first
        let message = try node.map { node throws(Stop) in try value(of: node).text } ?? ""
        _ = try ask(RouterCommand("/log", topic, ["message": message]))
    }

    // MARK: Functions

    private mutating func function(_ name: String, _ statement: ConsoleStatement) throws(Stop) -> ConsoleValue {
        var values: [ConsoleValue] = []
        for node in statement.positional { values.append(try value(of: node)) }
        guard let first = values.first else { throw .failed("missing value(s) of argument(s) value") }
        switch name {
        case "len": return .number(Int64(first.length))
        case "tostr": return .text(first.text)
        case "tonum": return first.number.map { .number($0) } ?? .nothing
        case "totime": return RouterDuration.read(first.text).map { .time($0) } ?? .nothing
        case "typeof": return .text(first.typeName)
        case "parse":
            if case .failure(let flaw) = console.read(first.text).content { throw .failed(flaw.words) }
            return .code(first.text)
        case "toarray":
            if case .array = first { return first }
            return .list(first.text.split(separator: ",").map(String.init))
        case "pick": return Self.pick(first, values)
        case "find": return Self.find(first, values)
        default: return .nothing
        }
    }

    /// `:pick value start [end]`: the places from start up to end; without end the one at start.
    private static func pick(_ value: ConsoleValue, _ values: [ConsoleValue]) -> ConsoleValue {
        guard values.count > 1, let start = values[1].number else { return .nothing }
        let count = value.length
        let end = values.count > 2 ? values[2].number ?? start &+ 1 : start &+ 1
        guard start >= 0, start < count, end > start else { return .nothing }
        let range = Int(start)..<min(count, Int(end))
        if case .array(let items) = value {
            return values.count > 2 ? .array(Array(items[range])) : items[Int(start)].value
        }
        return .text(APIText.text(APIText.bytes(value.text)[range]))
    }

    /// `:find value wanted [after]`: the place of what is wanted; nothing where there is none.
    private static func find(_ value: ConsoleValue, _ values: [ConsoleValue]) -> ConsoleValue {
        guard values.count > 1 else { return .nothing }
        let start = values.count > 2 ? max(0, (values[2].number ?? -1) &+ 1) : 0
        if case .array(let items) = value {
            let found = items.indices.dropFirst(Int(start)).first { items[$0].value.means(values[1]) }
            return found.map { .number(Int64($0)) } ?? .nothing
        }
        let (text, wanted) = (value.text, values[1].text)
        let last = text.utf8.count - wanted.utf8.count
        guard !wanted.isEmpty, last >= 0, start <= last else { return .nothing }
        let place = place(of: wanted.utf8Span.span, in: text.utf8Span.span, from: Int(start))
        return place.map { .number(Int64($0)) } ?? .nothing
    }

    private static func place(
        of wanted: Swift.Span<UInt8>, in text: Swift.Span<UInt8>, from start: Int
    ) -> Int? {
        unsafe text.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var start = start
            while text.count - start >= wanted.count {
                let most = text.count - start - wanted.count + 1
                guard let first = unsafe memchr(base + start, Int32(wanted[0]), most) else { return nil }
                let place = unsafe base.distance(to: UnsafeRawPointer(first))
                if text.extracting(place..<text.count).starts(with: wanted) { return place }
                start = place + 1
            }
            return nil
        }
    }
}
