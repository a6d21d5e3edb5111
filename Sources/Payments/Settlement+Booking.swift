import Catalog
import Entitlements
import Ledger
import MobileMoney
import Provisioning
import SQL
import Tenancy
import Values

extension Transaction {
    /// Enters the money of a payment that was not paid until now, and begins the service, unless the money `staysInWallet`.
    borrowing func book(
        _ amount: Money, for payment: Payment, _ receipt: ReceiptNumber?, as posting: ID<Posting>, _ settling: Settling,
        staysInWallet: Bool = false
    ) throws -> Settlement {
        let isOnTime = settling.now < payment.expiresAt
        let offer = staysInWallet ? nil : try offer(of: payment, isOnTime: isOnTime, settling)
        let disposal = Disposal(
            amount + (try walletPart(of: payment)), for: payment.purchase, price: payment.price, isOnTime: isOnTime,
            offer: offer)
        var entitlement: ID<Entitlement>?
        var effect: ID<Effect>?
        var work: Set<ID<Router>> = []
        if disposal.grants, let offer, case .package(_, let device) = payment.purchase {
            let place = GrantPlace(router: device.router, mac: device.mac)
            let granted = try grant(
                offer, for: .payment, payment.id.rebound(to: Void.self), at: nil, to: place, on: settling.now,
                offset: settling.offset)
            entitlement = granted.entitlement.id
            // A device that is long gone is let in when it comes back.
            if isOnTime {
                effect = try request(
                    .connect, granted.device, at: device.address, of: settling.tenant, on: settling.now)
                work.insert(device.router)
            }
        }
        try run(
            """
            UPDATE main.payment SET state = 'paid', outcome = $1, reason = '', decided_at = $2, due_at = $3, receipt = $4,
                received = $5, posting = $6, entitlement = $7, effect = $8
            WHERE id = $9 AND tenant = $10
            """, disposal.outcome.rawValue, settling.now, settling.nextLook, receipt?.text, amount.minorUnits,
            posting, entitlement, effect, payment.id, payment.tenant)
        try release(payment, after: nil, at: settling.now)
        let revenue = Account(.revenue, offer?.id.description ?? "", in: amount.currency)
        let lines = disposal.lines(
            for: amount, from: settling.account.clearing, earning: revenue, keeping: payment.wallet)
        try enter(Posting.Source("payment", payment.id.description), lines, as: posting, settling)
        // Whoever put it into the wallet was told so.
        if !staysInWallet {
            try tell(payment, disposal, amount, receipt, offer: try package(of: payment), settling)
        }
        return Settlement(.paid, payment.id, work: work)
    }

    /// The package as it can be had: what was promised on time, else what is still sold.
    private borrowing func offer(
        of payment: Payment, isOnTime: Bool, _ settling: Settling
    ) throws(SQLError) -> Package? {
        guard let offer = try package(of: payment) else { return nil }
        let isOpen = offer.schedule.map { $0.closing(at: settling.now, offset: settling.offset) != nil } ?? true
        return isOpen && (isOnTime || offer.isListed) ? offer : nil
    }

    /// The package that was to be bought, whether or not it can be had.
    private borrowing func package(of payment: Payment) throws(SQLError) -> Package? {
        guard case .package(let id, _) = payment.purchase else { return nil }
        return try package(id, of: payment.tenant)
    }

    /// Enters a posting that cannot be there yet.
    borrowing func enter(
        _ source: Posting.Source, _ lines: [Posting.Line], as id: ID<Posting>, _ settling: Settling
    ) throws {
        let posting = try Posting(id: id, for: source, on: settling.day, lines)
        guard try post(posting, of: settling.tenant, at: settling.now).isNew else {
            throw SQLError(.damaged, code: "payment", message: "Money of one source was entered before")
        }
    }

    /// Notes that the provider says that no money came.
    ///
    /// This is the end for now; money that comes later is credited all the same.
    borrowing func fail(
        _ payment: Payment, _ failure: PaymentFailure, _ settling: Settling
    ) throws(SQLError) -> Settlement {
        switch payment.state {
        case .paid:
            try markForReview(payment)
            return Settlement(.review, payment.id)
        case .failed:
            return Settlement(.confirmed, payment.id)
        case .new, .sending, .asked, .silent:
            try fail(payment, failure.reason, at: settling.now)
            if failure.reason.mayStillPay || !failure.isCertain {
                try run(
                    "UPDATE main.payment SET due_at = $1 WHERE id = $2 AND tenant = $3 AND prompt_hash IS NOT NULL",
                    settling.now + .minutes(1), payment.id, payment.tenant)
            }
            return Settlement(.failed, payment.id)
        }
    }

    /// Ends a payment without money.
    borrowing func fail(_ payment: Payment, _ reason: PaymentReason, at now: Instant) throws(SQLError) {
        try run(
            """
            UPDATE main.payment SET state = 'failed', reason = $1, decided_at = $2, due_at = NULL, held_by = ''
            WHERE id = $3 AND tenant = $4 AND state <> 'paid'
            """, reason.rawValue, now, payment.id, payment.tenant)
        try release(payment, after: reason, at: now)
    }
}

extension Settling {
    /// When a payment that was just paid is looked at again: a callback is confirmed by asking, an answer without a receipt
    /// waits for one.
    fileprivate var nextLook: Instant? {
        switch road {
        case .callback, .query: now + .seconds(30)
        case .incoming, .pull, .statement: nil
        }
    }
}
