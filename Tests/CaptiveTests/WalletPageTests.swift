import Catalog
import Entitlements
import Ledger
import MobileMoney
import Payments
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Captive

@Suite(.serialized, .ownThreads) struct WalletPageTests {
    private static let market = CaptiveBench.market

    @Test(
        "One press buys a package from what is kept; a second press of the same form buys nothing",
        arguments: Engine.available)
    func buys(engine: Engine) async throws {
        let bench = try CaptiveBench(engine)
        try bench.openAccount()
        let offer = try bench.makeOffer()
        try bench.payByHand(80, receipt: "UJ6HAND002", from: "254712345678")
        let opened = try bench.enterReceipt("UJ6HAND002", device: 1)
        let page = try bench.follow(opened, to: "wallets")
        #expect(page.text.contains("name=\"offer\" value=\"\(offer.id)\""))
        let address = try #require(opened["location"])
        #expect(!address.contains("254712345678") && !address.contains("712345678"))
        let form = bench.phone(1) + [("offer", offer.id.description), ("purchase", page.field("purchase"))]
        let action = address.split(separator: "?")[0] + "/purchases"
        for _ in 0..<2 {
            let bought = try Wire.post(bench.port, String(action), form)
            #expect(bought.status == 303 && bought["location"]?.hasPrefix("\(Self.market)/connections/") == true)
        }
        #expect(try bench.world.count("SELECT count(*) FROM main.entitlement") == 1)
        #expect(try bench.kept() == 30)
        let again = try Wire.post(
            bench.port, String(action),
            bench.phone(1) + [("offer", offer.id.description), ("purchase", ID<Void>(at: World.noon).description)])
        #expect(again.status == 409 && again.text.contains("That is more than is kept for you"))
        #expect(try Wire.ask(bench.port, "GET", String(action)).status == 200, "a page loaded again is no order")
        await bench.stop()
    }

    @Test("Too little: the payment's page asks for the rest alone, and both together buy")
    func rest() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let offer = try bench.makeOffer()
        let address = try #require(try bench.pay(offer)["location"])
        try await bench.payments.work()
        try bench.tell(CaptiveBench.paid(30), of: bench.payment())
        let page = try Wire.ask(bench.port, "GET", address)
        #expect(page.text.contains("Pay the missing Ksh\u{A0}20") && page.text.contains("That was too little"))
        let action = try #require(page.firstAction)
        bench.clock.skip(.minutes(3))
        let asked = try Wire.post(
            bench.port, action, bench.phone(1) + [("offer", offer.id.description)])
        #expect(asked.status == 303 && asked["location"]?.contains("/payments/") == true)
        let rest = try bench.payment()
        #expect(rest.amount.minorUnits == 2_000 && rest.fromWallet.minorUnits == 3_000)
        try await bench.payments.work()
        try bench.tell(CaptiveBench.paid(20, receipt: "UJ62T8IYOV"), of: rest)
        #expect(try bench.payment().outcome == .granted)
        #expect(try bench.kept() == 0)
        #expect(try Wire.ask(bench.port, "GET", asked["location"] ?? "")["location"]?.contains("/connections/") == true)
        await bench.stop()
    }

    @Test("Too little, and now there is enough: the payment's page offers the package")
    func enoughByNow() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let offer = try bench.makeOffer()
        let address = try #require(try bench.pay(offer)["location"])
        try await bench.payments.work()
        try bench.tell(CaptiveBench.paid(30), of: bench.payment())
        try bench.payByHand(30, receipt: "UJ6HAND002", from: "254712345678")
        _ = try bench.enterReceipt("UJ6HAND002", device: 1)
        let page = try Wire.ask(bench.port, "GET", address)
        #expect(
            page.text.contains("Buy \(offer.name) with it") && page.text.contains("Ksh\u{A0}60 is kept for you now"))
        let action = try #require(page.firstAction)
        let bought = try Wire.post(
            bench.port, action,
            bench.phone(1) + [("offer", offer.id.description), ("purchase", page.field("purchase"))])
        #expect(bought["location"]?.contains("/connections/") == true)
        #expect(try bench.kept() == 10)
        await bench.stop()
    }

    @Test("Whoever began a payment for a stranger's number, or paid into it, does not see that wallet")
    func strangers() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let offer = try bench.makeOffer()
        // The stranger's phone was asked and its owner said nothing; the one who asked pays by hand with the code on the page.
        let address = try #require(try bench.pay(offer)["location"])
        try await bench.payments.work()
        try bench.payByHand(10, receipt: "UJ6HAND009", from: "254722000009", for: bench.payment().code.text)
        let page = try Wire.ask(bench.port, "GET", address)
        #expect(page.status == 200 && page.text.contains("That was too little") && !page.text.contains("/wallets/"))
        let entered = try bench.enterReceipt("UJ6HAND009", device: 1)
        #expect(entered["location"]?.contains("/wallets/") == false)
        let next = try Wire.ask(bench.port, "GET", entered["location"] ?? "")
        #expect(next.status == 200 && !next.text.contains("/wallets/"))
        let token = address.split(separator: "/")[4].split(separator: "?")[0]
        let forged = try Wire.ask(bench.port, "GET", "\(Self.market)/wallets/\(token)")
        #expect(forged.status == 403)
        await bench.stop()
    }

    @Test("What was bought is over: its receipt opens what is left of the money")
    func leftOver() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        _ = try bench.pay(bench.makeOffer())
        try await bench.payments.work()
        try bench.tell(CaptiveBench.paid(90), of: bench.payment())
        let admitted = try #require(try bench.enterReceipt("UJ62T8IYOU", device: 1)["location"])
        #expect(admitted.contains("/connections/"))
        // The clock starts when the router has let the device in.
        _ = try Wire.ask(bench.port, "GET", admitted)
        bench.clock.skip(.hours(2))
        let page = try bench.follow(bench.enterReceipt("UJ62T8IYOU", device: 1), to: "wallets")
        #expect(page.text.contains("Ksh\u{A0}40 is kept for you") && page.text.contains("+ Ksh\u{A0}10"))
        await bench.stop()
    }
}

extension CaptiveBench {
    /// The page to which an answer leads, which must be one of this kind.
    func follow(_ answer: Wire.Answer, to kind: String) throws -> Wire.Answer {
        let address = try #require(answer["location"])
        #expect(answer.status == 303 && address.hasPrefix("\(Self.market)/\(kind)/"))
        let page = try Wire.ask(port, "GET", address)
        #expect(page.status == 200)
        return page
    }

    /// The shillings in the wallet of the number that the tests pay with.
    func kept() throws -> Int64 {
        let phone = try #require(PhoneNumber(digits: "254712345678"))
        let tenant = world.tenant.id
        return try world.store.read(.tenant(tenant)) {
            try $0.balance(of: .wallet(of: phone, in: .kes), of: tenant).minorUnits / 100
        }
    }
}

extension Wire.Answer {
    /// Where the first form of the page leads.
    fileprivate var firstAction: String? {
        text.split(separator: "action=\"").dropFirst().first?.split(separator: "\"").first.map { String($0) }
    }

    /// The value of a hidden field.
    fileprivate func field(_ name: String) -> String {
        let parts = text.split(separator: "name=\"\(name)\" value=\"", maxSplits: 1)
        return parts.count == 2 ? String(parts[1].prefix { $0 != "\"" }) : ""
    }
}
