import Values

/// An entry of camt.053 while it is read, with the payments in it.
struct CamtEntry {
    /// The most payments of one entry; they are held until it is known whether they add up to it.
    private static let mostDetails = 20_000

    private struct Details {
        var reference = ""
        var transaction = ""
        var endToEnd = ""
        var amount = ""
        var currency = ""
        var isDebit: Bool?
        var name = ""
        var account = ""
        var structured = ""
        var words: [String] = []
    }

    let line: Int
    private var amount = ""
    private var currency = ""
    private var isDebit = false
    private var isReversal = false
    private var status = ""
    private var booked = ""
    private var valued = ""
    private var reference = ""
    private var words: [String] = []
    private var details: [Details] = []
    private var isTooMany = false

    init(line: Int) { self.line = line }

    mutating func beginDetails() {
        if details.count < Self.mostDetails { details.append(Details()) } else { isTooMany = true }
    }

    /// Keeps what an element says; `path` begins below the entry.
    mutating func note(_ path: ArraySlice<String>, _ text: String, currency code: String?) {
        guard !text.isEmpty else { return }
        if let place = path.lastIndex(of: "TxDtls") {
            guard !details.isEmpty, !isTooMany else { return }
            Self.note(&details[details.count - 1], path[(place + 1)...].joined(separator: "/"), text, currency: code)
            return
        }
        switch path.joined(separator: "/") {
        case "Amt": (amount, currency) = (text, code ?? "")
        case "CdtDbtInd": isDebit = text == "DBIT"
        case "RvslInd": isReversal = text == "true" || text == "1"
        // A text up to version 07, a code within it from 08 on.
        case "Sts", "Sts/Cd": status = text
        case "BookgDt/Dt", "BookgDt/DtTm": booked = text
        case "ValDt/Dt", "ValDt/DtTm": valued = text
        case "AcctSvcrRef": reference = text
        case "AddtlNtryInf": words.append(text)
        default: break
        }
    }

    private static func note(_ details: inout Details, _ path: String, _ text: String, currency: String?) {
        switch path {
        case "Refs/AcctSvcrRef": details.reference = text
        case "Refs/TxId": details.transaction = text
        case "Refs/EndToEndId": details.endToEnd = text == "NOTPROVIDED" ? "" : text
        case "Amt", "AmtDtls/TxAmt/Amt": (details.amount, details.currency) = (text, currency ?? "")
        case "CdtDbtInd": details.isDebit = text == "DBIT"
        // The party stands one level lower from version 07 on.
        case "RltdPties/Dbtr/Nm", "RltdPties/Dbtr/Pty/Nm": details.name = text
        case "RltdPties/DbtrAcct/Id/IBAN", "RltdPties/DbtrAcct/Id/Othr/Id": details.account = text
        case "RmtInf/Strd/CdtrRefInf/Ref": details.structured = text
        case "RmtInf/Ustrd", "AddtlTxInf": details.words.append(text)
        default: break
        }
    }

    /// An amount as ISO writes it: a point, never groups.
    static func money(_ text: String, _ currency: Currency) -> Money? {
        var plain = text[...]
        if plain.contains(".") {
            while plain.hasSuffix("0") { plain = plain.dropLast() }
            if plain.hasSuffix(".") { plain = plain.dropLast() }
        }
        return Money(plain, in: currency)
    }

    // MARK: What it is

    func items(in accountCurrency: Currency?) -> [StatementItem] {
        guard status.isEmpty || status == "BOOK" else { return [.passed(line: line)] }
        do throws(StatementFlaw) { return try entries(in: accountCurrency).map { .entry($0) } } catch {
            return [.broken(line: line, error)]
        }
    }

    private func entries(in accountCurrency: Currency?) throws(StatementFlaw) -> [StatementEntry] {
        guard !isTooMany else { throw .tooManyDetails }
        guard let currency = Currency(code: currency) ?? accountCurrency else { throw .currency }
        guard let whole = Self.money(amount, currency), whole.minorUnits > 0 else { throw .amount }
        guard let time = StatementTime.read(booked.isEmpty ? valued : booked) else { throw .date }
        guard details.count > 1 else {
            return [entry(details.first ?? Details(), whole, isDebit, time, bankReference: reference)]
        }
        var (entries, sum) = ([StatementEntry](), 0 as Int64)
        for (number, part) in details.enumerated() {
            guard let amount = Self.money(part.amount, currency),
                part.currency.isEmpty || part.currency == currency.code,
                amount.minorUnits > 0
            else { throw .details }
            let isDebit = part.isDebit ?? isDebit
            sum += isDebit == self.isDebit ? amount.minorUnits : -amount.minorUnits
            // Payments without a name of their own are told by their place in the entry.
            let own = reference.isEmpty ? "" : "\(reference)-\(number + 1)"
            entries.append(entry(part, amount, isDebit, time, bankReference: own))
        }
        guard sum == whole.minorUnits else { throw .details }
        return entries
    }

    private func entry(
        _ part: Details, _ amount: Money, _ isDebit: Bool, _ time: StatementEntry.Time, bankReference: String
    ) -> StatementEntry {
        let direction: StatementEntry.Direction =
            isReversal ? (isDebit ? .reversedCredit : .reversedDebit) : isDebit ? .debit : .credit
        let names = [part.reference, bankReference, part.transaction].filter { !$0.isEmpty }
        var entry = StatementEntry(
            line: line, amount: amount, direction: direction, time: time, bankReference: names.first)
        entry.reference = part.structured
        entry.payer = part.account
        entry.payerName = part.name
        entry.narrative = (part.words + [part.endToEnd] + words).filter { !$0.isEmpty }.joined(separator: " ")
        return entry
    }
}
