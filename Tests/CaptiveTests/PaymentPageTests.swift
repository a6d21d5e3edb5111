import Catalog
import Entitlements
import MobileMoney
import Payments
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Captive

@Suite(.serialized, .ownThreads) struct PaymentPageTests {
    private static let market = CaptiveBench.market

    @Test("Packages are buttons where they can be paid from a phone, and a list where they cannot")
    func offers() async throws {
        let bench = try CaptiveBench()
        let login = "\(Self.market)?\(bench.query())"
        let offer = try bench.makeOffer()
        let before = try Wire.ask(bench.port, "GET", login)
        #expect(!before.text.contains("/offers") && before.text.contains("<li><b>"))
        #expect(try bench.pay(offer).text.contains("Payments by phone are not set up here"))
        let account = try bench.openAccount()
        let with = try Wire.ask(bench.port, "GET", login)
        #expect(with.text.contains("<form class=\"offers\" action=\"\(Self.market)/offers\">"))
        #expect(with.text.contains("<button name=\"offer\" value=\"\(offer.id)\">"))
        let page = try Wire.ask(bench.port, "GET", "\(Self.market)/offers?\(bench.query())&offer=\(offer.id)")
        #expect(page.status == 200 && page.text.contains("name=\"phone\"") && page.text.contains("<button>Pay "))
        #expect(page.text.contains(World.mac(1).description))
        for wrong in ["", "x", ID<Package>(at: World.noon).description] {
            let none = try Wire.ask(bench.port, "GET", "\(Self.market)/offers?\(bench.query())&offer=\(wrong)")
            #expect(none.status == 409 && none.text.contains("This package cannot be bought now"))
        }
        try bench.world.store.writeNow(.tenant(account.tenant)) {
            try $0.set(account.id, isOpen: false, of: account.tenant)
        }
        try bench.captive.places.refresh()
        #expect(try Wire.ask(bench.port, "GET", login).body == before.body, "byte for byte as without")
        await bench.stop()
    }

    @Test("A number, the PIN on the phone, and the device goes online", arguments: Engine.available)
    func journey(engine: Engine) async throws {
        let bench = try CaptiveBench(engine)
        try bench.openAccount()
        let sent = try bench.pay(bench.makeOffer())
        #expect(sent.status == 303)
        let waiting = try #require(sent["location"])
        #expect(waiting.hasPrefix("\(Self.market)/payments/") && !waiting.contains("712"))
        try await bench.payments.work()
        let payment = try bench.payment()
        #expect(payment.state == .asked)
        let asking = try Wire.ask(bench.port, "GET", waiting)
        #expect(asking.status == 200 && asking.text.contains("+2547•••••678"))
        #expect(asking.text.contains(payment.code.text))
        #expect(asking.text.contains("http-equiv=\"refresh\"") && asking.text.contains("data-state=\"asking\""))
        let parts = waiting.split(separator: "?", maxSplits: 1)
        let poll = try Wire.ask(bench.port, "GET", "\(parts[0])/state?\(parts[1])")
        #expect(poll.text == "{\"state\":\"asking\",\"href\":\"\(waiting)\"}")
        try bench.tell(CaptiveBench.paid(), of: payment)
        let granted = try Wire.ask(bench.port, "GET", waiting)
        let connecting = try #require(granted["location"])
        #expect(granted.status == 303 && connecting.hasPrefix("\(Self.market)/connections/"))
        #expect(try eventually { try bench.isSettled() })
        let online = try Wire.ask(bench.port, "GET", connecting)
        #expect(online.status == 303 && online["location"]?.hasPrefix("\(Self.market)/status/") == true)
        await bench.stop()
    }

    @Test("What the payer is told afterwards is in the language of the page")
    func language() async throws {
        let bench = try CaptiveBench(.sqlite)
        try bench.openAccount()
        let sent = try bench.pay(bench.makeOffer(), more: [("lang", "sw")])
        #expect(sent.status == 303)
        #expect(try bench.payment().language == "sw")
        await bench.stop()
    }

    /// What becomes of a payment, and what its page then says and offers.
    struct Case: Sendable {
        let name: String
        let news: PaymentAnswer?
        var wait = Span.zero
        let words: String
        var isRetried = false
        var offersReceipt = false
        var offersOther = false
        var changes = false
    }

    private static func failed(_ reason: PaymentReason) -> PaymentAnswer {
        .failed(PaymentFailure(code: "1", reason: reason))
    }

    static let cases = [
        Case(name: "asking", news: nil, words: "Enter your M-PESA PIN", changes: true),
        Case(
            name: "waiting", news: nil, wait: .seconds(61), words: "We have not heard of your payment yet",
            offersReceipt: true, changes: true),
        Case(
            name: "cancelled", news: failed(.cancelled), words: "cancelled on the phone", isRetried: true,
            offersOther: true),
        Case(
            name: "wrong PIN", news: failed(.wrongPIN), words: "The PIN was wrong", isRetried: true, offersOther: true),
        Case(
            name: "no money", news: failed(.noMoney), words: "not enough money", isRetried: true, offersOther: true),
        Case(
            name: "no answer", news: failed(.noResponse), words: "You can try again at", offersReceipt: true,
            offersOther: true, changes: true),
        Case(
            name: "no answer, later", news: failed(.noResponse), wait: .seconds(121), words: "The phone did not answer",
            isRetried: true, offersReceipt: true, offersOther: true, changes: true),
        Case(name: "staff", news: failed(.wrongCredentials), words: "Payments do not work here at the moment"),
        Case(
            name: "nobody knows", news: failed(.outcomeUnknown), words: "do not pay twice", offersReceipt: true,
            changes: true),
        Case(
            name: "short", news: CaptiveBench.paid(20), words: "That was too little"),
        Case(name: "late", news: CaptiveBench.paid(), wait: .hours(25), words: "The link is too old"),
    ]

    @Test("Each state of a payment has its page, with what can be done then", arguments: cases)
    func states(state: Case) async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let waiting = try #require(try bench.pay(bench.makeOffer())["location"])
        try await bench.payments.work()
        if let news = state.news { try bench.tell(news, of: bench.payment()) }
        bench.clock.skip(state.wait)
        let page = try Wire.ask(bench.port, "GET", waiting)
        guard state.wait < .hours(24) else {
            #expect(page.status == 410)
            await bench.stop()
            return
        }
        #expect(page.status == 200 && page.text.contains(state.words), "\(state.name): \(page.text.suffix(1_500))")
        #expect(page.text.contains("/retries\"") == state.isRetried, "\(state.name)")
        #expect(page.text.contains("/receipts?payment=") == state.offersReceipt, "\(state.name)")
        #expect(page.text.contains("/offers?offer=") == state.offersOther, "\(state.name)")
        #expect(page.text.contains("data-poll") == state.changes, "\(state.name)")
        await bench.stop()
    }

    @Test("What was offered no longer lies in the wallet, and the page says so")
    func late() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let offer = try bench.makeOffer()
        let waiting = try #require(try bench.pay(offer)["location"])
        try await bench.payments.work()
        _ = try bench.world.store.writeNow(.platform) { transaction in
            try transaction.run("UPDATE main.package SET is_listed = 0 WHERE id = $1", offer.id)
        }
        bench.clock.skip(.minutes(31))
        try bench.tell(CaptiveBench.paid(), of: bench.payment())
        let page = try Wire.ask(bench.port, "GET", waiting)
        #expect(page.text.contains("Your money is safe") && page.text.contains("could no longer be bought"))
        await bench.stop()
    }

    @Test("Late money for what is still sold begins the service; the device is let in when it comes back")
    func comesBack() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let waiting = try #require(try bench.pay(bench.makeOffer())["location"])
        try await bench.payments.work()
        bench.clock.skip(.minutes(31))
        try bench.tell(CaptiveBench.paid(), of: bench.payment())
        let page = try Wire.ask(bench.port, "GET", waiting)
        #expect(page.status == 200 && page.text.contains("/reconnections"))
        let login = try Wire.ask(bench.port, "GET", "\(Self.market)?\(bench.query())")
        #expect(login.text.contains("Welcome back"))
        await bench.stop()
    }

    @Test("A number that cannot pay is refused on the form, with what was typed")
    func numbers() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let offer = try bench.makeOffer()
        for (typed, words) in [
            ("", "Enter a phone number"), ("abc", "does not look like a phone number"), ("0712", "Digits are missing"),
            ("0733 123 456", "It is a number of Airtel"),
        ] {
            let page = try bench.pay(offer, phone: typed)
            #expect(page.status == 422 && page.text.contains(words), "\(typed)")
            #expect(page.text.contains("value=\"\(typed)\"") && page.text.contains("value=\"\(offer.id)\""), "\(typed)")
        }
        // A number may have been moved to another operator.
        #expect(try bench.pay(offer, phone: "0733 123 456", more: [("sure", "0733 123 456")]).status == 303)
        await bench.stop()
    }

    @Test("A form that is sent twice is one payment; another device cannot ask the same phone meanwhile")
    func twice() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let offer = try bench.makeOffer()
        #expect(try bench.pay(offer).status == 303)
        #expect(try bench.pay(offer).status == 303)
        #expect(try bench.world.count("SELECT count(*) FROM main.payment") == 1)
        let other = try bench.pay(offer, device: 2)
        #expect(other.status == 409 && other.text.contains("This phone is being asked already"))
        #expect(other.text.contains("12:02") && other.text.contains("value=\"\(CaptiveBench.phone)\""))
        await bench.stop()
    }

    @Test("Who asks one number after the other is stopped for a while")
    func tooMany() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let offer = try bench.makeOffer()
        for number in 0..<6 { #expect(try bench.pay(offer, phone: "072200000\(number)").status == 303) }
        let page = try bench.pay(offer, phone: "0722000006")
        #expect(page.status == 429 && page.text.contains("12:15"))
        #expect(try bench.pay(offer, phone: "0722000006", device: 2).status == 303)
        bench.clock.skip(.minutes(16))
        #expect(try bench.pay(offer, phone: "0722000007").status == 303)
        await bench.stop()
    }

    @Test("One number is not asked all day, whatever devices ask")
    func ringing() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let offer = try bench.makeOffer()
        for number in 0..<6 {
            #expect(try bench.pay(offer, device: number).status == 303)
            bench.clock.skip(.minutes(3))
        }
        let page = try bench.pay(offer, device: 7)
        #expect(page.status == 429 && page.text.contains("13:00"))
        #expect(try bench.pay(offer, phone: "0722000009", device: 7).status == 303)
        bench.clock.skip(.minutes(43))
        #expect(try bench.pay(offer, device: 7).status == 303)
        await bench.stop()
    }

    @Test("Try again asks the same number anew, without anybody's typing it")
    func retry() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let waiting = try #require(try bench.pay(bench.makeOffer())["location"])
        try await bench.payments.work()
        let first = try bench.payment()
        try bench.tell(Self.failed(.cancelled), of: first)
        bench.clock.skip(.seconds(5))
        let path = waiting.split(separator: "?")[0] + "/retries"
        let again = try Wire.post(bench.port, String(path), bench.phone())
        #expect(again.status == 303 && again["location"] != waiting)
        let second = try bench.payment()
        #expect(second.id != first.id && second.phone == first.phone && second.purchase == first.purchase)
        // The first page says what became of the first payment, and does not ask a third time.
        #expect(try Wire.post(bench.port, String(path), bench.phone()).status == 303)
        #expect(try bench.payment().id == second.id)
        await bench.stop()
    }

    @Test("The login page of a device leads back to its payment until that is decided, and never to its number")
    func comesToTheDoor() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let login = "\(Self.market)?\(bench.query())"
        _ = try bench.pay(bench.makeOffer())
        try await bench.payments.work()
        let back = try Wire.ask(bench.port, "GET", login)
        let page = try Wire.ask(bench.port, "GET", try #require(back["location"]))
        #expect(back.status == 303 && page.text.contains("Your phone is asked to pay"))
        #expect(!page.text.contains("678"), "who was recognised by the hardware address alone may be anybody")
        #expect(try Wire.ask(bench.port, "GET", login + "&other=1").status == 200)
        #expect(try Wire.ask(bench.port, "GET", "\(Self.market)?\(bench.query(2))").status == 200)
        try bench.tell(Self.failed(.cancelled), of: bench.payment())
        #expect(try Wire.ask(bench.port, "GET", login).status == 200)
        let started = try RecentPayments(bench.world.store, at: bench.clock.now())
        #expect(started.payment(of: World.mac(1), of: bench.world.tenant.id) == (try bench.payment().id))
        await bench.stop()
    }

    @Test("Where nobody knows whether the phone was asked nothing is sent again, and who has paid may say so")
    func unsure() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let offer = try bench.makeOffer()
        let waiting = try #require(try bench.pay(offer)["location"])
        _ = try bench.world.store.writeNow(.platform) { transaction in
            try transaction.run(
                "UPDATE main.payment SET state = 'silent', reason = 'outcome-unknown', due_at = NULL")
        }
        let page = try Wire.ask(bench.port, "GET", waiting)
        #expect(page.text.contains("We do not know yet whether your phone was asked"))
        #expect(page.text.contains("/receipts?payment=") && page.text.contains("data-poll"))
        #expect(!page.text.contains("/retries") && !page.text.contains("/offers?offer="))
        #expect(try Wire.ask(bench.port, "GET", "\(Self.market)?\(bench.query())").status == 303)
        #expect(try bench.pay(offer).status == 303)
        #expect(try bench.world.count("SELECT count(*) FROM main.payment") == 1)
        try bench.tell(CaptiveBench.paid(), of: bench.payment())
        #expect(try Wire.ask(bench.port, "GET", waiting)["location"]?.contains("/connections/") == true)
        await bench.stop()
    }

    @Test("A link of one place, of a device or of nobody opens no payment")
    func foreignLinks() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let waiting = try #require(try bench.pay(bench.makeOffer())["location"])
        let token = waiting.split(separator: "/")[4].split(separator: "?")[0]
        for path in [
            "/hotspot/acme/beach/payments/\(token)", "\(Self.market)/payments/x\(token)",
            "\(Self.market)/status/\(token)",
        ] {
            #expect(try Wire.ask(bench.port, "GET", path).status == 403, "\(path)")
        }
        await bench.stop()
    }
}
