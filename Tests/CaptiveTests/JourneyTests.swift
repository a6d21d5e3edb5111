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
        #expect(try eventually { try bench.isSettled() })
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

    @Test(
        "Who has used the fair share is told at every door when it goes on, and slower or faster is told beside what is left"
    )
    func fairUse() async throws {
        let bench = try CaptiveBench()
        let market = CaptiveBench.market
        let tenant = bench.world.tenant.id
        for (phone, share, words) in [
            (1, "1KB/day block", "Your fair share is used"),
            (2, "1KB/day throttle 256k/512k", "your speed is 512kbit/s until"),
            (3, "1KB/day notify", "your fair share until"),
        ] {
            let offer = try bench.world.makePackage(.fromFirstUse(.days(3)), rate: "2M/5M", fairUse: share)
            let code = try bench.world.makeVouchers(offer).codes[0].text
            let sent = try Wire.post(bench.port, "\(market)/redemptions", bench.phone(phone) + [("code", code)])
            #expect(sent.status == 303)
            #expect(try eventually { try bench.isSettled() })
            let access = try bench.entitlement(phone)
            try bench.world.store.writeNow(.tenant(tenant)) { transaction in
                let device = try transaction.device(World.mac(phone), on: access, of: tenant)
                guard let device else { return }
                try transaction.record(device.usage, of: device, adding: .zero, 1_000, of: tenant)
            }
            let status = try Wire.ask(bench.port, "GET", "\(market)/status/\(bench.token(access, phone: phone))")
            #expect(status.status == 200 && status.text.contains(words), "\(share)")
            guard share.hasSuffix("block") else { continue }
            let login = try Wire.ask(bench.port, "GET", "\(market)?\(bench.query(phone))")
            #expect(login.text.contains(words) && login.text.contains("name=\"code\""))
            let again = try Wire.post(bench.port, "\(market)/redemptions", bench.phone(phone) + [("code", code)])
            #expect(again.status == 409 && again.text.contains("It goes on at"))
        }
        await bench.stop()
    }

    @Test("Whose access staff have suspended is told so at every door, in both languages, and not why")
    func suspended() async throws {
        let bench = try CaptiveBench()
        let (market, tenant) = (CaptiveBench.market, bench.world.tenant.id)
        let code = try bench.code()
        let path = "\(market)/redemptions"
        #expect(try Wire.post(bench.port, path, bench.phone() + [("code", code)]).status == 303)
        #expect(try eventually { try bench.isSettled() })
        let access = try bench.entitlement(1)
        let token = try bench.token(access)
        _ = try bench.world.store.writeNow(.tenant(tenant)) { [now = bench.clock.now()] in
            try $0.suspend(access, because: "chargeback", by: "Asha", of: tenant, at: now)
        }
        for (language, words) in [("en", "Your access is suspended"), ("sw", "Huduma yako imesitishwa kwa sasa")] {
            for door in ["\(market)?\(bench.query())&lang=\(language)", "\(market)/status/\(token)?lang=\(language)"] {
                let page = try Wire.ask(bench.port, "GET", door)
                #expect(page.status == 200 && page.text.contains(words), "\(door)")
                #expect(page.text.contains("name=\"code\"") && !page.text.contains("chargeback"))
            }
        }
        for answer in [
            try Wire.post(bench.port, path, bench.phone() + [("code", code)]),
            try Wire.post(bench.port, path, bench.phone(2) + [("code", code)]),
            try Wire.post(bench.port, "\(market)/reconnections", bench.phone() + [("token", token)]),
        ] {
            #expect(answer.status == 409 && answer.text.contains("This access is suspended"))
        }
        _ = try bench.world.store.writeNow(.tenant(tenant)) { [now = bench.clock.now()] in
            try $0.restore(access, by: "Asha", of: tenant, at: now)
        }
        #expect(try Wire.post(bench.port, path, bench.phone() + [("code", code)]).status == 303)
        await bench.stop()
    }
}
