import Values

/// A statement as CSV: the export of the M-PESA organisation portal, or a bank's own with a header that says what is what.
///
/// Lines before the header may name the account and its balances.
final class CSVStatement: StatementReader {
    /// How far into the file the header may stand.
    private static let mostPreamble = 60

    private let records: CSVRecords
    private let currency: Currency
    private let own: [CSVColumns.Role: String]
    private var columns: CSVColumns?
    private var waiting: [StatementItem] = []
    private var sums = RunningBalance()
    private var isOver = false

    /// Amounts without a currency are in `currency`.
    init(_ lines: LineReader, in currency: Currency, columns own: [CSVColumns.Role: String]) {
        records = CSVRecords(lines)
        self.currency = currency
        self.own = own
    }

    func next() throws(StatementTrouble) -> StatementItem? {
        if columns == nil { try readPreamble() }
        if !waiting.isEmpty { return waiting.removeFirst() }
        guard !isOver, let columns else { return nil }
        guard let record = try records.next() else {
            isOver = true
            guard let (opening, closing) = sums.ends else { return nil }
            waiting = [.closing(closing)]
            return .opening(opening)
        }
        if let flaw = record.flaw { return .broken(line: record.line, flaw) }
        do throws(StatementFlaw) {
            guard let entry = try entry(record, columns) else { return .passed(line: record.line) }
            sums.add(entry)
            return .entry(entry)
        } catch {
            sums.isWhole = false
            return .broken(line: record.line, error)
        }
    }

    // MARK: The beginning

    private func readPreamble() throws(StatementTrouble) {
        var isAny = false
        for _ in 0..<Self.mostPreamble {
            guard let record = try next(beforeHeader: ()) else { break }
            isAny = true
            if let columns = CSVColumns(header: record.fields, own: own) {
                self.columns = columns
                records.width = record.fields.count
                return
            }
            note(record.fields)
        }
        throw isAny ? .noHeader : .empty
    }

    /// Tries the separators on a line of which nobody knows yet what separates its fields.
    private func next(beforeHeader: Void) throws(StatementTrouble) -> CSVRecords.Record? {
        guard let record = try records.next() else { return nil }
        guard record.fields.count < 2, let text = record.fields.first else { return record }
        for separator in [UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")] {
            guard let fields = CSVRecords.fields(text, separator), fields.count >= 2 else { continue }
            if CSVColumns(header: fields, own: own) != nil { records.separator = separator }
            return CSVRecords.Record(line: record.line, fields: fields)
        }
        return record
    }

    private static let accountWords: Set<String> = [
        "shortcode", "organizationshortcode", "organisationshortcode", "paybill", "paybillnumber", "till", "tillnumber",
        "accountnumber", "accountno", "account",
    ]

    /// Keeps what a line before the header says of the account.
    private func note(_ fields: [String]) {
        let words = fields.flatMap { $0.split(separator: ":", maxSplits: 1).map(String.init) }
        for (word, value) in zip(words, words.dropFirst()) where Self.accountWords.contains(CSVColumns.bare(word)) {
            let number = value.filter { !$0.isWhitespace }
            guard number.utf8.count >= 4, number.contains(where: \.isNumber) else { continue }
            if waiting.isEmpty { waiting = [.account(number, nil)] }
        }
    }

    // MARK: Lines

    /// Nil for a payment that was not completed.
    private func entry(
        _ record: CSVRecords.Record, _ columns: CSVColumns
    ) throws(StatementFlaw) -> StatementEntry? {
        let fields = record.fields
        guard fields.count >= columns.count else { throw .columns }
        let status = columns[.status, fields]
        guard status.isEmpty || ["completed", "success", "successful", "posted"].contains(status.lowercased()) else {
            return nil
        }
        let named = columns[.currency, fields]
        guard named.isEmpty || named.uppercased() == currency.code else { throw .currency }
        let signed = try amount(fields, columns)
        guard let time = StatementTime.read(columns[.date, fields]) else { throw .date }
        let receipt = columns[.receipt, fields]
        var entry = StatementEntry(
            line: record.line, amount: signed.minorUnits < 0 ? signed * -1 : signed,
            direction: signed.minorUnits < 0 ? .debit : .credit, time: time,
            bankReference: receipt.isEmpty ? nil : receipt)
        entry.reference = columns[.reference, fields]
        entry.narrative = columns[.details, fields]
        if entry.reference.isEmpty { entry.reference = Self.account(in: entry.narrative) }
        (entry.payer, entry.payerName) = Self.party(columns[.party, fields])
        entry.balance = StatementAmount.read(columns[.balance, fields], in: currency)
        return entry
    }

    /// More than nothing for a credit.
    private func amount(_ fields: [String], _ columns: CSVColumns) throws(StatementFlaw) -> Money {
        let credit = try amount(columns[.credit, fields])
        let debit = try amount(columns[.debit, fields])
        switch (credit, debit) {
        case (nil, nil): break
        // A sign is left out in one export and written in the next.
        case (let credit?, nil): return credit
        case (nil, let debit?): return debit.minorUnits < 0 ? debit : debit * -1
        case (_?, _?): throw .twoAmounts
        }
        guard let amount = try amount(columns[.amount, fields]) else { throw .noAmount }
        let isDebit = ["D", "DR", "DEBIT", "DBIT"].contains(columns[.side, fields].uppercased())
        return isDebit && amount.minorUnits > 0 ? amount * -1 : amount
    }

    /// Nil where nothing, a hyphen or zero stands.
    private func amount(_ text: String) throws(StatementFlaw) -> Money? {
        guard !text.isEmpty, text != "-" else { return nil }
        guard let amount = StatementAmount.read(text, in: currency) else { throw .amount }
        return amount.minorUnits == 0 ? nil : amount
    }

    /// `Pay Bill from 2547••• - JANE Acc. HSE12` names the account at its end.
    private static func account(in details: String) -> String {
        guard let mark = details.firstRange(of: " Acc. ") else { return "" }
        return String(details[mark.upperBound...])
    }

    /// `254712345678 - JANE DOE`: the number and the name; a name alone where there is no number.
    private static func party(_ text: String) -> (number: String, name: String) {
        guard let dash = text.firstRange(of: " - ") else {
            let isNumber = text.utf8.contains { (48...57).contains($0) } && !text.contains(" ")
            return isNumber ? (text, "") : ("", text)
        }
        return (String(text[..<dash.lowerBound]), String(text[dash.upperBound...]))
    }
}

/// What was in the account at both ends, from the balance beside each line; the file may go either way through time.
private struct RunningBalance {
    private var first: StatementEntry?
    private var last: StatementEntry?
    private var sum: Int64 = 0
    /// Whether every line could be read.
    var isWhole = true

    mutating func add(_ entry: StatementEntry) {
        if first == nil { first = entry }
        last = entry
        sum += entry.signed.minorUnits
    }

    /// Before the first and after the last movement; nil where no balances stand beside both.
    var ends: (opening: Money, closing: Money)? {
        guard let first, let last, let early = first.balance, let late = last.balance else { return nil }
        let forwards = (opening: early + first.signed * -1, closing: late)
        let backwards = (opening: late + last.signed * -1, closing: early)
        let fits = backwards.opening.minorUnits + sum == backwards.closing.minorUnits
        return fits ? backwards : forwards
    }
}
