package import SQL
package import Tenancy
package import Values
import MobileMoney
import Provisioning

extension PaymentKeeper {
    /// Writes a payment for a page, which waits on no task; then the phone is asked as soon as a lane is free.
    ///
    /// A form that was sent twice is one payment. `then` gets `PaymentRefusal` or `SQLError` where none began.
    package func begin(_ order: PaymentOrder, then: @escaping @Sendable (Result<Payment, any Error>) -> Void) {
        store.write(.tenant(order.tenant)) { [keys] transaction in
            do {
                try transaction.restrain(order)
                return try transaction.begin(order, keys: keys)
            } catch PaymentRefusal.promptOpen(let until) {
                guard let twin = try transaction.openPayment(like: order) else {
                    throw PaymentRefusal.promptOpen(until: until)
                }
                return twin
            }
        } then: { [self] outcome in
            nudge()
            then(outcome)
        }
    }
}

extension Transaction {
    /// How many payments of one device may come to nothing within a quarter of an hour.
    private static var patience: Int { 6 }
    private static var memory: Span { .minutes(15) }
    /// How many payments of one number may come to nothing within an hour, whoever asks.
    private static var patienceOfPhone: Int { 6 }
    private static var memoryOfPhone: Span { .hours(1) }

    /// Keeps a device from asking one number after the other, and anybody from having a stranger's phone ring all day.
    fileprivate borrowing func restrain(_ order: PaymentOrder) throws {
        let asked = try all(
            """
            SELECT created_at FROM payment
            WHERE tenant = $1 AND phone = $2 AND id >= $3 AND state <> 'paid' ORDER BY id DESC LIMIT $4
            """, order.tenant, order.phone.digits, ID<Payment>(firstAt: order.now - Self.memoryOfPhone),
            Self.patienceOfPhone
        ) { (row: borrowing Row) throws(SQLError) in try row[0] as Instant }
        if asked.count == Self.patienceOfPhone, let first = asked.last {
            throw PaymentRefusal.tooMany(until: first + Self.memoryOfPhone)
        }
        guard case .package(_, let device) = order.wish else { return }
        let start = order.now - Self.memory
        let begun = try all(
            """
            SELECT created_at FROM payment
            WHERE tenant = $1 AND id >= $2 AND mac = $3 AND state <> 'paid' ORDER BY id DESC LIMIT $4
            """, order.tenant, ID<Payment>(firstAt: start), device.mac, Self.patience
        ) { (row: borrowing Row) throws(SQLError) in try row[0] as Instant }
        guard begun.count == Self.patience, let first = begun.last else { return }
        throw PaymentRefusal.tooMany(until: first + Self.memory)
    }

    /// The payment for which a phone is being asked, where it is the same wish of the same device.
    fileprivate borrowing func openPayment(like order: PaymentOrder) throws(SQLError) -> Payment? {
        let held = try first(
            "SELECT payment FROM payment_guard WHERE tenant = $1 AND phone = $2", order.tenant, order.phone.digits
        ) { (row: borrowing Row) throws(SQLError) in try row[0] as ID<Payment> }
        guard let held, let payment = try payment(held, of: order.tenant), payment.state.isOpen,
            case .package(let offer, let device) = order.wish, case .package(offer, let known) = payment.purchase,
            known.mac == device.mac
        else { return nil }
        return payment
    }

    /// The devices that began a payment since an instant, the newest last; platform's scope.
    package borrowing func payingDevices(
        since start: Instant
    ) throws(SQLError) -> [(tenant: ID<Tenant>, mac: MACAddress, payment: ID<Payment>)] {
        try all(
            "SELECT tenant, mac, id FROM main.payment WHERE id >= $1 AND mac IS NOT NULL ORDER BY id",
            ID<Payment>(firstAt: start)
        ) { (row: borrowing Row) throws(SQLError) in
            (tenant: try row[0] as ID<Tenant>, mac: try row[1] as MACAddress, payment: try row[2] as ID<Payment>)
        }
    }

    /// The currencies in which tenants can be paid from phones now; platform's scope.
    package borrowing func openCurrencies() throws(SQLError) -> [ID<Tenant>: Set<Currency>] {
        let accounts = try all(
            "SELECT tenant, currency FROM main.rail_account WHERE is_open = 1 AND rail IN ('mpesa', 'momo')"
        ) {
            (row: borrowing Row) throws(SQLError) in (try row[0] as ID<Tenant>, Currency(code: try row[1] as String))
        }
        return accounts.reduce(into: [:]) { found, account in
            if let currency = account.1 { found[account.0, default: []].insert(currency) }
        }
    }
}
