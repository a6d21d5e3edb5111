import MobileMoney
import Provisioning
package import SQL
package import Tenancy
package import Values
import Catalog
import Entitlements
import Ledger

/// What a piece of news did.
package struct Settlement: Hashable, Sendable {
    package let settled: Settled
    package let payment: ID<Payment>?
    /// Routers that have work now.
    package let work: Set<ID<Router>>

    init(_ settled: Settled, _ payment: ID<Payment>? = nil, work: Set<ID<Router>> = []) {
        self.settled = settled
        self.payment = payment
        self.work = work
    }
}

/// What every step of settling needs.
struct Settling: Sendable {
    let road: Road
    let account: RailAccount
    let now: Instant
    /// The tenant's local time.
    let offset: UTCOffset
    var tenant: ID<Tenant> { account.tenant }
    var day: BookDay { BookDay(at: now, offset: offset) }
}

extension Transaction {
    /// The one way in which money is believed, whatever road its news came on.
    ///
    /// A receipt is booked once. The first news of a payment decides it, the others confirm; a success stays one. All of
    /// it, with the entitlement and the effect that lets the device in, is one transaction.
    ///
    /// Above `threshold` an unsigned message alone is not believed: a callback, or an account's own of a receipt that nobody
    /// has seen.
    ///
    /// - Throws: `LedgerRefusal`, `SQLError`.
    package borrowing func settle(
        _ evidence: Evidence, trustingUpTo threshold: Money? = nil, at now: Instant
    ) throws -> Settlement {
        let settling = Settling(
            road: evidence.road, account: evidence.account, now: now, offset: try offset(of: evidence.account.tenant))
        let payment = try named(by: evidence, settling)
        switch evidence.news {
        case .open: return Settlement(.open, payment?.id)
        case .failed(let failure):
            guard let payment else { return Settlement(.review) }
            return try fail(payment, failure, settling)
        case .money(let arrival):
            guard arrival.isFor(settling.account) else {
                if let payment { try markForReview(payment) }
                return Settlement(.foreign, payment?.id)
            }
            if let payment, try isPutOff(payment, arrival, threshold, settling) { return Settlement(.open, payment.id) }
            let names = arrival.names(on: settling.account.rail)
            guard let name = names.first else { return try take(arrival, for: payment, settling) }
            for name in names {
                guard let known = try receipt(name, of: settling.tenant) else { continue }
                let settlement = try meet(known, arrival, payment, settling)
                guard try keep(names, of: known) else {
                    return Settlement(.review, settlement.payment, work: settlement.work)
                }
                return settlement
            }
            if settling.road == .incoming, let threshold, arrival.exceeds(threshold), !arrival.isReceipt(of: payment) {
                return Settlement(.open, payment?.id)
            }
            return try take(arrival, under: name, for: payment ?? candidate(for: arrival, settling), settling)
        }
    }

    /// The payment that the road or the reference names, locked.
    private borrowing func named(by evidence: Evidence, _ settling: Settling) throws(SQLError) -> Payment? {
        var id = evidence.payment
        if id == nil, case .money(let arrival) = evidence.news {
            id = try payment(namedBy: arrival, settling.account)?.id
        }
        guard let id, let payment = try lockedPayment(id, of: settling.tenant) else { return nil }
        return payment.account == settling.account.id || evidence.payment == nil ? payment : nil
    }

    /// Keeps the names by which other roads may tell of a receipt.
    ///
    /// - Returns: false where a name is that of other money: one payment was booked twice, and a person looks.
    private borrowing func keep(_ names: [ReceiptName], of known: PaymentReceipt) throws(SQLError) -> Bool {
        for name in names where try !insert(name, of: known) {
            guard let other = try receipt(name, of: known.tenant), other.name != known.name else { continue }
            for payment in [known.payment, other.payment].compactMap(\.self) {
                try run(
                    "UPDATE main.payment SET needs_review = 1 WHERE id = $1 AND tenant = $2", payment, known.tenant)
            }
            return false
        }
        return true
    }

    /// Whether a callback about so much money must wait until the provider was asked.
    private borrowing func isPutOff(
        _ payment: Payment, _ arrival: Arrival, _ threshold: Money?, _ settling: Settling
    ) throws(SQLError) -> Bool {
        guard settling.road == .callback || settling.road == .incoming, payment.state != .paid, let threshold,
            arrival.exceeds(threshold) || payment.amount.exceeds(threshold)
        else { return false }
        try run(
            "UPDATE main.payment SET due_at = $1 WHERE id = $2 AND tenant = $3 AND prompt_hash IS NOT NULL",
            settling.now, payment.id, payment.tenant)
        // An account's message may tell of a receipt that other roads told of.
        return settling.road == .callback
    }

    // MARK: Money

    /// Money whose receipt is not told: the answer to a question.
    private borrowing func take(
        _ arrival: Arrival, for payment: Payment?, _ settling: Settling
    ) throws -> Settlement {
        guard let payment else { return Settlement(.review) }
        guard payment.state != .paid else { return Settlement(.confirmed, payment.id) }
        let fitting = try unassigned(fitting: payment, settling)
        if fitting.count == 1 { return try give(fitting[0], to: payment, settling) }
        if let known = try inWallet(fitting: payment, settling) {
            return try moveFromWallet(known, to: payment, settling)
        }
        let settlement = try book(
            arrival.amount ?? payment.amount, for: payment, nil, as: ID(at: settling.now), settling)
        // One of them is this money, which lies there twice until somebody tells which.
        if !fitting.isEmpty { try markForReview(payment) }
        return settlement
    }

    /// Money under a receipt that nobody has seen yet.
    private borrowing func take(
        _ arrival: Arrival, under name: ReceiptName, for payment: Payment?, _ settling: Settling
    ) throws -> Settlement {
        let number = name.number
        guard let amount = arrival.amount ?? payment?.amount, amount.minorUnits > 0 else {
            if let payment { try markForReview(payment) }
            return Settlement(.review, payment?.id)
        }
        let standing: PaymentReceipt.Standing =
            payment.map { $0.state == .paid && $0.receipt != nil ? .credited : .booked } ?? .unassigned
        let posting =
            payment.flatMap { $0.state == .paid && $0.receipt == nil ? $0.posting : nil } ?? ID(at: settling.now)
        let receipt = PaymentReceipt(
            name, amount, arrival, standing, on: payment?.id, by: posting, settling)
        guard try insert(receipt) else {
            guard let known = try self.receipt(name, of: settling.tenant) else {
                throw SQLError(.busy, code: "receipt", message: "A receipt is there and not there")
            }
            return try meet(known, arrival, payment, settling)
        }
        guard try keep(arrival.names(on: settling.account.rail).filter { $0 != name }, of: receipt) else {
            throw SQLError(.busy, code: "receipt", message: "Another name of a receipt was taken in the meantime")
        }
        guard let payment else {
            try enter(
                receipt.source,
                [.debit(settling.account.clearing, amount), .credit(settling.account.suspense, amount)],
                as: posting, settling)
            return Settlement(.unassigned)
        }
        guard payment.state == .paid else { return try book(amount, for: payment, number, as: posting, settling) }
        guard payment.receipt != nil else { return try attach(receipt, to: payment) }
        // Paid twice: whoever paid keeps the money.
        try enter(
            receipt.source, [.debit(settling.account.clearing, amount), .credit(payment.wallet, amount)], as: posting,
            settling)
        try tellCredit(of: receipt, to: payment, settling)
        return Settlement(.credited, payment.id)
    }

    /// Another road tells of a receipt that is known.
    private borrowing func meet(
        _ known: PaymentReceipt, _ arrival: Arrival, _ payment: Payment?, _ settling: Settling
    ) throws -> Settlement {
        let owner = try known.payment.flatMap { id throws(SQLError) in try self.payment(id, of: settling.tenant) }
        let contradicts = arrival.amount.map { $0 != known.amount } ?? false
        let isTorn = payment != nil && known.payment != nil && payment?.id != known.payment
        if contradicts || isTorn {
            for torn in [owner, payment].compactMap(\.self) { try markForReview(torn) }
            return Settlement(.review, payment?.id ?? owner?.id)
        }
        guard let payment, known.payment == nil else { return Settlement(.confirmed, known.payment) }
        switch known.standing {
        case .unassigned: return try give(known, to: payment, settling)
        case .credited: return try moveFromWallet(known, to: payment, settling)
        case .booked, .alias: return Settlement(.confirmed, nil)
        }
    }

    /// Gives unassigned money to a payment.
    borrowing func give(
        _ receipt: PaymentReceipt, to payment: Payment, _ settling: Settling
    ) throws -> Settlement {
        let posting = ID<Posting>(at: settling.now)
        let isExtra = payment.state == .paid && payment.receipt != nil
        guard let home = try railAccount(receipt.account, of: settling.tenant),
            let own = try railAccount(payment.account, of: settling.tenant)
        else { throw SQLError(.damaged, code: "receipt", message: "Money lies on an account that is not there") }
        // What was unassigned lies with the provider again before it is a payment's, so that every payment is entered alike;
        // of one that was entered before, where it was believed to lie.
        let believed = payment.state == .paid ? own.clearing : settling.account.clearing
        let target = isExtra ? payment.wallet : believed
        try enter(
            receipt.assignment, [.debit(home.suspense, receipt.amount), .credit(target, receipt.amount)],
            as: posting, settling)
        guard !isExtra else {
            try place(receipt, .credited, on: payment.id, by: posting)
            try tellCredit(of: receipt, to: payment, settling)
            return Settlement(.credited, payment.id)
        }
        guard payment.state != .paid else {
            try place(receipt, .booked, on: payment.id, by: payment.posting)
            return try attach(receipt, to: payment)
        }
        let booking = ID<Posting>(at: settling.now)
        try place(receipt, .booked, on: payment.id, by: booking)
        let settlement = try book(receipt.amount, for: payment, receipt.receipt, as: booking, settling)
        return Settlement(.attached, payment.id, work: settlement.work)
    }

    /// Notes under which receipt a payment came that was known to be paid.
    borrowing func attach(_ receipt: PaymentReceipt, to payment: Payment) throws(SQLError) -> Settlement {
        let isSame = receipt.amount == payment.received
        try run(
            """
            UPDATE main.payment SET receipt = $1, due_at = NULL, needs_review = CASE WHEN $2 = 1 THEN needs_review ELSE 1 END
            WHERE id = $3 AND tenant = $4
            """, receipt.receipt.text, isSame, payment.id, payment.tenant)
        return Settlement(isSame ? .attached : .review, payment.id)
    }
}

extension PaymentReceipt {
    init(
        _ name: ReceiptName, _ amount: Money, _ arrival: Arrival, _ standing: Standing, on payment: ID<Payment>?,
        by posting: ID<Posting>?, _ settling: Settling
    ) {
        self.init(
            tenant: settling.tenant, rail: name.rail, receipt: name.number, account: settling.account.id,
            payment: payment, amount: amount, paidAt: arrival.paidAt ?? settling.now, seenAt: settling.now,
            road: settling.road, reference: arrival.reference ?? TypedReference(""), payer: arrival.payer,
            payerName: arrival.payerName ?? "", standing: standing, posting: posting)
    }
}

extension Money {
    /// Whether it is more, or cannot be compared.
    fileprivate func exceeds(_ threshold: Money) -> Bool {
        currency != threshold.currency || minorUnits > threshold.minorUnits
    }
}

extension Arrival {
    /// Whether it tells of more than so much.
    fileprivate func exceeds(_ threshold: Money) -> Bool { amount?.exceeds(threshold) ?? false }

    /// Whether it tells the receipt that is awaited: of a payment that the provider called paid.
    fileprivate func isReceipt(of payment: Payment?) -> Bool {
        payment.map { $0.state == .paid && $0.receipt == nil && $0.received == amount } ?? false
    }

    /// Whether it is money of this account: its number, its currency.
    func isFor(_ account: RailAccount) -> Bool {
        shortCode.map(account.answers(to:)) ?? true && amount.map { $0.currency == account.currency } ?? true
    }
}
