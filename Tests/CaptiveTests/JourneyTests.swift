import Catalog
import Crypto
import Entitlements
import HTTPServer
import Provisioning
import SQL
import Synchronization
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers

@testable import Captive

@Suite(.serialized, .ownThreads) struct JourneyTests {
    @Test("A code leads through the waiting page to the status, out, and back in", arguments: Engine.available)
    func journey(engine: Engine) async throws {
        let bench = try CaptiveBench(engine)
        let market = CaptiveBench.market
        #expect(try Wire.ask(bench.port, "GET", "\(market)?\(bench.query())").status == 200)
        let sent = try Wire.post(bench.port, "\(market)/redemptions", bench.phone() + [("code", bench.code())])
        #expect(sent.status == 303)
        let waiting = try #require(sent["location"])
        #expect(waiting.hasPrefix("\(market)/connections/"))
        let online = try Wire.ask(bench.port, "GET", waiting)
        #expect(online.status == 303)
        let status = try #require(online["location"])
        let page = try Wire.ask(bench.port, "GET", status)
        #expect(page.status == 200)
        let token = try bench.token(bench.entitlement())
        let out = try Wire.post(bench.port, "\(market)/logouts", [("token", token)])
        #expect(out.status == 200)
        let back = try Wire.post(bench.port, "\(market)/reconnections", bench.phone() + [("token", token)])
        #expect(back.status == 303)
        #expect(try bench.world.count("SELECT count(*) FROM main.entitlement") == 1)
        await bench.stop()
    }

    @Test("While the router is down the waiting page waits, and goes on by itself")
    func routerDown() async throws {
        let bench = try CaptiveBench()
        bench.router.isDown.store(true, ordering: .relaxed)
        let sent = try Wire.post(
            bench.port, "\(CaptiveBench.market)/redemptions", bench.phone() + [("code", bench.code())])
        let waiting = try #require(sent["location"])
        let page = try Wire.ask(bench.port, "GET", waiting)
        #expect(page.status == 200)
        #expect(
            page.text.lowercased().contains("http-equiv=\"refresh\"") || page.headers.contains { $0.name == "refresh" })
        bench.router.isDown.store(false, ordering: .relaxed)
        #expect(try eventually { try Wire.ask(bench.port, "GET", waiting).status == 303 })
        await bench.stop()
    }

    @Test("Wrong, used, foreign and locked codes get a page that says so, with the form again")
    func refusals() async throws {
        let bench = try CaptiveBench()
        let path = "\(CaptiveBench.market)/redemptions"
        let code = try bench.code()
        for phone in 1...2 {
            #expect(try Wire.post(bench.port, path, bench.phone(phone) + [("code", code)]).status == 303)
        }
        let full = try Wire.post(bench.port, path, bench.phone(3) + [("code", code)])
        #expect(full.status == 409)
        let foreign = try Wire.post(bench.port, path, bench.phone(3) + [("code", bench.code(of: bench.world.other))])
        #expect(foreign.status == 404)
        for answer in [full, foreign] {
            #expect(answer.text.contains("name=\"code\""))
            for code in ["voucher.unknown", "voucher.device-limit"] { #expect(!answer.text.contains(code)) }
        }
        await bench.stop()
    }
}
