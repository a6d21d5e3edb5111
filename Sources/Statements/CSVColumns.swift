/// Which column of a CSV statement says what, by the words of its header.
package struct CSVColumns: Hashable, Sendable {
    package enum Role: String, Hashable, Sendable, CaseIterable {
        case receipt, date, details, status, credit, debit, amount, side, balance, reference, party, currency
    }

    /// The roles that can be named, for people.
    package static var roles: String { Role.allCases.map(\.rawValue).joined(separator: ", ") }

    private(set) var places: [Role: Int] = [:]

    /// What stands in headers, in letters and digits alone; the first word that is found wins.
    ///
    /// Sources: headers of exports of the M-PESA organisation portal, and of Kenyan and Ugandan banks, as others published
    /// them.
    // swift-format-ignore
    private static let words: [Role: [String]] = [
        .receipt:   ["receiptno", "receiptnumber", "receipt", "transactionid", "transactionreference", "transactionref",
                     "bankreference", "bankref", "referenceno", "referencenumber", "refno", "reference", "ref",
                     "transactionno", "transactionnumber", "txnid"],
        .date:      ["completiontime", "transactiondate", "txndate", "trandate", "bookingdate", "postingdate", "postdate",
                     "entrydate", "date", "datetime", "valuedate", "transactiontime"],
        .details:   ["details", "transactiondetails", "description", "narration", "narrative", "particulars", "remarks"],
        .status:    ["transactionstatus", "status"],
        .credit:    ["paidin", "credit", "credits", "creditamount", "deposit", "deposits", "moneyin", "amountin", "cr"],
        .debit:     ["withdrawn", "debit", "debits", "debitamount", "withdrawal", "withdrawals", "moneyout", "amountout", "dr"],
        .amount:    ["amount", "transactionamount"],
        .side:      ["drcr", "crdr", "debitcredit", "creditdebit", "dc", "cd", "type"],
        .balance:   ["balance", "runningbalance", "bookbalance", "closingbalance", "balanceafter"],
        .reference: ["acno", "customerreference", "paymentreference", "billreference", "billrefnumber", "accountreference"],
        .party:     ["otherpartyinfo", "payer", "payername", "customername", "paidby", "sender", "counterparty"],
        .currency:  ["currency", "ccy"],
    ]

    /// Recognises a header; nil for a line that names no date, or neither a credit nor an amount.
    ///
    /// `own` says in the file's own words which column plays a role.
    init?(header: [String], own: [Role: String] = [:]) {
        let names = header.map { Self.bare($0) }
        for role in Role.allCases {
            let wanted = own[role].map { [Self.bare($0)] } ?? Self.words[role] ?? []
            if let place = wanted.lazy.compactMap({ names.firstIndex(of: $0) }).first { places[role] = place }
            if own[role] != nil, places[role] == nil { return nil }
        }
        guard places[.date] != nil, places[.credit] != nil || places[.amount] != nil else { return nil }
    }

    /// Reads `date=Posted On,credit=In`; nil for what names no role or no column.
    package static func own(_ text: some StringProtocol) -> [Role: String]? {
        var own: [Role: String] = [:]
        for pair in text.split(separator: ",") {
            let halves = pair.split(separator: "=", maxSplits: 1)
            guard halves.count == 2, let role = Role(rawValue: String(halves[0])) else { return nil }
            own[role] = String(halves[1])
        }
        return own
    }

    /// Whether it is an export of the M-PESA organisation portal, whose receipts are M-PESA's.
    var isMpesa: Bool { places[.receipt] != nil && places[.status] != nil && places[.credit] != nil }

    subscript(_ role: Role, _ fields: [String]) -> String {
        guard let place = places[role], place < fields.count else { return "" }
        return fields[place]
    }

    /// How many fields a line has at least.
    var count: Int { [.date, .credit, .amount].compactMap { places[$0] }.min().map { $0 + 1 } ?? 0 }

    static func bare(_ text: some StringProtocol) -> String {
        String(
            decoding: text.lowercased().utf8.filter { (48...57).contains($0) || (97...122).contains($0) }, as: UTF8.self
        )
    }
}
