import Crypto
import MobileMoney
package import SQL
import Tenancy
import Values

extension Transaction {
    /// The one payment that money without a name can only be for.
    ///
    /// Same account, same amount, same time, a payer's number that fits. Nothing is guessed: where two fit, none does. One that
    /// came to nothing for certain is none of them: whoever declined and pays by hand tells so by his receipt.
    borrowing func candidate(for arrival: Arrival, _ settling: Settling) throws(SQLError) -> Payment? {
        let fitting = try payment(fitting: arrival, settling.account, at: settling.now)
        return try fitting.flatMap { payment throws(SQLError) in try lockedPayment(payment.id, of: settling.tenant) }
    }

    /// The same without a lock.
    private borrowing func payment(
        fitting arrival: Arrival, _ account: RailAccount, at now: Instant
    ) throws(SQLError) -> Payment? {
        guard let amount = arrival.amount, arrival.reference?.normal.isEmpty ?? true, arrival.isTimed else {
            return nil
        }
        let paidAt = arrival.paidAt ?? now
        let fitting = try payments(
            awaiting: amount, on: account.id, from: paidAt - MatchWindow.before, to: paidAt + MatchWindow.after,
            of: account.tenant
        ).filter { $0.mayGetMoney && arrival.payer.fits($0.phone, isCertain: $0.state == .paid) }
        return fitting.count == 1 ? fitting[0] : nil
    }

    /// The payment that the reference names, or else other words; also one of another account, where the money came to a
    /// bank, whose accounts ask no phones.
    borrowing func payment(namedBy arrival: Arrival, _ account: RailAccount) throws(SQLError) -> Payment? {
        let typed = [arrival.reference].compactMap(\.self) + arrival.mentions
        guard !typed.isEmpty else { return nil }
        let isBank = !account.rail.asksPhones
        let accounts = isBank ? [account] + (try railAccounts(of: account.tenant)) : [account]
        for reference in typed {
            for code in Set(accounts.compactMap { $0.code(in: reference) }) {
                guard let payment = try payment(named: code, of: account.tenant) else { continue }
                guard payment.account == account.id || isBank && payment.amount.currency == account.currency else {
                    continue
                }
                return payment
            }
        }
        return nil
    }

    /// What settling money would do, without doing it.
    borrowing func foresee(
        _ arrival: Arrival, on account: RailAccount, at now: Instant
    ) throws(SQLError) -> Settled {
        guard arrival.isFor(account) else { return .foreign }
        for name in arrival.names(on: account.rail) {
            guard let known = try receipt(name, of: account.tenant) else { continue }
            return arrival.amount.map { $0 != known.amount } ?? false ? .review : .confirmed
        }
        if try payment(namedBy: arrival, account) != nil { return .paid }
        return try payment(fitting: arrival, account, at: now) == nil ? .unassigned : .paid
    }

    /// The unassigned receipts that can be a payment's; where there is one, it can only be this one.
    borrowing func unassigned(fitting payment: Payment, _ settling: Settling) throws(SQLError) -> [PaymentReceipt] {
        let begun = payment.promptedAt ?? payment.createdAt
        return try unassigned(of: settling.tenant, since: begun - MatchWindow.after, atMost: 1_000).filter {
            $0.mayBe(of: payment)
        }
    }

    /// Payments that unassigned money may have been for, for a person to choose from: the same amount within two days, also
    /// those that are known to be paid and have no receipt.
    package borrowing func suggestions(for receipt: PaymentReceipt) throws(SQLError) -> [Payment] {
        // Whoever paid to a bank was perhaps asked on another account.
        let own = try railAccount(receipt.account, of: receipt.tenant)
        let accounts = own?.rail.asksPhones ?? true ? [receipt.account] : try railAccounts(of: receipt.tenant).map(\.id)
        var found: [Payment] = []
        for account in accounts {
            found += try payments(
                awaiting: receipt.amount, on: account, from: receipt.paidAt - .hours(48),
                to: receipt.paidAt + .hours(1), of: receipt.tenant, atMost: 50)
        }
        return found
    }
}

extension Payment {
    /// Whether money without a name may be this payment's: its phone was asked, and nothing says for certain that none came.
    fileprivate var mayGetMoney: Bool {
        state != .new && (state != .failed || reason?.mayStillPay ?? true)
    }
}

/// How far apart a payment's beginning and its money may lie.
enum MatchWindow {
    /// Money comes at most so long after the payment began.
    static let before = Span.minutes(10)
    /// Clocks of two machines differ by so much.
    static let after = Span.minutes(1)
}

extension RailAccount {
    /// The public name of a payment in what somebody typed.
    func code(in reference: TypedReference) -> AccountNumber? {
        guard reference.normal.hasPrefix(prefix) else { return nil }
        return AccountNumber(typed: reference.normal.dropFirst(prefix.count))
    }

    /// What the payer of a payment reads, and what comes back with money.
    func reference(of payment: Payment) -> AccountReference? { AccountReference(prefix + payment.code.text) }
}

extension PayerMark {
    /// Whether what is told of a payer can be this number.
    ///
    /// Where something else says already that this payer paid (`isCertain`), nothing told is enough.
    func fits(_ phone: PhoneNumber, isCertain: Bool) -> Bool {
        switch self {
        case .absent: isCertain
        case .number(let number): number == phone
        case .hashed(let digest): digest == Hex.encode(SHA256.hash(phone.digits))
        case .masked(let mask): Self.fits(Array(mask.utf8), phone)
        }
    }

    /// Compares the digits that are shown, at least three of them, at their places.
    private static func fits(_ mask: [UInt8], _ phone: PhoneNumber) -> Bool {
        let isNational = mask.first == UInt8(ascii: "0")
        let whole = isNational ? "0" + phone.digits.suffix(max(0, mask.count - 1)) : phone.digits
        let digits = Array(whole.utf8)
        let (head, tail) = (mask.prefix { isDigit($0) }.count, mask.reversed().prefix { isDigit($0) }.count)
        let shown = head + tail - (isNational ? 1 : 0)
        guard head < mask.count, shown >= 3, digits.count >= head + tail else { return false }
        return digits.prefix(head) == mask.prefix(head) && digits.suffix(tail) == mask.suffix(tail)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
