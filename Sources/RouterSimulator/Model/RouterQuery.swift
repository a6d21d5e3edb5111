/// The query words of print: a stack machine over the properties of a record.
///
/// Source: FACTS 2.4. `a` has a value, `-a` has none, `a=x`, `<a=x`, `>a=x`; `#` starts operations on the stack:
/// `!` not, `&` and, `|` or, a number takes the result at that position. A record passes if no false is left.
struct RouterQuery {
    private enum Word {
        case has(String)
        case lacks(String)
        case compare(String, String, Order)
        case operate([UInt8])
    }

    private enum Order { case equal, less, greater }

    private let words: [Word]

    init(_ words: [String]) { self.words = words.map(Self.word) }

    /// Whether the record passes.
    func passes(_ record: Record) -> Bool {
        var stack: [Bool] = []
        for word in words {
            switch word {
            case .has(let name): stack.append(record[name] != nil)
            case .lacks(let name): stack.append(record[name] == nil)
            case .compare(let name, let value, let order): stack.append(Self.compare(record[name], value, order))
            case .operate(let operations): Self.operate(operations, on: &stack)
            }
        }
        return stack.allSatisfy(\.self)
    }

    private static func word(_ text: String) -> Word {
        let text = text.hasPrefix("?") ? String(text.dropFirst()) : text
        if text.hasPrefix("#") { return .operate(Array(text.utf8.dropFirst())) }
        let order: Order = text.hasPrefix("<") ? .less : text.hasPrefix(">") ? .greater : .equal
        let rest = text.drop { "<>=".contains($0) }
        guard let mark = rest.firstIndex(of: "=") else {
            return rest.hasPrefix("-") ? .lacks(String(rest.dropFirst())) : .has(String(rest))
        }
        return .compare(String(rest[..<mark]), String(rest[rest.index(after: mark)...]), order)
    }

    private static func compare(_ value: String?, _ other: String, _ order: Order) -> Bool {
        guard let value else { return false }
        switch order {
        case .equal: return value == other || truth(value) == other
        case .less: return less(value, other)
        case .greater: return less(other, value)
        }
    }

    /// The other spelling of a Boolean: clients ask `yes` where records read `true`.
    private static func truth(_ value: String) -> String? {
        switch value {
        case "true": "yes"
        case "false": "no"
        default: nil
        }
    }

    /// Numbers and lengths of time by size, everything else as text.
    private static func less(_ left: String, _ right: String) -> Bool {
        if let left = Int64(left), let right = Int64(right) { return left < right }
        if let left = RouterDuration.read(left), let right = RouterDuration.read(right) { return left < right }
        return left < right
    }

    private static func operate(_ operations: [UInt8], on stack: inout [Bool]) {
        for operation in operations {
            switch operation {
            case UInt8(ascii: "!"):
                if let top = stack.popLast() { stack.append(!top) }
            case UInt8(ascii: "&"), UInt8(ascii: "|"):
                guard stack.count >= 2 else { continue }
                let (second, first) = (stack.removeLast(), stack.removeLast())
                stack.append(operation == UInt8(ascii: "&") ? first && second : first || second)
            case 48...57:
                let position = Int(operation) - 48
                if position < stack.count { stack.append(stack[position]) }
            default: continue
            }
        }
    }
}
