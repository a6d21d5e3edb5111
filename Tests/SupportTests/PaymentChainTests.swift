import Catalog
import Entitlements
import Ledger
import MobileMoney
import Payments
import Provisioning
import SQL
import Support
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers

/// Somebody paid, or tried to: what is told by phone, by the payment's code and by the receipt.
private struct Purse {
    let world: World
    let payment: Payment
    let tenant: ID<Tenant>

    init(_ engine: Engine) throws {
        world = try World(engine)
        let tenant = world.tenant.id
        self.tenant = tenant
        let offer = try world.makePackage()
        let (site, router) = (world.sites[0].id, world.routers[0].id)
        let keys = PaymentKeys(world.masterKey)
        let phone = try #require(PhoneNumber(digits: "254712345678"))
        payment = try world.store.writeNow(.tenant(tenant)) { transaction in
            let account = RailAccount(
                id: ID(at: World.noon), tenant: tenant, rail: .mpesa, kind: .paybill, shortCode: "600000",
                currency: offer.price.currency, credentialsSealed: [1])
            try transaction.insert(account, road: [1], at: World.noon)
            let device = PayingDevice(site: site, router: router, mac: World.mac(1))
            return try transaction.begin(
                PaymentOrder(tenant: tenant, wish: .package(offer.id, device), phone: phone, now: World.noon),
                keys: keys)
        }
    }

    func change(_ statement: Query) throws {
        let tenant = tenant
        _ = try world.store.writeNow(.tenant(tenant)) { try $0.run(statement, tenant) }
    }

    /// Money that came under a number.
    func receive(_ receipt: String, _ standing: PaymentReceipt.Standing, for payment: ID<Payment>?) throws {
        let (tenant, account) = (tenant, self.payment.account)
        _ = try world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.run(
                """
                INSERT INTO main.payment_receipt (tenant, rail, receipt, account, payment, amount, currency, paid_at,
                    seen_at, road, reference, payer, payer_name, standing)
                VALUES ($1, 'mpesa', $2, $3, $4, 2000, 'KES', 5, 5, 'incoming', '', '', '', $5)
                """, tenant, receipt, account, payment, standing.rawValue)
        }
    }

    func cause(_ text: String) throws -> Explanation.Finding? {
        let (tenant, keys) = (tenant, world.keys)
        let facts = try world.store.read(.tenant(tenant)) {
            try $0.accessFacts(about: text, of: tenant, keys: keys, andLines: true, at: World.noon)
        }
        return Explanation(facts, at: World.noon).cause
    }
}

@Suite struct PaymentChainTests {
    private static let states: [(Query, Explanation.Reason, Explanation.Standing)] = [
        ("UPDATE main.payment SET attempts = 0 WHERE tenant = $1", .paymentOpen, .unknown),
        ("UPDATE main.payment SET state = 'asked' WHERE tenant = $1", .paymentOpen, .unknown),
        ("UPDATE main.payment SET state = 'silent' WHERE tenant = $1", .paymentOpen, .unknown),
        ("UPDATE main.payment SET state = 'silent', needs_review = 1 WHERE tenant = $1", .paymentReview, .unknown),
        ("UPDATE main.payment SET state = 'failed' WHERE tenant = $1", .paymentFailed, .broken),
        ("UPDATE main.payment SET state = 'paid', outcome = 'short' WHERE tenant = $1", .paymentShort, .broken),
        ("UPDATE main.payment SET state = 'paid', outcome = 'late' WHERE tenant = $1", .paymentLate, .broken),
        ("UPDATE main.payment SET state = 'paid', outcome = 'refunded' WHERE tenant = $1", .paymentRefunded, .broken),
        ("UPDATE main.payment SET state = 'paid', outcome = 'topped-up' WHERE tenant = $1", .paymentWallet, .broken),
    ]

    @Test("By phone, by code and by receipt the payment is named, and what is not known is not told as failed")
    func states() throws {
        for engine in Engine.available {
            let purse = try Purse(engine)
            defer { purse.world.store.close() }
            try purse.receive("UJ62T8IYOU", .booked, for: purse.payment.id)
            for (statement, reason, standing) in Self.states {
                try purse.change(statement)
                for text in ["0712 345 678", "+254712345678", purse.payment.code.text, "uj62t8iyou"] {
                    let cause = try purse.cause(text)
                    #expect(cause?.reason == reason && cause?.standing == standing, "\(text): \(reason) on \(engine)")
                }
            }
        }
    }

    @Test("Money that belongs to nobody, and money in a wallet, are told by the receipt")
    func money() throws {
        let purse = try Purse(.sqlite)
        defer { purse.world.store.close() }
        try purse.receive("UJ62T8IYO2", .unassigned, for: nil)
        try purse.receive("UJ62T8IYO3", .credited, for: nil)
        #expect(try purse.cause("UJ62T8IYO2")?.reason == .paymentNobodys)
        #expect(try purse.cause("UJ62T8IYO3")?.reason == .paymentWallet)
    }

    @Test("What was bought from a wallet is found by its phone, until something newer is paid")
    func bought() throws {
        for engine in Engine.available {
            let purse = try Purse(engine)
            defer { purse.world.store.close() }
            let (tenant, payment) = (purse.tenant, purse.payment)
            try purse.change("UPDATE main.payment SET state = 'paid', outcome = 'topped-up' WHERE tenant = $1")
            guard case .package(let offer, let device) = payment.purchase else { return }
            try purse.world.store.writeNow(.tenant(tenant)) { transaction in
                let lines: [Posting.Line] = [
                    .debit(Account(.clearing, "x", in: .kes), Money(minorUnits: 5_000, in: .kes)),
                    .credit(.wallet(of: payment.phone, in: .kes), Money(minorUnits: 5_000, in: .kes)),
                ]
                let posting = try Posting(
                    id: ID(at: World.noon), for: Posting.Source("test", "1"),
                    on: BookDay(at: World.noon, offset: .zero), lines)
                _ = try transaction.post(posting, of: tenant, at: World.noon)
                _ = try transaction.buy(
                    WalletOrder(
                        id: ID(at: World.noon), tenant: tenant, phone: payment.phone, offer: offer, device: device,
                        now: World.noon + .minutes(1)))
            }
            #expect(try purse.cause("0712345678").map { $0.link.rawValue } == "effect", "\(engine)")
            #expect(try purse.cause(payment.code.text)?.reason == .paymentWallet)
        }
    }

    @Test("What is paid for goes on to the access")
    func granted() throws {
        let purse = try Purse(.sqlite)
        defer { purse.world.store.close() }
        let code = try purse.world.makeVouchers(purse.world.makePackage(), until: World.noon + .days(2)).codes[0]
        let device = try purse.world.redeem(purse.world.request(code)).get().device
        let tenant = purse.tenant
        _ = try purse.world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.run(
                """
                UPDATE main.payment SET state = 'paid', outcome = 'granted', entitlement = $2 WHERE tenant = $1
                """, tenant, device.entitlement)
        }
        let cause = try purse.cause("0712345678")
        #expect(cause.map { $0.link.rawValue } == "effect")
        try purse.receive("UJ62T8IYOU", .booked, for: purse.payment.id)
        _ = try purse.world.store.writeNow(.tenant(tenant)) {
            try $0.suspend(device.entitlement, because: "chargeback", by: "Asha", of: tenant, at: World.noon)
        }
        for text in ["0712345678", purse.payment.code.text, "UJ62T8IYOU"] {
            let cause = try purse.cause(text)
            #expect(cause?.reason == .accessSuspended && cause?.name == "Asha", "\(text)")
        }
    }
}
