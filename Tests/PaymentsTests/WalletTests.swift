import Catalog
import Entitlements
import Ledger
import MobileMoney
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Payments

/// What lies in a wallet buys packages: once each, and never more than is there.
@Suite(.serialized, .ownThreads) struct WalletTests {
    @Test("A wallet buys a package: money, access and effect in one write, once an order", arguments: Engine.available)
    func buys(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let phone = try bench.phone()
        try await bench.fill(phone, 80)
        let order = bench.order(phone)
        let first = try bench.buy(order)
        #expect(try bench.buy(order) == first, "a form that was sent twice")
        #expect(try bench.balance(.wallet(of: phone, in: .kes)) == 30)
        #expect(try bench.balance(Account(.revenue, bench.offer.id.description, in: .kes)) == 50)
        #expect(try bench.world.count("SELECT count(*) FROM main.entitlement WHERE source = 'wallet'") == 1)
        #expect(try bench.world.count("SELECT count(*) FROM main.wallet_purchase") == 1)
        let access = try #require(
            try bench.store.read(.tenant(bench.tenant)) { try $0.entitlement(first.entitlement, of: bench.tenant) })
        #expect(access.source == .wallet && access.sourceID == order.id.rebound(to: Void.self))
        #expect(throws: LedgerRefusal.insufficient(PaymentBench.shillings(30))) { try bench.buy(bench.order(phone)) }
        #expect(try bench.world.count("SELECT count(*) FROM main.wallet_purchase") == 1, "nothing is left of it")
        #expect(throws: PaymentRefusal.unknown) { try bench.buy(bench.order(bench.phone(), id: order.id)) }
        try bench.expectSound()
    }

    @Test("Many presses at once buy what the wallet pays for, and no more", arguments: Engine.available)
    func races(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let phone = try bench.phone()
        try await bench.fill(phone, 120)
        let orders = (0..<4).map { _ in bench.order(phone) }
        let bought = await withTaskGroup(of: Bool.self) { group in
            for order in orders + orders {
                group.addTask {
                    (try? await bench.store.write(.tenant(bench.tenant)) { try $0.buy(order) }) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(bought == 4, "two orders, each twice")
        #expect(try bench.balance(.wallet(of: phone, in: .kes)) == 20)
        #expect(try bench.world.count("SELECT count(*) FROM main.entitlement") == 2)
        try bench.expectSound()
    }

    @Test("What is missing is asked from the phone, and both together buy", arguments: Engine.available)
    func rest(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let phone = try bench.phone()
        try await bench.fill(phone, 30)
        let payment = try bench.beginRest(phone)
        #expect(payment.amount == PaymentBench.shillings(20) && payment.fromWallet == PaymentBench.shillings(30))
        try await bench.keeper.work()
        try await bench.callback(payment, bench.receipt(), 25)
        try await bench.keeper.work()
        let now = try bench.payment(payment)
        #expect(now.outcome == .granted && now.received == PaymentBench.shillings(25) && now.effect != nil)
        #expect(try bench.balance(now.wallet) == 5, "too much came, which stays")
        #expect(try bench.balance(bench.account.clearing) == 55)
        #expect(try bench.balance(Account(.revenue, bench.offer.id.description, in: .kes)) == 50)
        try bench.expectSound()
    }

    @Test("Where the wallet was spent in between, what came is kept", arguments: Engine.available)
    func spentMeanwhile(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let phone = try bench.phone()
        try await bench.fill(phone, 40)
        let payment = try bench.beginRest(phone)
        try await bench.fill(phone, 10, asking: false)
        _ = try bench.buy(bench.order(phone))
        try await bench.keeper.work()
        try await bench.callback(payment, bench.receipt(), 10)
        try await bench.keeper.work()
        let now = try bench.payment(payment)
        #expect(now.outcome == .short && now.entitlement == nil)
        #expect(try bench.balance(now.wallet) == 10)
        try bench.expectSound()
    }

    @Test("What a refund will take stays in the wallet until it is done", arguments: Engine.available)
    func heldByRefund(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let phone = try bench.phone()
        let payment = try await bench.fill(phone, 80)
        let (tenant, keys, now) = (bench.tenant, bench.keys, bench.now)
        try bench.store.writeNow(.tenant(tenant)) { transaction in
            let refund = try transaction.askRefund(of: payment, because: "too much", by: "Asha", at: now)
            try transaction.approveRefund(refund.id, by: "Juma", way: .payout, keys: keys, of: tenant, at: now)
        }
        #expect(throws: PaymentRefusal.walletHeld) { try bench.buy(bench.order(phone)) }
        #expect(try bench.balance(.wallet(of: phone, in: .kes)) == 80)
    }

    @Test("A receipt shows whose wallet it is by the number that paid, or by the prompt's answer")
    func proof() async throws {
        let bench = try PaymentBench(.sqlite)
        defer { bench.store.close() }
        let phone = try bench.phone()
        let payment = try await bench.fill(phone, 80)
        let own = try #require(
            try bench.store.read(.tenant(bench.tenant)) { try $0.receipts(of: payment.id, of: bench.tenant) }.first)
        try bench.settle(bench.byHand(try bench.receipt(), 10, for: payment, from: .number(try bench.phone())))
        try bench.settle(bench.byHand(try bench.receipt(), 10, for: payment, from: .number(phone)))
        try bench.settle(bench.byHand(try bench.receipt(), 10, for: payment, from: .absent))
        let shown = try bench.store.read(.tenant(bench.tenant)) { transaction in
            try transaction.receipts(of: payment.id, of: bench.tenant).map { receipt in
                (receipt, try transaction.wallet(shownBy: receipt)?.phone)
            }
        }
        #expect(shown.count == 4)
        for (receipt, owner) in shown {
            let isTheirs = receipt.receipt == own.receipt || receipt.payer == .number(phone)
            #expect(owner == (isTheirs ? phone : nil), "\(receipt.payer) on \(receipt.road)")
        }
    }
}

extension PaymentBench {
    /// Puts shillings into a number's wallet: by a prompt, or by hand for nobody's payment and assigned.
    @discardableResult
    fileprivate func fill(_ phone: PhoneNumber, _ shillings: Int64, asking: Bool = true) async throws -> Payment {
        guard asking else {
            let number = try receipt()
            let arrival = Arrival(receipt: number, amount: Self.shillings(shillings), paidAt: now)
            try settle(Evidence(road: .incoming, account: account, news: .money(arrival)))
            let (tenant, now) = (tenant, now)
            try store.writeNow(.tenant(tenant)) { transaction in
                let receipt = try #require(try transaction.receipt(named: number, of: tenant))
                try transaction.assign(receipt, toWalletOf: phone, at: now)
            }
            return try #require(try store.read(.tenant(tenant)) { try $0.newestPayment(from: phone, of: tenant) })
        }
        let payment = try await beginAsked(phone, topUp: Self.shillings(shillings))
        try await callback(payment, receipt(), shillings)
        try await keeper.work()
        skip(.minutes(5))
        return try self.payment(payment)
    }

    fileprivate func order(_ phone: PhoneNumber, id: ID<WalletPurchase>? = nil) -> WalletOrder {
        WalletOrder(
            id: id ?? ID(at: now), tenant: tenant, phone: phone, offer: offer.id, device: device(), now: now)
    }

    fileprivate func buy(_ order: WalletOrder) throws -> WalletPurchase {
        try store.writeNow(.tenant(tenant)) { try $0.buy(order) }
    }

    fileprivate func beginRest(_ phone: PhoneNumber) throws -> Payment {
        let order = PaymentOrder(
            tenant: tenant, wish: .package(offer.id, device()), phone: phone, usesWallet: true, now: now)
        return try store.writeNow(.tenant(tenant)) { [keys] in try $0.begin(order, keys: keys) }
    }

    /// Money that somebody paid by hand with a payment's public name.
    fileprivate func byHand(
        _ receipt: ReceiptNumber, _ shillings: Int64, for payment: Payment, from payer: PayerMark
    ) -> Evidence {
        var arrival = Arrival(receipt: receipt, amount: Self.shillings(shillings), paidAt: now)
        arrival.reference = TypedReference(payment.code.text)
        arrival.payer = payer
        return Evidence(road: .incoming, account: account, news: .money(arrival))
    }
}
