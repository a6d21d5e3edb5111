package import Catalog
package import Entitlements
import Ledger
package import Provisioning
package import SQL
package import Tenancy
package import Values

/// A package that was bought with money that lay in a wallet.
package struct WalletPurchase: Hashable, Sendable {
    package let id: ID<WalletPurchase>
    package let tenant: ID<Tenant>
    /// The number whose wallet paid.
    package let phone: PhoneNumber
    package let offer: ID<Package>
    package let amount: Money
    package let device: PayingDevice
    package let entitlement: ID<Entitlement>
    package let effect: ID<Effect>
    package let boughtAt: Instant
    /// The tag of the language in which it was bought; empty for the tenant's.
    package let language: String
}

/// A wish to buy from a wallet, as it comes from a page whose holder showed that the wallet is theirs, or from staff.
package struct WalletOrder: Sendable {
    /// Drawn with the form, so that a form that is sent twice buys once.
    package let id: ID<WalletPurchase>
    package let tenant: ID<Tenant>
    package let phone: PhoneNumber
    package let offer: ID<Package>
    package let device: PayingDevice
    package let language: String
    package let now: Instant

    package init(
        id: ID<WalletPurchase>, tenant: ID<Tenant>, phone: PhoneNumber, offer: ID<Package>, device: PayingDevice,
        in language: String = "", now: Instant
    ) {
        (self.id, self.tenant, self.phone, self.offer) = (id, tenant, phone, offer)
        (self.device, self.language, self.now) = (device, language, now)
    }
}

extension Transaction {
    /// Takes a package's price out of a wallet and begins the service: one transaction, once for each order.
    ///
    /// - Throws: `PaymentRefusal.notOffered`, `.walletHeld`, `.unknown` for another wallet's order;
    ///   `LedgerRefusal.insufficient`; `SQLError`.
    package borrowing func buy(_ order: WalletOrder) throws -> WalletPurchase {
        let tenant = order.tenant
        guard try claim(order) else {
            guard let known = try walletPurchase(order.id, of: tenant), known.phone == order.phone else {
                throw PaymentRefusal.unknown
            }
            return known
        }
        let offset = try offset(of: tenant)
        guard let offer = try package(order.offer, of: tenant), offer.isSold(at: order.now, offset: offset),
            offer.trial == nil, offer.price.minorUnits > 0
        else { throw PaymentRefusal.notOffered }
        guard try !isHeldByRefund(order.phone, of: tenant) else { throw PaymentRefusal.walletHeld }
        let granted = try grant(
            offer, for: .wallet, order.id.rebound(to: Void.self), at: nil,
            to: GrantPlace(router: order.device.router, mac: order.device.mac), on: order.now, offset: offset)
        let effect = try request(.connect, granted.device, at: order.device.address, of: tenant, on: order.now)
        let posting = ID<Posting>(at: order.now)
        try run(
            """
            UPDATE main.wallet_purchase SET amount = $1, currency = $2, entitlement = $3, effect = $4, posting = $5
            WHERE id = $6 AND tenant = $7
            """, offer.price.minorUnits, offer.price.currency.code, granted.entitlement.id, effect, posting, order.id,
            tenant)
        _ = try post(
            Posting(
                id: posting, for: Posting.Source("wallet", order.id.description),
                on: BookDay(at: order.now, offset: offset),
                [
                    .debit(Account.wallet(of: order.phone, in: offer.price.currency), offer.price),
                    .credit(Account(.revenue, offer.id.description, in: offer.price.currency), offer.price),
                ]), of: tenant, at: order.now)
        try tell(order, offer)
        return WalletPurchase(
            id: order.id, tenant: tenant, phone: order.phone, offer: offer.id, amount: offer.price,
            device: order.device, entitlement: granted.entitlement.id, effect: effect, boughtAt: order.now,
            language: order.language)
    }

    /// Writes the order's row; false where it is there already.
    private borrowing func claim(_ order: WalletOrder) throws(SQLError) -> Bool {
        try run(
            """
            INSERT INTO main.wallet_purchase (id, tenant, phone, package, amount, currency, site, router, mac, address,
                bought_at, language)
            VALUES ($1, $2, $3, $4, 0, '', $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING
            """, order.id, order.tenant, order.phone.digits, order.offer, order.device.site, order.device.router,
            order.device.mac, order.device.address, order.now, order.language) == 1
    }

    /// What a payment may take out of the wallet now, as it was meant to when it began.
    borrowing func walletPart(of payment: Payment) throws(SQLError) -> Money {
        guard payment.fromWallet.minorUnits > 0, try !isHeldByRefund(payment.phone, of: payment.tenant),
            try balance(of: payment.wallet, of: payment.tenant).minorUnits >= payment.fromWallet.minorUnits
        else { return payment.fromWallet * 0 }
        return payment.fromWallet
    }

    /// Whether money of the number is on its way back to it: what a refund will take must stay there until it is done.
    private borrowing func isHeldByRefund(_ phone: PhoneNumber, of tenant: ID<Tenant>) throws(SQLError) -> Bool {
        try first(
            // The first condition on the state is that of the index.
            """
            SELECT r.id FROM payment AS p JOIN payment_refund AS r ON r.payment = p.id
            WHERE p.tenant = $1 AND p.phone = $2 AND r.state NOT IN ('declined', 'failed')
                AND r.state NOT IN ('asked', 'confirmed') LIMIT 1
            """, tenant, phone.digits
        ) { (row: borrowing Row) throws(SQLError) in try row[0] as ID<Refund> } != nil
    }

    /// What was bought last from the wallet of a phone.
    package borrowing func newestPurchase(
        from phone: PhoneNumber, of tenant: ID<Tenant>
    ) throws(SQLError) -> WalletPurchase? {
        try first(
            """
            SELECT id, tenant, phone, package, amount, currency, site, router, mac, address, entitlement, effect,
                bought_at, language
            FROM wallet_purchase WHERE tenant = $1 AND phone = $2 ORDER BY id DESC LIMIT 1
            """, tenant, phone.digits, read: WalletPurchase.init(row:))
    }

    package borrowing func walletPurchase(
        _ id: ID<WalletPurchase>, of tenant: ID<Tenant>
    ) throws(SQLError) -> WalletPurchase? {
        try first(
            """
            SELECT id, tenant, phone, package, amount, currency, site, router, mac, address, entitlement, effect,
                bought_at, language
            FROM wallet_purchase WHERE id = $1 AND tenant = $2
            """, id, tenant, read: WalletPurchase.init(row:))
    }
}

extension WalletPurchase {
    /// Reads the columns in the order of the query above.
    init(row: borrowing Row) throws(SQLError) {
        guard let phone = PhoneNumber(digits: try row[2] as String), let currency = Currency(code: try row[5] as String)
        else { throw SQLError(.damaged, code: "wallet", message: "A purchase has an unreadable number or currency") }
        self.init(
            id: try row[0], tenant: try row[1], phone: phone, offer: try row[3],
            amount: Money(minorUnits: try row[4], in: currency),
            device: PayingDevice(site: try row[6], router: try row[7], mac: try row[8], address: try row[9]),
            entitlement: try row[10], effect: try row[11], boughtAt: try row[12], language: try row[13])
    }
}
