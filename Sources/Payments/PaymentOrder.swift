package import Catalog
import MobileMoney
package import SQL
package import Tenancy
package import Values
import Entitlements
import Ledger
import Provisioning

/// A wish to pay, as it comes from a page or from staff.
package struct PaymentOrder: Sendable {
    package enum Wish: Hashable, Sendable {
        case package(ID<Package>, PayingDevice)
        case topUp(Money)
    }

    package let tenant: ID<Tenant>
    package let wish: Wish
    package let phone: PhoneNumber
    /// The tag of the language in which the payer is told what became of it; empty for the tenant's.
    package let language: String
    /// Whether what lies in the number's wallet is used first, and the phone is asked for the rest alone.
    package let usesWallet: Bool
    /// The account that is to be asked; nil for the first that takes the phone.
    package let account: ID<RailAccount>?
    package let now: Instant

    package init(
        tenant: ID<Tenant>, wish: Wish, phone: PhoneNumber, in language: String = "", usesWallet: Bool = false,
        on account: ID<RailAccount>? = nil, now: Instant
    ) {
        self.account = account
        self.usesWallet = usesWallet
        self.tenant = tenant
        self.wish = wish
        self.phone = phone
        self.language = language
        self.now = now
    }

    /// How long a phone counts as being asked: the prompt lies there for a minute, its news may take another.
    package static let promptSpan = Span.seconds(120)
    /// How long the provider refuses the same amount from the same phone; Daraja's result 17.
    package static let sameAmountSpan = Span.seconds(120)
    /// How long the device is expected to wait.
    package static let basketSpan = Span.minutes(30)
    /// What a provider takes: whole units, at least one, and with M-PESA KES 250,000 at most.
    ///
    /// MTN publishes no limit that holds in every market, so there only what nobody means is kept back.
    static func fits(_ amount: Money, on rail: Rail) -> Bool {
        let largest: Int64 = rail == .mpesa ? 250_000 : 100_000_000
        let unit = (0..<amount.currency.exponent).reduce(1 as Int64) { unit, _ in unit * 10 }
        return amount.minorUnits >= unit && amount.minorUnits % unit == 0 && amount.minorUnits / unit <= largest
    }
}

extension Transaction {
    /// Writes a payment before anybody is asked for money.
    ///
    /// - Throws: `PaymentRefusal`, `SQLError`.
    package borrowing func begin(_ order: PaymentOrder, keys: PaymentKeys) throws -> Payment {
        let (price, device, offer) = try price(order)
        let part = try walletPart(of: price, order)
        let amount = price + part * -1
        let accounts = try railAccounts(of: order.tenant).filter {
            $0.isOpen && $0.rail.asksPhones && $0.currency == amount.currency
                && (order.account == nil || order.account == $0.id)
        }
        guard !accounts.isEmpty else { throw PaymentRefusal.noAccount }
        guard let account = accounts.first(where: { $0.takes(order.phone) }) else { throw PaymentRefusal.phoneUnfit }
        guard PaymentOrder.fits(amount, on: account.rail) else { throw PaymentRefusal.amountUnfit }
        let id = ID<Payment>(at: order.now)
        try hold(order.phone, for: id, amount, of: order.tenant, at: order.now)
        try run(
            """
            INSERT INTO main.payment (id, tenant, code, account, package, site, router, mac, address, amount, currency, phone,
                token_hash, state, outcome, reason, created_at, expires_at, attempts, due_at, held_by, held_until, received,
                needs_review, language, from_wallet)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'new', '', '', $14, $15, 0, $16, '', 0, 0, 0, $17,
                $18)
            """, id, order.tenant, Payment.drawnCode().text, account.id, offer, device?.site, device?.router,
            device?.mac,
            device?.address, amount.minorUnits, amount.currency.code, order.phone.digits, keys.hash(keys.token(of: id)),
            order.now, order.now + PaymentOrder.basketSpan, order.now, order.language, part.minorUnits)
        guard let payment = try payment(id, of: order.tenant) else { throw PaymentRefusal.unknown }
        return payment
    }

    /// What of a price the wallet pays: all that is in it, but for what would leave no whole units to ask the phone for.
    private borrowing func walletPart(of price: Money, _ order: PaymentOrder) throws(SQLError) -> Money {
        guard order.usesWallet, case .package = order.wish else { return price * 0 }
        let inWallet = try balance(of: .wallet(of: order.phone, in: price.currency), of: order.tenant)
        guard inWallet.minorUnits < price.minorUnits else { return price * 0 }
        let unit = (0..<price.currency.exponent).reduce(1 as Int64) { unit, _ in unit * 10 }
        let missing = (price.minorUnits - inWallet.minorUnits + unit - 1) / unit * unit
        return Money(minorUnits: max(0, price.minorUnits - missing), in: price.currency)
    }

    private borrowing func price(
        _ order: PaymentOrder
    ) throws -> (amount: Money, device: PayingDevice?, offer: ID<Package>?) {
        switch order.wish {
        case .topUp(let amount): return (amount, nil, nil)
        case .package(let id, let device):
            let offset = try offset(of: order.tenant)
            guard let offer = try package(id, of: order.tenant), offer.isSold(at: order.now, offset: offset) else {
                throw PaymentRefusal.notOffered
            }
            return (offer.price, device, id)
        }
    }

    /// Lets a phone be asked by one payment at a time.
    private borrowing func hold(
        _ phone: PhoneNumber, for payment: ID<Payment>, _ amount: Money, of tenant: ID<Tenant>, at now: Instant
    ) throws {
        let isHeld =
            try run(
                """
                INSERT INTO main.payment_guard (tenant, phone, payment, open_until, amount, amount_until)
                VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (tenant, phone) DO UPDATE SET payment = excluded.payment, open_until = excluded.open_until,
                    amount = excluded.amount, amount_until = excluded.amount_until
                    WHERE payment_guard.open_until <= $7
                        AND (payment_guard.amount <> excluded.amount OR payment_guard.amount_until <= $7)
                """, tenant, phone.digits, payment, now + PaymentOrder.promptSpan, amount.minorUnits,
                now + PaymentOrder.sameAmountSpan, now) == 1
        guard !isHeld else { return }
        let until = try first(
            "SELECT open_until, amount_until FROM payment_guard WHERE tenant = $1 AND phone = $2", tenant, phone.digits
        ) { (row: borrowing Row) throws(SQLError) in (open: try row[0] as Instant, amount: try row[1] as Instant) }
        guard let until else { throw SQLError(.busy, code: "guard", message: "A phone is held and not held") }
        throw until.open > now
            ? PaymentRefusal.promptOpen(until: until.open) : PaymentRefusal.tooSoon(until: until.amount)
    }

    /// Lets the phone of a payment that is decided be asked again.
    ///
    /// `reason` is why no money came; nil where it came.
    borrowing func release(_ payment: Payment, after reason: PaymentReason?, at now: Instant) throws(SQLError) {
        try run(
            """
            UPDATE main.payment_guard SET open_until = $1,
                amount_until = CASE WHEN $2 = 1 THEN 0 ELSE amount_until END
            WHERE tenant = $3 AND phone = $4 AND payment = $5
            """, now, reason?.freesAmount ?? false, payment.tenant, payment.phone.digits, payment.id)
    }
}

extension Package {
    /// Whether it can be had now: it is shown to people, and its hours are not over.
    func isSold(at now: Instant, offset: UTCOffset) -> Bool {
        isListed && (schedule.map { $0.closing(at: now, offset: offset) != nil } ?? true)
    }
}

extension Payment {
    /// Seven drawn symbols and their check digit: 35 bits that tell nothing.
    static func drawnCode() -> AccountNumber {
        var dice = SystemDice()
        while true {
            let body = String(
                decoding: (0..<7).map { _ in AccountNumber.alphabet[Int(dice.next() % 32)] }, as: UTF8.self)
            if let code = AccountNumber(body: body) { return code }
        }
    }
}
