import Entitlements
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Captive

/// Who names somebody else's hardware address is not somebody else.
@Suite(.serialized, .ownThreads) struct StrangerTests {
    /// The token of the form on a page.
    private func token(_ page: Wire.Answer) throws -> String {
        let text = page.text
        let marker = "name=\"token\" value=\""
        let start = try #require(text.firstRange(of: marker)?.upperBound)
        return String(text[start...].prefix { $0 != "\"" })
    }

    /// Where a page sends the browser.
    private func location(_ bench: CaptiveBench, _ path: String) throws -> String {
        let answer = try Wire.ask(bench.port, "GET", path)
        return try #require(answer["location"])
    }

    @Test("No page behind a bare hardware address holds what logs the device out", arguments: Engine.available)
    func logOut(engine: Engine) async throws {
        let bench = try CaptiveBench(engine)
        let market = CaptiveBench.market
        let code = try bench.code()
        #expect(try Wire.post(bench.port, "\(market)/redemptions", bench.phone() + [("code", code)]).status == 303)
        #expect(try eventually { try bench.isSettled() })
        let status = try Wire.ask(bench.port, "GET", "\(market)/status?\(bench.query())")
        #expect(status.status == 200 && !status.text.contains("/logouts\""))
        #expect(status.text.contains("http://10.5.50.1/logout"), "The router's own page does")
        // The way back in that the login page shows, and all that follows from it.
        let welcome = try token(Wire.ask(bench.port, "GET", "\(market)?\(bench.query())"))
        let back = try Wire.post(bench.port, "\(market)/reconnections", bench.phone() + [("token", welcome)])
        let waiting = try #require(back["location"])
        let online = try location(bench, waiting)
        let page = try Wire.ask(bench.port, "GET", online)
        #expect(page.status == 200 && !page.text.contains("/logouts\""))
        let parts = [waiting, online].map { $0.split(separator: "/").last.map { $0.prefix { $0 != "?" } } }
        for pass in [Substring(welcome)] + parts.compactMap(\.self) {
            let out = try Wire.post(bench.port, "\(market)/logouts", bench.phone() + [("token", String(pass))])
            #expect(out.status == 403)
        }
        #expect(try bench.world.count("SELECT count(*) FROM main.device WHERE left_at IS NOT NULL") == 0)
        #expect(try bench.world.count("SELECT count(*) FROM main.effect WHERE kind = 'cut'") == 0)
        // Who shows the code may.
        let again = try Wire.post(bench.port, "\(market)/redemptions", bench.phone() + [("code", code)])
        let own = try location(bench, #require(again["location"]))
        let pass = try token(Wire.ask(bench.port, "GET", own))
        #expect(try Wire.post(bench.port, "\(market)/logouts", [("token", pass)]).status == 200)
        #expect(try bench.world.count("SELECT count(*) FROM main.device WHERE left_at IS NOT NULL") == 1)
        await bench.stop()
    }

    @Test("A device that is online sees its status at its old login page too, with a way in should that be mistaken")
    func statusAtLogin() async throws {
        let bench = try CaptiveBench()
        let market = CaptiveBench.market
        let code = try bench.code()
        let form = bench.phone() + [("chap-id", "1"), ("chap-challenge", "77"), ("code", code)]
        #expect(try Wire.post(bench.port, "\(market)/redemptions", form).status == 303)
        #expect(try eventually { try bench.isSettled() })
        let old = "\(market)?\(bench.query())&chap-id=1&chap-challenge=77"
        let before = try Wire.ask(bench.port, "GET", old)
        #expect(before.text.contains("Welcome back"), "No router has shown it online")
        let (entitlement, tenant, router) = (try bench.entitlement(), bench.world.tenant.id, bench.world.routers[0].id)
        try bench.world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.insert(
                Session(
                    id: ID(at: World.noon), entitlement: entitlement, mac: World.mac(1), router: router,
                    address: IPv4Address(bits: 0x0A05_320B), startedAt: World.noon, seenAt: World.noon, online: .zero,
                    bytesUp: 0, bytesDown: 0), of: tenant)
        }
        let fresh = try Wire.ask(bench.port, "GET", "\(market)?\(bench.query())&chap-id=2&chap-challenge=78")
        #expect(fresh.text.contains("Welcome back"), "The router sent it here, so it is not online any more")
        let page = try Wire.ask(bench.port, "GET", old)
        #expect(page.text.contains("You are online") && page.text.contains("Connect again"))
        let again = try Wire.post(
            bench.port, "\(market)/reconnections", bench.phone() + [("token", token(page))])
        #expect(again.status == 303)
        await bench.stop()
    }

    @Test("A problem document has words in the language that was asked for")
    func problemWords() async throws {
        let bench = try CaptiveBench()
        let path = "\(CaptiveBench.market)/status/none"
        for (language, title) in [("en", "This page is out of date"), ("sw", "Ukurasa huu umepitwa na wakati")] {
            let answer = try Wire.ask(
                bench.port, "GET", path, headers: ["Accept: application/json", "Accept-Language: \(language)"])
            #expect(answer.status == 403 && answer["content-type"] == "application/problem+json")
            #expect(answer["content-language"] == language)
            #expect(
                answer.text.contains("\"title\":\"\(title)\"") && answer.text.contains("\"detail\":\""),
                "\(answer.text)")
        }
        await bench.stop()
    }
}
