import Catalog
import Messages
import Messaging
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Captive

@Suite(.serialized, .ownThreads) struct TrialPageTests {
    private static let market = CaptiveBench.market

    private static func makeTrial(_ bench: CaptiveBench, _ trial: Trial = .once) throws -> Package {
        let offer = try bench.world.makePackage(.fromFirstUse(.minutes(30)), trial: trial)
        try bench.captive.places.refresh()
        return offer
    }

    private static func take(
        _ bench: CaptiveBench, _ offer: String, phone: String = "0712 345 678", device: Int = 1
    ) throws -> Wire.Answer {
        try Wire.post(bench.port, "\(market)/trials", bench.phone(device) + [("offer", offer), ("phone", phone)])
    }

    @Test(
        "A button, a number, and the device is online; nothing of the number stands in an address",
        arguments: Engine.available)
    func journey(engine: Engine) async throws {
        let bench = try CaptiveBench(engine)
        let login = "\(Self.market)?\(bench.query())"
        #expect(try !Wire.ask(bench.port, "GET", login).text.contains("/trials"))
        let offer = try Self.makeTrial(bench)
        let door = try Wire.ask(bench.port, "GET", login)
        #expect(door.text.contains("value=\"\(offer.id)\">Try 30 minutes free</button>"))
        #expect(!door.text.contains("<b>\(offer.name)</b>"), "it is not for sale")
        let page = try Wire.ask(bench.port, "GET", "\(Self.market)/trials?\(bench.query())&offer=\(offer.id)")
        #expect(page.status == 200 && page.text.contains("name=\"phone\""))
        let sent = try Self.take(bench, offer.id.description)
        let waiting = try #require(sent["location"])
        #expect(sent.status == 303 && waiting.hasPrefix("\(Self.market)/connections/") && !waiting.contains("712"))
        #expect(try eventually { try bench.isSettled() })
        let status = try #require(try Wire.ask(bench.port, "GET", waiting)["location"])
        #expect(try Wire.ask(bench.port, "GET", status).text.contains(" minutes</b>"))
        await bench.stop()
    }

    @Test("A second try is told when the first was, and is led to vouchers and packages")
    func second() async throws {
        let bench = try CaptiveBench()
        try bench.openAccount()
        let offer = try Self.makeTrial(bench).id.description
        #expect(try Self.take(bench, offer).status == 303)
        let other = try Self.take(bench, offer, phone: "+254 712 345678", device: 2)
        #expect(other.status == 409 && other.text.contains("The free trial was used already"))
        #expect(other.text.contains("12:00") && other.text.contains("name=\"code\""))
        #expect(other.text.contains("/offers\">") && !other.text.contains("/trials"))
        await bench.stop()
    }

    @Test("What is no number is refused on the form, what is no trial on a page")
    func refused() async throws {
        let bench = try CaptiveBench()
        let offer = try Self.makeTrial(bench, .every(.days(30))).id.description
        for typed in ["", "abc", "0712"] {
            let page = try Self.take(bench, offer, phone: typed)
            #expect(page.status == 422 && page.text.contains("value=\"\(typed)\""), "\(typed)")
        }
        let sold = try bench.makeOffer().id.description
        for wrong in ["", "x", sold] {
            let page = try Self.take(bench, wrong)
            #expect(page.status == 409 && page.text.contains("There is no free trial here now"), "\(wrong)")
        }
        try bench.openAccount()
        let bought = try Wire.post(
            bench.port, "\(Self.market)/payments", bench.phone() + [("offer", offer), ("phone", "0712 345 678")])
        #expect(bought.status == 409, "a trial is not for sale")
        await bench.stop()
    }

    @Test(
        "Where messages can be sent a code is asked for; it works in Swahili, and without scripts",
        arguments: ["en", "sw"])
    func proven(language: String) async throws {
        let bench = try CaptiveBench()
        let (tenant, world) = (bench.world.tenant.id, bench.world)
        let account = SenderAccount(
            id: ID(at: World.noon), tenant: tenant, kind: .kannel, name: "k", position: 1, credentialsSealed: [])
        try world.store.writeNow(.tenant(tenant)) { try $0.insert(account, road: [1], at: World.noon) }
        let offer = try Self.makeTrial(bench).id.description
        func send(_ more: [(String, String)] = []) throws -> Wire.Answer {
            let form = bench.phone(1) + [("offer", offer), ("phone", "0712 345 678"), ("lang", language)] + more
            return try Wire.post(bench.port, "\(Self.market)/trials", form)
        }
        let page = try send()
        #expect(page.status == 200 && page.text.contains("name=\"code\"") && page.text.contains("0712 345 678"))
        #expect(page.text.contains(language == "sw" ? "Namba tuliyokutumia" : "The code that we sent you"))
        let messages = try world.store.read(.tenant(tenant)) { try $0.messages(of: tenant, atMost: 5) }
        guard messages.count == 1, messages[0].language == language,
            case .template(.trialCode, let facts) = messages[0].content(MessageKeys(world.masterKey)),
            case .text(let code)? = facts["code"]
        else {
            Issue.record("no code was sent")
            return
        }
        let wrong = try send([("code", "12")])
        #expect(wrong.status == 422 && wrong.text.contains("name=\"code\""))
        #expect(wrong.text.contains(language == "sw" ? "Hii siyo namba yenyewe" : "This is not the code"))
        // As people copy it.
        let spaced = " \(code.prefix(3)) \(code.suffix(3)) "
        let sent = try send([("code", spaced)])
        #expect(sent.status == 303 && sent["location"]?.hasPrefix("\(Self.market)/connections/") == true)
        let late = try Self.take(bench, offer, phone: "0733 000 000", device: 3)
        #expect(late.status == 200, "another number has a code of its own")
        await bench.stop()
    }
}
