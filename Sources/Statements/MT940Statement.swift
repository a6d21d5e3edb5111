import Values

/// SWIFT's MT940, one statement after the other in a file.
///
/// Source: SWIFT Standards MT November 2023, category 9, MT 940; with what banks do beside it: points instead of commas,
/// long references, envelopes of blocks around each statement, either end of line.
final class MT940Statement: StatementReader {
    /// A field with its tag: `:61:…` and the lines that go on with it.
    private struct Field {
        let line: Int
        let tag: String
        var lines: [String]
        var text: String { lines.joined(separator: "\n") }
    }

    /// The most lines of a field that are kept.
    private static let mostLines = 20

    private let lines: LineReader
    private var waitingField: Field?
    private var waiting: [StatementItem] = []
    private var entry: StatementEntry?
    private var account = ""
    private var currency: Currency?

    init(_ lines: LineReader) { self.lines = lines }

    func next() throws(StatementTrouble) -> StatementItem? {
        while waiting.isEmpty {
            guard let field = try nextField() else {
                guard let entry else { return nil }
                self.entry = nil
                return .entry(entry)
            }
            read(field)
        }
        return waiting.removeFirst()
    }

    /// Keeps what a field says in `waiting`; an entry waits for its `:86:`.
    private func read(_ field: Field) {
        if field.tag == "86", var entry {
            Self.describe(&entry, field.lines)
            self.entry = nil
            waiting.append(.entry(entry))
            return
        }
        if let entry {
            self.entry = nil
            waiting.append(.entry(entry))
        }
        switch field.tag {
        case "25": account = String(field.lines[0].filter { !$0.isWhitespace })
        case "60F", "60M":
            guard let balance = balance(field) else { return waiting.append(.broken(line: field.line, .amount)) }
            currency = balance.currency
            waiting += [.account(account, balance.currency), .opening(balance)]
        case "62F", "62M":
            guard let balance = balance(field) else { return waiting.append(.broken(line: field.line, .amount)) }
            waiting.append(.closing(balance))
        case "61":
            do throws(StatementFlaw) { entry = try movement(field) } catch {
                waiting.append(.broken(line: field.line, error))
            }
        default: break
        }
    }

    // MARK: Fields

    private func nextField() throws(StatementTrouble) -> Field? {
        var field = waitingField
        waitingField = nil
        while let line = try lines.next() {
            if let begun = Self.field(line) {
                guard let field else {
                    field = begun
                    continue
                }
                waitingField = begun
                return field
            }
            let isEnd = line.text.hasPrefix("-}") || line.text.hasPrefix("{") || line.text == "-"
            if isEnd, let found = field { return found }
            if !isEnd, let count = field?.lines.count, count < Self.mostLines { field?.lines.append(line.text) }
        }
        return field
    }

    /// A line such as `:61:…` or, after the head of an envelope, `{4::20:…`; nil for one that goes on.
    private static func field(_ line: LineReader.Line) -> Field? {
        guard line.text.hasPrefix(":"), let end = line.text.utf8.dropFirst().firstIndex(of: UInt8(ascii: ":")) else {
            return nil
        }
        let tag = line.text[..<end].dropFirst()
        guard (2...3).contains(tag.utf8.count), tag.utf8.prefix(2).allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return Field(line: line.number, tag: String(tag), lines: [String(line.text[end...].dropFirst())])
    }

    /// `C261005KES1500,00`.
    private func balance(_ field: Field) -> Money? {
        var rest = field.lines[0].filter { !$0.isWhitespace }[...]
        guard let side = rest.popFirst(), side == "C" || side == "D", rest.utf8.count > 9,
            let currency = Currency(code: rest.dropFirst(6).prefix(3)),
            let amount = Self.amount(rest.dropFirst(9), currency)
        else { return nil }
        return side == "C" ? amount : amount * -1
    }

    /// A comma before the cents, also where there are none; never groups.
    private static func amount(_ text: some StringProtocol, _ currency: Currency) -> Money? {
        guard text.utf8.filter({ $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ".") }).count <= 1 else { return nil }
        let isCut = text.hasSuffix(",") || text.hasSuffix(".")
        var plain = String(text.map { $0 == "," ? "." : $0 })
        if isCut { plain.removeLast() }
        while plain.contains("."), plain.hasSuffix("0") { plain.removeLast() }
        if plain.hasSuffix(".") { plain.removeLast() }
        return Money(plain, in: currency)
    }

    // MARK: Movements

    /// `2610061006C1500,00NTRFRENT//FT26279ABCDE`, on the next line what the bank adds.
    private func movement(_ field: Field) throws(StatementFlaw) -> StatementEntry {
        guard let currency else { throw .currency }
        var rest = field.lines[0][...]
        let digits = rest.prefix(6)
        guard digits.utf8.count == 6, let date = Int64(digits),
            let day = StatementTime.days(2_000 + date / 10_000, date / 100 % 100, date % 100)
        else { throw .date }
        rest = rest.dropFirst(6)
        var booked = day
        if let entryDate = Int64(rest.prefix(4)), rest.prefix(4).allSatisfy(\.isNumber) {
            booked = Self.booking(month: entryDate / 100, day: entryDate % 100, near: day) ?? day
            rest = rest.dropFirst(4)
        }
        let direction: StatementEntry.Direction
        switch rest.prefix(2) {
        case "RC": direction = .reversedCredit
        case "RD": direction = .reversedDebit
        default:
            guard let side = rest.first, side == "C" || side == "D" else { throw .shape }
            direction = side == "C" ? .credit : .debit
        }
        rest = rest.dropFirst(direction == .credit || direction == .debit ? 1 : 2)
        // A third letter of the currency may stand here, as the funds code.
        if let letter = rest.first, letter.isLetter { rest = rest.dropFirst() }
        let number = rest.prefix { $0.isNumber || $0 == "," || $0 == "." }
        guard let amount = Self.amount(number, currency), amount.minorUnits > 0 else { throw .amount }
        rest = rest.dropFirst(number.count)
        guard rest.utf8.count >= 4 else { throw .shape }
        let references = rest.dropFirst(4)
        var entry = StatementEntry(line: field.line, amount: amount, direction: direction, time: .day(booked))
        if let mark = references.firstRange(of: "//") {
            entry.bankReference = Self.reference(references[mark.upperBound...])
            entry.narrative = Self.reference(references[..<mark.lowerBound]) ?? ""
        } else {
            entry.narrative = Self.reference(references) ?? ""
        }
        entry.narrative = ([entry.narrative] + field.lines.dropFirst()).filter { !$0.isEmpty }.joined(separator: " ")
        return entry
    }

    /// The entry's day has no year: the one that lies nearest to the value's.
    private static func booking(month: Int64, day: Int64, near value: Int64) -> Int64? {
        let year = CivilDate(daysSinceEpoch: value).year
        return [year - 1, year, year + 1].compactMap { StatementTime.days($0, month, day) }
            .min { abs($0 - value) < abs($1 - value) }
    }

    private static func reference(_ text: some StringProtocol) -> String? {
        let trimmed = String(text).split(separator: " ").joined(separator: " ")
        return trimmed.isEmpty || trimmed.uppercased() == "NONREF" ? nil : trimmed
    }

    /// Adds what `:86:` says: free text, or parts between marks such as `?20` and `?32`.
    private static func describe(_ entry: inout StatementEntry, _ lines: [String]) {
        // A full line goes on within a word.
        var text = ""
        for (number, line) in lines.enumerated() {
            text += number == 0 || lines[number - 1].utf8.count >= 65 ? line : " " + line
        }
        var words: [String] = []
        if text.contains("?2") || text.contains("?3") {
            for part in text.split(separator: "?").dropFirst(text.hasPrefix("?") ? 0 : 1) {
                let (mark, value) = (part.prefix(2), part.dropFirst(2))
                if mark == "32" || mark == "33" { entry.payerName += (entry.payerName.isEmpty ? "" : " ") + value }
                if mark.first == "2" || mark.first == "6" { words.append(String(value)) }
            }
        } else {
            words = [text]
        }
        entry.narrative = ([entry.narrative] + words).filter { !$0.isEmpty }.joined(separator: " ")
    }
}
