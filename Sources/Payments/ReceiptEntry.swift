import Ledger
package import MobileMoney
package import SQL
package import Tenancy
package import Values
package import Vouchers

/// What somebody enters who says that he has paid: the receipt in the provider's message, and the end of the number.
package struct ReceiptEntry: Sendable {
    package let tenant: ID<Tenant>
    package let receipt: ReceiptNumber
    package let ending: PhoneEnding
    /// The number, where all of it was entered.
    package let phone: PhoneNumber?
    /// The payment on whose page it was entered.
    package let payment: ID<Payment>?
    package let throttle: GuessThrottle
    package let now: Instant

    package init(
        tenant: ID<Tenant>, receipt: ReceiptNumber, ending: PhoneEnding, phone: PhoneNumber?,
        payment: ID<Payment>?, throttle: GuessThrottle, now: Instant
    ) {
        self.tenant = tenant
        self.receipt = receipt
        self.ending = ending
        self.phone = phone
        self.payment = payment
        self.throttle = throttle
        self.now = now
    }
}

/// The last digits of a telephone number, four at least.
package struct PhoneEnding: Hashable, Sendable {
    private let digits: String

    /// Takes digits and the signs between them; of a whole number the zeros before it are left out.
    package init?(typed: some StringProtocol) {
        let bytes = typed.utf8.filter { ![UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "+")].contains($0) }
        guard (4...15).contains(bytes.count), bytes.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let meant = bytes.count >= 9 ? Array(bytes.drop { $0 == UInt8(ascii: "0") }) : bytes
        guard meant.count >= 4 else { return nil }
        digits = String(decoding: meant, as: UTF8.self)
    }

    package func fits(_ phone: PhoneNumber) -> Bool { phone.digits.hasSuffix(digits) }
}

/// Whose a receipt is that somebody entered.
package enum EnteredReceipt: Hashable, Sendable {
    /// A payment's, perhaps since now; with the routers that have work by it.
    case payment(Payment, work: Set<ID<Router>>)
    /// It is no payment's and lies in the wallet of the number that paid, perhaps since now.
    case wallet(PhoneNumber, Money)
}

extension Transaction {
    /// Finds the money that a receipt stands for, and gives it to its payer where it was nobody's.
    ///
    /// A refusal is an answer, not an error: the guess that it counts must be kept.
    package borrowing func enter(_ entry: ReceiptEntry) throws -> Result<EnteredReceipt, PaymentRefusal> {
        if let until = try lockedUntil(entry.throttle) { return .failure(.locked(until: until)) }
        guard let receipt = try receipt(named: entry.receipt, of: entry.tenant),
            let found = try owner(of: receipt, entry)
        else {
            try record(entry.throttle)
            return .failure(.receiptUnknown)
        }
        return .success(found)
    }

    private borrowing func owner(of receipt: PaymentReceipt, _ entry: ReceiptEntry) throws -> EnteredReceipt? {
        if let id = receipt.payment, let payment = try payment(id, of: entry.tenant) {
            return entry.ending.fits(payment.phone) ? .payment(payment, work: []) : nil
        }
        if receipt.standing == .credited {
            guard let phone = try walletOwner(of: receipt), entry.ending.fits(phone) else { return nil }
            return .wallet(phone, receipt.amount)
        }
        guard receipt.standing == .unassigned else { return nil }
        if let id = entry.payment, let payment = try payment(id, of: entry.tenant), payment.state != .paid,
            payment.amount.currency == receipt.amount.currency, entry.ending.fits(payment.phone),
            receipt.payer.fits(payment.phone, isCertain: false)
        {
            let settlement = try assign(receipt, to: id, at: entry.now)
            return try self.payment(id, of: entry.tenant).map { .payment($0, work: settlement.work) }
        }
        guard let phone = receipt.payer.number ?? entry.phone, entry.ending.fits(phone),
            receipt.payer.fits(phone, isCertain: false)
        else { return nil }
        return try assign(receipt, toWalletOf: phone, at: entry.now)
    }

    /// The number into whose wallet a receipt went, where it belongs to no payment.
    private borrowing func walletOwner(of receipt: PaymentReceipt) throws -> PhoneNumber? {
        guard let id = receipt.posting, let posting = try posting(id, of: receipt.tenant) else { return nil }
        return posting.lines.first { $0.account.kind == .wallet }.flatMap { PhoneNumber(digits: $0.account.subject) }
    }
}

extension PayerMark {
    /// The number, where it is told whole.
    fileprivate var number: PhoneNumber? {
        if case .number(let number) = self { number } else { nil }
    }
}
