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

@Suite(.serialized, .ownThreads) struct ReceiptPageTests {
    private static let market = CaptiveBench.market

    @Test("The receipt lets a second device in, within the limit, for what was paid once", arguments: Engine.available)
    func secondDevice(engine: Engine) async throws {
        let bench = try CaptiveBench(engine)
        try bench.openAccount()
        _ = try bench.pay(bench.makeOffer(devices: 2))
        try await bench.payments.work()
        try bench.tell(CaptiveBench.paid(), of: bench.payment())
        let first = try bench.entitlement()
        let page = try Wire.ask(bench.port, "GET", "\(Self.market)/receipts?\(bench.query(2))")
        #expect(page.status == 200 && page.text.contains("name=\"receipt\""))
        let typed = [("uj62t8iyou", "5678"), (" UJ62T8IYOU ", "0712345678"), ("UJ62T8IYOU", "+254 712 345 678")]
        for (receipt, phone) in typed {
            let entered = try bench.enterReceipt(receipt, phone: phone, device: 2)
            #expect(entered.status == 303 && entered["location"]?.hasPrefix("\(Self.market)/connections/") == true)
        }
        #expect(try bench.entitlement(2) == first)
        let third = try bench.enterReceipt("UJ62T8IYOU", device: 3)
        #expect(third.status == 409 && third.text.contains("value=\"UJ62T8IYOU\""))
        #expect(third.text.contains("value=\"5678\""))
        #expect(try bench.world.count("SELECT count(*) FROM main.entitlement") == 1)
        #expect(try bench.world.count("SELECT count(*) FROM main.ledger_posting") == 1)
        await bench.stop()
    }

    @Test("A receipt that is unknown, or of another number, is a guess like a wrong code")
    func guesses() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        _ = try bench.pay(bench.makeOffer(devices: 2))
        try await bench.payments.work()
        try bench.tell(CaptiveBench.paid(), of: bench.payment())
        for (receipt, phone) in [("UJ", "5678"), ("UJ62T8IYOU", "678"), ("UJ62T8IYOU", "56x8")] {
            #expect(try bench.enterReceipt(receipt, phone: phone, device: 2).status == 422, "no guess, only a slip")
        }
        for number in 0..<5 {
            let (receipt, phone) = number.isMultiple(of: 2) ? ("UJ62T8IYOX", "5678") : ("UJ62T8IYOU", "5679")
            let page = try bench.enterReceipt(receipt, phone: phone, device: 2)
            #expect(page.status == 404 && page.text.contains("We cannot find this payment"))
        }
        #expect(try bench.enterReceipt("UJ62T8IYOU", device: 2).status == 429)
        bench.clock.skip(.minutes(1))
        #expect(try bench.enterReceipt("UJ62T8IYOU", device: 2).status == 303)
        await bench.stop()
    }

    @Test("Money that found no payment is given to the one on whose page its receipt is entered")
    func findsItsPayment() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let waiting = try #require(try bench.pay(bench.makeOffer())["location"])
        try await bench.payments.work()
        let token = waiting.split(separator: "/")[4].split(separator: "?")[0]
        try bench.payByHand(50, receipt: "UJ6HAND001", from: "2547 ***** 678")
        let entered = try bench.enterReceipt("UJ6HAND001", device: 1, payment: String(token))
        #expect(entered.status == 303)
        #expect(try bench.payment().outcome == .granted)
        #expect(try Wire.ask(bench.port, "GET", waiting)["location"]?.contains("/connections/") == true)
        await bench.stop()
    }

    @Test("Money that is nobody's goes into the wallet of its payer, whose page opens again and again")
    func wallet() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        try bench.payByHand(30, receipt: "UJ6HAND002", from: "254712345678")
        for _ in 0..<2 {
            let page = try bench.follow(bench.enterReceipt("UJ6HAND002", device: 1), to: "wallets")
            #expect(page.text.contains("Ksh\u{A0}30 is kept for you") && page.text.contains("+2547•••••678"))
        }
        let tenant = bench.world.tenant.id
        let phone = try #require(PhoneNumber(digits: "254712345678"))
        let balance = try bench.world.store.read(.tenant(tenant)) {
            try $0.balance(of: .wallet(of: phone, in: .kes), of: tenant)
        }
        #expect(balance.minorUnits == 3_000)
        // Told with covered digits, all of the number must be shown.
        try bench.payByHand(30, receipt: "UJ6HAND003", from: "2547 ***** 678")
        #expect(try bench.enterReceipt("UJ6HAND003", device: 1).status == 404)
        #expect(try bench.enterReceipt("UJ6HAND003", phone: "0712345678", device: 1).status == 303)
        #expect(try bench.enterReceipt("UJ6HAND003", phone: "5679", device: 1).status == 404)
        await bench.stop()
    }

    static let endings: [(typed: String, fits: Bool?)] = [
        ("5678", true), ("0712345678", true), ("254712345678", true), ("+254 712-345 678", true), ("5679", false),
        ("678", nil), ("", nil), ("56 7", nil), ("abcd", nil), ("1234567890123456", nil), ("0678", false),
    ]

    @Test("The end of a number is four digits or more", arguments: endings)
    func ending(typed: String, fits: Bool?) throws {
        let phone = try #require(PhoneNumber(digits: "254712345678"))
        #expect(PhoneEnding(typed: typed)?.fits(phone) == fits)
    }
}
