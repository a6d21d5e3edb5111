import Ledger
import MobileMoney
import SQL
import Tenancy
import Values

/// Money that was put into a wallet while nobody knew what it was for, and whose payment is known since.
///
/// A provider's yes without a receipt and a receipt without a payment are the same money where account, amount, time and
/// payer fit. Whichever comes first is entered; the other one finds it, also in the wallet where it lies by then.
extension Transaction {
    /// The wallet in which a receipt's money was put without a payment.
    private borrowing func wallet(holding receipt: PaymentReceipt) throws(SQLError) -> Account? {
        guard receipt.standing == .credited, receipt.payment == nil, let posting = receipt.posting else { return nil }
        return try self.posting(posting, of: receipt.tenant)?.lines.map(\.account).first { $0.kind == .wallet }
    }

    /// The first receipt that can be a payment's and lies in its payer's wallet.
    ///
    /// Which of several is no matter of whose money it is, since all of it is in one wallet.
    borrowing func inWallet(fitting payment: Payment, _ settling: Settling) throws(SQLError) -> PaymentReceipt? {
        let begun = payment.promptedAt ?? payment.createdAt
        let near = try receipts(
            of: payment.account, from: begun - MatchWindow.after, to: begun + MatchWindow.before, of: settling.tenant)
        for receipt in near where receipt.mayBe(of: payment) {
            if try wallet(holding: receipt) == payment.wallet { return receipt }
        }
        return nil
    }

    /// The first payment from a number that is known to be paid and was entered without the receipt that can only be its.
    borrowing func payment(enteredWithout receipt: PaymentReceipt, from phone: PhoneNumber) throws(SQLError) -> Payment?
    {
        let near = try payments(
            awaiting: receipt.amount, on: receipt.account, from: receipt.paidAt - MatchWindow.before,
            to: receipt.paidAt + MatchWindow.after, of: receipt.tenant)
        return near.first { $0.state == .paid && $0.phone == phone && receipt.mayBe(of: $0) }
    }

    /// Takes money out of the wallet in which it was put, for the payment that it is.
    ///
    /// What the payer has spent stays spent: the payment is told to have gone into the wallet, begins no second service, and
    /// a person looks. A wallet of another number gives it back if it can, and a person looks all the same.
    borrowing func moveFromWallet(
        _ receipt: PaymentReceipt, to payment: Payment, _ settling: Settling
    ) throws -> Settlement {
        guard let wallet = try wallet(holding: receipt), let own = try railAccount(payment.account, of: settling.tenant)
        else { return try leave(payment) }
        let isOwn = wallet == payment.wallet
        let isThere = try balance(of: wallet, of: settling.tenant).minorUnits >= receipt.amount.minorUnits
        if payment.state != .paid {
            guard isOwn || isThere else { return try leave(payment) }
            return try pay(payment, with: receipt, in: wallet, isThere: isThere, settling)
        }
        if payment.receipt != nil {
            // Paid twice: it lies where it belongs.
            guard isOwn else { return try leave(payment) }
            try place(receipt, .credited, on: payment.id, by: receipt.posting)
            return Settlement(.credited, payment.id)
        }
        // It was entered for the payment too.
        guard isThere else { return try leave(payment) }
        try take(receipt, outOf: wallet, to: own.clearing, settling)
        try place(receipt, .booked, on: payment.id, by: payment.posting)
        let attached = try attach(receipt, to: payment)
        return isOwn ? attached : try leave(payment)
    }

    /// Enters a payment that is not paid with money that lies, or lay, in a wallet.
    ///
    /// Whoever put it there himself keeps it there once his device is no longer expected to wait.
    private borrowing func pay(
        _ payment: Payment, with receipt: PaymentReceipt, in wallet: Account, isThere: Bool, _ settling: Settling
    ) throws -> Settlement {
        let (isOwn, booking) = (wallet == payment.wallet, ID<Posting>(at: settling.now))
        let stays = isOwn && (!isThere || payment.purchase == .topUp || settling.now >= payment.expiresAt)
        let clearing = settling.account.clearing
        try place(receipt, .booked, on: payment.id, by: booking)
        // What is spent can be taken only after it came in again.
        if !stays { try take(receipt, outOf: wallet, to: clearing, settling) }
        let booked = try book(
            receipt.amount, for: payment, receipt.receipt, as: booking, settling, staysInWallet: stays)
        if stays { try take(receipt, outOf: wallet, to: clearing, settling) }
        guard isOwn && (isThere || payment.purchase == .topUp) else {
            return Settlement(try leave(payment).settled, payment.id, work: booked.work)
        }
        return Settlement(.attached, payment.id, work: booked.work)
    }

    private borrowing func take(
        _ receipt: PaymentReceipt, outOf wallet: Account, to clearing: Account, _ settling: Settling
    ) throws {
        try enter(
            receipt.reassignment, [.debit(wallet, receipt.amount), .credit(clearing, receipt.amount)],
            as: ID(at: settling.now), settling)
    }

    /// Has a person look.
    private borrowing func leave(_ payment: Payment) throws(SQLError) -> Settlement {
        try markForReview(payment)
        return Settlement(.review, payment.id)
    }

    /// The receipts of an account whose money came in a time, oldest first.
    private borrowing func receipts(
        of account: ID<RailAccount>, from start: Instant, to end: Instant, of tenant: ID<Tenant>
    ) throws(SQLError) -> [PaymentReceipt] {
        try all(
            """
            SELECT tenant, rail, receipt, account, payment, amount, currency, paid_at, seen_at, road, reference, payer,
                payer_name, standing, posting
            FROM payment_receipt WHERE tenant = $1 AND account = $2 AND paid_at >= $3 AND paid_at <= $4
                AND standing = 'credited' AND payment IS NULL ORDER BY paid_at, receipt
            """, tenant, account, start, end, read: PaymentReceipt.init(row:))
    }
}

extension PaymentReceipt {
    /// The source of what takes it out of a wallet again.
    fileprivate var reassignment: Posting.Source { Posting.Source("reassignment", "\(rail.rawValue)/\(receipt)") }

    /// Whether it can be the money of a payment of which nothing is told but that it is paid.
    func mayBe(of payment: Payment) -> Bool {
        let begun = payment.promptedAt ?? payment.createdAt
        return account == payment.account && amount == payment.amount && reference.normal.isEmpty
            && paidAt >= begun - MatchWindow.after && paidAt <= begun + MatchWindow.before
            && payer.fits(payment.phone, isCertain: true)
    }
}
