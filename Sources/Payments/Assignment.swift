import Ledger
package import MobileMoney
package import SQL
package import Tenancy
package import Values
package import Vouchers
import Provisioning

/// A payer's wish for money that belongs to nobody: the receipt that the provider's message shows, and the number that paid.
package struct ReceiptClaim: Sendable {
    package let tenant: ID<Tenant>
    package let receipt: ReceiptNumber
    package let phone: PhoneNumber
    package let throttle: GuessThrottle
    package let now: Instant

    package init(
        tenant: ID<Tenant>, receipt: ReceiptNumber, phone: PhoneNumber, throttle: GuessThrottle,
        now: Instant
    ) {
        self.tenant = tenant
        self.receipt = receipt
        self.phone = phone
        self.throttle = throttle
        self.now = now
    }
}

extension Transaction {
    /// Puts unassigned money into the wallet of the number that paid it.
    ///
    /// A refusal is an answer, not an error: the guess that it counts must be kept.
    package borrowing func claim(_ claim: ReceiptClaim) throws -> Result<EnteredReceipt, PaymentRefusal> {
        if let until = try lockedUntil(claim.throttle) { return .failure(.locked(until: until)) }
        guard let receipt = try receipt(named: claim.receipt, of: claim.tenant),
            receipt.standing == .unassigned, receipt.payer.fits(claim.phone, isCertain: false)
        else {
            try record(claim.throttle)
            return .failure(.receiptUnknown)
        }
        return .success(try assign(receipt, toWalletOf: claim.phone, at: claim.now))
    }

    /// Puts unassigned money into a wallet; for staff.
    ///
    /// Where a payment from that number was entered on the provider's word alone, it is that payment's money and has been
    /// given already: the payment gets its receipt, and the wallet nothing.
    ///
    /// - Throws: `PaymentRefusal.alreadyAssigned`, `SQLError`.
    @discardableResult
    package borrowing func assign(
        _ receipt: PaymentReceipt, toWalletOf phone: PhoneNumber, at now: Instant
    ) throws -> EnteredReceipt {
        let (settling, known) = try take(receipt, at: now)
        if let found = try payment(enteredWithout: known, from: phone),
            let paid = try lockedPayment(found.id, of: known.tenant)
        {
            let settlement = try give(known, to: paid, settling)
            return .payment(try payment(paid.id, of: known.tenant) ?? paid, work: settlement.work)
        }
        let posting = ID<Posting>(at: now)
        try enter(
            known.assignment,
            [
                .debit(settling.account.suspense, known.amount),
                .credit(Account.wallet(of: phone, in: known.amount.currency), known.amount),
            ], as: posting, settling)
        try place(known, .credited, on: nil, by: posting)
        return .wallet(phone, known.amount)
    }

    /// Gives unassigned money to a payment; for staff.
    ///
    /// - Throws: `PaymentRefusal`, `SQLError`.
    package borrowing func assign(
        _ receipt: PaymentReceipt, to payment: ID<Payment>, at now: Instant
    ) throws -> Settlement {
        guard let payment = try lockedPayment(payment, of: receipt.tenant),
            payment.amount.currency == receipt.amount.currency
        else { throw PaymentRefusal.unknown }
        let (settling, known) = try take(receipt, at: now)
        return try give(known, to: payment, settling)
    }

    /// Locks a receipt that must be unassigned still.
    private borrowing func take(
        _ receipt: PaymentReceipt, at now: Instant
    ) throws -> (Settling, PaymentReceipt) {
        let isFree =
            try run(
                """
                UPDATE main.payment_receipt SET standing = standing
                WHERE tenant = $1 AND rail = $2 AND receipt = $3 AND standing = 'unassigned'
                """, receipt.tenant, receipt.rail.rawValue, receipt.receipt.text) == 1
        guard isFree, let account = try railAccount(receipt.account, of: receipt.tenant) else {
            throw PaymentRefusal.alreadyAssigned
        }
        let settling = Settling(
            road: receipt.road, account: account, now: now, offset: try offset(of: receipt.tenant))
        return (settling, receipt)
    }
}
