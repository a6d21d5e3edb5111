import Catalog
import Crypto
import Entitlements
import Ledger
import MobileMoney
import Payments
import SQL
import Synchronization
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Captive

/// A provider of money that takes every prompt and says nothing by itself.
final class Till: PaymentRail {
    private static let number = Atomic(0)
    let rail = Rail.mpesa
    let repeatsSafely = false

    func prompt(_ prompt: PaymentPrompt) async throws(RailError) -> PromptAck {
        guard let id = PromptID("ws_CO_\(Self.number.add(1, ordering: .relaxed).newValue)") else {
            throw RailError(.unreachable)
        }
        return PromptAck(id: id)
    }
    func ask(_ id: PromptID) async -> PaymentAnswer { .open(.pending) }
    func read(_ body: [UInt8]) -> PaymentNotice { .unknown(flaw: "a stand-in") }
}

extension CaptiveBench {
    static let phone = "0712 345 678"

    /// Gives the first provider a paybill.
    @discardableResult
    func openAccount(isOpen: Bool = true) throws -> RailAccount {
        let account = RailAccount(
            id: ID(at: World.noon), tenant: world.tenant.id, rail: .mpesa, kind: .paybill, shortCode: "600100",
            currency: .kes, credentialsSealed: [], isOpen: isOpen)
        let keys = PaymentKeys(world.masterKey)
        let road = keys.hash(keys.token(of: account.id))
        try world.store.writeNow(.tenant(account.tenant)) { try $0.insert(account, road: road, at: World.noon) }
        try captive.places.refresh()
        return account
    }

    /// A listed package for so many devices.
    func makeOffer(devices: Int = 1) throws -> Package {
        let offer = try world.makePackage(.fromFirstUse(.hours(1)), devices: devices)
        try captive.places.refresh()
        return offer
    }

    /// Sends the form of a package.
    func pay(
        _ offer: Package, phone: String = CaptiveBench.phone, device: Int = 1, more: [(String, String)] = []
    ) throws -> Wire.Answer {
        let form = self.phone(device) + [("offer", offer.id.description), ("phone", phone)] + more
        return try Wire.post(port, "\(Self.market)/payments", form)
    }

    /// The payment that was begun last.
    func payment() throws -> Payment {
        let tenant = world.tenant.id
        return try #require(try world.store.read(.tenant(tenant)) { try $0.payments(of: tenant, atMost: 1) }.first)
    }

    /// The provider's news about a payment.
    func tell(_ news: PaymentAnswer, of payment: Payment) throws {
        let now = clock.now()
        try world.store.writeNow(.tenant(payment.tenant)) { transaction in
            let account = try #require(try transaction.railAccount(payment.account, of: payment.tenant))
            _ = try transaction.settle(
                Evidence(road: .callback, account: account, payment: payment.id, answer: news), at: now)
        }
    }

    /// Money for a payment, of so many shillings.
    static func paid(_ shillings: Int64 = 50, receipt: String = "UJ62T8IYOU") -> PaymentAnswer {
        .paid(
            PaymentFacts(receipt: ReceiptNumber(receipt), amount: Money(minorUnits: shillings * 100, in: .kes)))
    }

    /// Money that somebody paid by hand, with an account that nobody has.
    func payByHand(_ shillings: Int64, receipt: String, from phone: String, for reference: String = "shop") throws {
        let (tenant, now) = (world.tenant.id, clock.now())
        let payment = IncomingPayment(
            receipt: try #require(ReceiptNumber(receipt)), amount: Money(minorUnits: shillings * 100, in: .kes),
            paidAt: now, shortCode: "600100", reference: TypedReference(reference), payer: PayerMark(phone),
            payerName: nil, balance: nil)
        try world.store.writeNow(.tenant(tenant)) { transaction in
            let account = try #require(try transaction.railAccounts(of: tenant).first)
            _ = try transaction.settle(
                Evidence(road: .incoming, account: account, news: .money(Arrival(payment))), at: now)
        }
    }

    func enterReceipt(
        _ receipt: String, phone: String = "5678", device: Int, payment: String = ""
    ) throws -> Wire.Answer {
        try Wire.post(
            port, "\(Self.market)/receipts",
            self.phone(device) + [("receipt", receipt), ("phone", phone), ("payment", payment)])
    }
}
