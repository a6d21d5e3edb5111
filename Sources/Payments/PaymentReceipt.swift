package import Ledger
package import MobileMoney
package import SQL
package import Tenancy
package import Values

/// Money that a provider has told of, under its own number: booked once, on whichever road it came first.
package struct PaymentReceipt: Hashable, Sendable {
    package enum Standing: String, Sendable {
        /// It belongs to a payment.
        case booked
        /// It went into a wallet.
        case credited
        /// It belongs to nobody yet.
        case unassigned
        /// It is another name of a receipt, and no money of its own.
        case alias
    }

    package let tenant: ID<Tenant>
    package let rail: Rail
    package let receipt: ReceiptNumber
    package let account: ID<RailAccount>
    package let payment: ID<Payment>?
    package let amount: Money
    package let paidAt: Instant
    package let seenAt: Instant
    package let road: Road
    package let reference: TypedReference
    package let payer: PayerMark
    package let payerName: String
    package let standing: Standing
    package let posting: ID<Posting>?

    var name: ReceiptName { ReceiptName(rail, receipt) }

    /// The source of what is entered for this receipt alone.
    var source: Posting.Source { Posting.Source("receipt", "\(rail.rawValue)/\(receipt)") }
    /// The source of what takes it out of the unassigned.
    var assignment: Posting.Source { Posting.Source("assignment", "\(rail.rawValue)/\(receipt)") }
}

extension Transaction {
    /// The money of which a rail's number is told, also where it is booked under another one.
    package borrowing func receipt(
        _ number: ReceiptNumber, on rail: Rail, of tenant: ID<Tenant>
    ) throws(SQLError) -> PaymentReceipt? {
        let found = try row(of: number, on: rail, of: tenant)
        guard found?.standing == .alias else { return found }
        let name = try first(
            "SELECT alias_rail, alias_of FROM payment_receipt WHERE tenant = $1 AND rail = $2 AND receipt = $3", tenant,
            rail.rawValue, number.text
        ) { (row: borrowing Row) throws(SQLError) in
            (rail: Rail(rawValue: try row[0]), number: ReceiptNumber(try row[1] as String))
        }
        guard let rail = name?.rail, let number = name?.number else { return nil }
        return try row(of: number, on: rail, of: tenant)
    }

    private borrowing func row(
        of receipt: ReceiptNumber, on rail: Rail, of tenant: ID<Tenant>
    ) throws(SQLError) -> PaymentReceipt? {
        try first(
            """
            SELECT tenant, rail, receipt, account, payment, amount, currency, paid_at, seen_at, road, reference, payer,
                payer_name, standing, posting
            FROM payment_receipt WHERE tenant = $1 AND rail = $2 AND receipt = $3
            """, tenant, rail.rawValue, receipt.text, read: PaymentReceipt.init(row:))
    }

    /// The money of that name, whichever of its names it is booked under.
    borrowing func receipt(_ name: ReceiptName, of tenant: ID<Tenant>) throws(SQLError) -> PaymentReceipt? {
        try receipt(name.number, on: name.rail, of: tenant)
    }

    /// Keeps another name of a receipt; false where the name is taken.
    borrowing func insert(_ alias: ReceiptName, of receipt: PaymentReceipt) throws(SQLError) -> Bool {
        try run(
            """
            INSERT INTO main.payment_receipt (tenant, rail, receipt, account, amount, currency, paid_at, seen_at, road,
                reference, payer, payer_name, standing, alias_rail, alias_of)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', '', 'alias', $10, $11)
            ON CONFLICT (tenant, rail, receipt) DO NOTHING
            """, receipt.tenant, alias.rail.rawValue, alias.number.text, receipt.account, receipt.amount.minorUnits,
            receipt.amount.currency.code, receipt.paidAt, receipt.seenAt, receipt.road.rawValue, receipt.rail.rawValue,
            receipt.receipt.text) == 1
    }

    /// The money of which a payer tells by its receipt alone, who numbered it being no concern of his.
    package borrowing func receipt(
        named number: ReceiptNumber, of tenant: ID<Tenant>
    ) throws(SQLError) -> PaymentReceipt? {
        for rail in Rail.allCases {
            if let found = try receipt(number, on: rail, of: tenant) { return found }
        }
        return nil
    }

    /// A page of money that belongs to nobody, oldest first.
    package borrowing func unassigned(
        of tenant: ID<Tenant>, since instant: Instant = 0, atMost limit: Int
    ) throws(SQLError) -> [PaymentReceipt] {
        try all(
            """
            SELECT tenant, rail, receipt, account, payment, amount, currency, paid_at, seen_at, road, reference, payer,
                payer_name, standing, posting
            FROM payment_receipt WHERE tenant = $1 AND standing = 'unassigned' AND seen_at >= $2
            ORDER BY seen_at, receipt LIMIT $3
            """, tenant, instant, limit, read: PaymentReceipt.init(row:))
    }

    /// The receipts of a payment.
    package borrowing func receipts(
        of payment: ID<Payment>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [PaymentReceipt] {
        try all(
            """
            SELECT tenant, rail, receipt, account, payment, amount, currency, paid_at, seen_at, road, reference, payer,
                payer_name, standing, posting
            FROM payment_receipt WHERE payment = $1 AND tenant = $2 ORDER BY seen_at
            """, payment, tenant, read: PaymentReceipt.init(row:))
    }

    /// Keeps a receipt; false where it is known, then also where another transaction has just made it.
    borrowing func insert(_ receipt: PaymentReceipt) throws(SQLError) -> Bool {
        try run(
            """
            INSERT INTO main.payment_receipt (tenant, rail, receipt, account, payment, amount, currency, paid_at, seen_at, road,
                reference, payer, payer_name, standing)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT (tenant, rail, receipt) DO NOTHING
            """, receipt.tenant, receipt.rail.rawValue, receipt.receipt.text, receipt.account, receipt.payment,
            receipt.amount.minorUnits, receipt.amount.currency.code, receipt.paidAt, receipt.seenAt,
            receipt.road.rawValue, receipt.reference.typed, receipt.payer.text, receipt.payerName,
            receipt.standing.rawValue) == 1
    }

    /// Writes what became of a receipt.
    borrowing func place(
        _ receipt: PaymentReceipt, _ standing: PaymentReceipt.Standing, on payment: ID<Payment>?,
        by posting: ID<Posting>?
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.payment_receipt SET standing = $1, payment = $2, posting = $3
            WHERE tenant = $4 AND rail = $5 AND receipt = $6
            """, standing.rawValue, payment, posting, receipt.tenant, receipt.rail.rawValue, receipt.receipt.text)
    }
}

extension PaymentReceipt {
    init(row: borrowing Row) throws(SQLError) {
        guard let rail = Rail(rawValue: try row[1]), let receipt = ReceiptNumber(try row[2] as String),
            let currency = Currency(code: try row[6] as String), let road = Road(rawValue: try row[9]),
            let standing = Standing(rawValue: try row[13])
        else { throw SQLError(.damaged, code: "receipt", message: "A receipt has an unknown rail, road or standing") }
        self.init(
            tenant: try row[0], rail: rail, receipt: receipt, account: try row[3], payment: try row[4],
            amount: Money(minorUnits: try row[5], in: currency), paidAt: try row[7], seenAt: try row[8], road: road,
            reference: TypedReference(try row[10]), payer: PayerMark(try row[11] as String), payerName: try row[12],
            standing: standing, posting: try row[14])
    }
}

extension PayerMark {
    /// The form in which it is kept, and read back.
    var text: String {
        switch self {
        case .absent: ""
        case .number(let number): number.digits
        case .masked(let text), .hashed(let text): text
        }
    }
}
