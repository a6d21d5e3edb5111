package import MobileMoney
package import SQL
package import Tenancy
package import Values

/// What a provider says of a day, and what we have of it.
package struct DayComparison: Sendable {
    package enum Difference: Hashable, Sendable {
        /// The provider tells of money that nobody told us of.
        case missingHere(ReceiptName, Money)
        /// We have money of which the provider does not tell.
        case missingThere(ReceiptName, Money)
        case amount(ReceiptName, ours: Money, theirs: Money)
        /// We have it under another day or another account: no money is missing.
        case elsewhere(ReceiptName, Money)
    }

    /// A receipt of ours.
    struct Kept: Hashable, Sendable {
        let name: ReceiptName
        let amount: Money
        /// The receipt of which it is another name.
        let alias: ReceiptName?
    }

    package private(set) var theirs = StatementReport.Tally()
    package private(set) var ours = StatementReport.Tally()
    private var waiting: [ReceiptName: Money] = [:]
    private var primary: [ReceiptName: ReceiptName] = [:]
    private var seen: Set<ReceiptName> = []
    private var found: [Difference] = []

    init(_ kept: [Kept]) {
        for receipt in kept {
            primary[receipt.name] = receipt.alias ?? receipt.name
            guard receipt.alias == nil else { continue }
            waiting[receipt.name] = receipt.amount
            ours.add(receipt.amount)
        }
    }

    /// Compares what the provider tells; `elsewhere` finds a receipt of ours on other days and accounts.
    mutating func take(
        _ names: [ReceiptName], _ amount: Money, elsewhere: (ReceiptName) throws -> PaymentReceipt?
    ) rethrows {
        guard let name = names.first, !names.contains(where: { seen.contains($0) }) else { return }
        seen.formUnion(names)
        theirs.add(amount)
        if let own = names.lazy.compactMap({ [primary] in primary[$0] }).first,
            let kept = waiting.removeValue(forKey: own)
        {
            if kept != amount { found.append(.amount(own, ours: kept, theirs: amount)) }
            return
        }
        for name in names {
            guard let other = try elsewhere(name) else { continue }
            found.append(
                other.amount == amount
                    ? .elsewhere(other.name, amount) : .amount(other.name, ours: other.amount, theirs: amount))
            return
        }
        found.append(.missingHere(name, amount))
    }

    /// All differences, once everything was told.
    package var differences: [Difference] {
        let missing = waiting.map { Difference.missingThere($0.key, $0.value) }
        return (found + missing).sorted { "\($0)" < "\($1)" }
    }

    /// Whether the two sides tell of the same money.
    package var isEqual: Bool {
        waiting.isEmpty && found.allSatisfy { if case .elsewhere = $0 { true } else { false } }
    }
}

extension Transaction {
    /// The receipts of an account whose money came on a day, with their other names.
    borrowing func receipts(
        of account: ID<RailAccount>, on day: AccountDay, of tenant: ID<Tenant>
    ) throws(SQLError) -> [DayComparison.Kept] {
        try all(
            """
            SELECT rail, receipt, amount, currency, alias_rail, alias_of FROM payment_receipt
            WHERE tenant = $1 AND account = $2 AND paid_at >= $3 AND paid_at < $4
            """, tenant, account, day.start, day.end
        ) { (row: borrowing Row) throws(SQLError) in
            guard let rail = Rail(rawValue: try row[0]), let number = ReceiptNumber(try row[1] as String),
                let currency = Currency(code: try row[3] as String)
            else { throw SQLError(.damaged, code: "receipt", message: "A receipt has an unknown rail or currency") }
            let other = (try row[4] as String?).flatMap { Rail(rawValue: $0) }
            let alias = (try row[5] as String?).flatMap { ReceiptNumber($0) }
            return DayComparison.Kept(
                name: ReceiptName(rail, number), amount: Money(minorUnits: try row[2], in: currency),
                alias: other.flatMap { rail in alias.map { ReceiptName(rail, $0) } })
        }
    }

    /// Payments of an account that were paid on a day and whose receipt nobody has told yet.
    package borrowing func paymentsWithoutReceipt(
        on day: AccountDay, of account: ID<RailAccount>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [Payment] {
        try all(
            """
            SELECT id, tenant, code, account, package, site, router, mac, address, amount, currency, phone, state, outcome,
                reason, created_at, expires_at, prompted_at, decided_at, attempts, due_at, prompt_sealed, receipt, received,
                posting, entitlement, effect, needs_review, language, from_wallet
            FROM payment WHERE tenant = $1 AND account = $2 AND receipt IS NULL AND state = 'paid' AND decided_at >= $3
                AND decided_at < $4 ORDER BY id
            """, tenant, account, day.start, day.end, read: Payment.init(row:))
    }
}
