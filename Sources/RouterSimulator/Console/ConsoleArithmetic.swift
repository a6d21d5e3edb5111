import Values

/// What operators make of values.
enum ConsoleArithmetic {
    static func prefix(_ meaning: ConsoleOperator, _ value: ConsoleValue) throws(ConsoleRun.Stop) -> ConsoleValue {
        switch meaning {
        case .not: return .truth(!(value.truth ?? false))
        default:
            guard let number = value.number else { throw .failed("cannot negate \(value.typeName)") }
            return .number(0 &- number)
        }
    }

    static func infix(
        _ meaning: ConsoleOperator, _ left: ConsoleValue, _ right: ConsoleValue
    ) throws(ConsoleRun.Stop) -> ConsoleValue {
        switch meaning {
        case .and: return .truth((left.truth ?? false) && (right.truth ?? false))
        case .or: return .truth((left.truth ?? false) || (right.truth ?? false))
        case .equal: return .truth(left.means(right))
        case .unequal: return .truth(!left.means(right))
        case .less: return .truth(isLess(left, right))
        case .greater: return .truth(isLess(right, left))
        case .atMost: return .truth(!isLess(right, left))
        case .atLeast: return .truth(!isLess(left, right))
        case .isIn: return .truth(right.items.contains { $0.value.means(left) })
        case .concatenate: return .text(left.text + right.text)
        case .append: return .array(left.items + right.items)
        case .element: return element(right, of: left)
        default: return try calculate(meaning, left, right)
        }
    }

    private static func calculate(
        _ meaning: ConsoleOperator, _ left: ConsoleValue, _ right: ConsoleValue
    ) throws(ConsoleRun.Stop) -> ConsoleValue {
        guard let first = left.number, let second = right.number else {
            throw .failed("cannot calculate with \(left.typeName) and \(right.typeName)")
        }
        if meaning == .divide || meaning == .remainder, second == 0 { throw .failed("division by zero") }
        let number: Int64 =
            switch meaning {
            case .plus: first &+ second
            case .minus: first &- second
            case .times: first &* second
            case .divide: first.dividedReportingOverflow(by: second).partialValue
            default: first.remainderReportingOverflow(dividingBy: second).partialValue
            }
        if case .time = left { return .time(.seconds(max(-3_000_000_000, min(3_000_000_000, number)))) }
        return .number(number)
    }

    /// Numbers and times by size, everything else as text.
    private static func isLess(_ left: ConsoleValue, _ right: ConsoleValue) -> Bool {
        if let first = left.number, let second = right.number { return first < second }
        if let first = RouterDuration.read(left.text), let second = RouterDuration.read(right.text) {
            return first < second
        }
        return left.text < right.text
    }

    /// `$array->"key"`, `$array->0`.
    private static func element(_ key: ConsoleValue, of value: ConsoleValue) -> ConsoleValue {
        guard case .array(let items) = value else { return .nothing }
        if let named = items.last(where: { $0.key == key.text }) { return named.value }
        guard let number = key.number, number >= 0, number < items.count else { return .nothing }
        return items[Int(number)].value
    }
}
