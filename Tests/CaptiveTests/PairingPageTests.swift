import Catalog
import Entitlements
import SQL
import TestKit
import TestWorld
import Testing
import Values

@testable import Captive

@Suite(.serialized, .ownThreads) struct PairingPageTests {
    private static let market = CaptiveBench.market

    /// Lets a phone in by a voucher for two devices; the answer is the path of its page for guests.
    private static func goOnline(_ bench: CaptiveBench, _ phone: Int = 1) throws -> String {
        let sent = try Wire.post(bench.port, "\(market)/redemptions", bench.phone(phone) + [("code", bench.code())])
        #expect(sent.status == 303)
        #expect(try eventually { try bench.isSettled() })
        return try "\(market)/guests/\(bench.token(bench.entitlement(phone), phone: phone))"
    }

    /// The page of a screen that waits.
    private static func show(_ bench: CaptiveBench, _ screen: Int) throws -> String {
        let sent = try Wire.post(bench.port, "\(market)/pairings", bench.phone(screen))
        let path = try #require(sent["location"])
        #expect(sent.status == 303 && path.hasPrefix("\(market)/pairings/"))
        return path
    }

    private static func code(_ page: Wire.Answer) throws -> String {
        let start = try #require(page.text.firstRange(of: "class=\"ticket\" dir=\"ltr\">"))
        return String(page.text[start.upperBound...].prefix(6))
    }

    @Test(
        "A code on a screen, typed on a phone that is online, and the screen goes on by itself",
        arguments: Engine.available)
    func journey(engine: Engine) async throws {
        let bench = try CaptiveBench(engine)
        let guests = try Self.goOnline(bench)
        let token = try bench.token(bench.entitlement())
        let status = try Wire.ask(bench.port, "GET", "\(Self.market)/status/\(token)")
        #expect(status.text.contains("\(Self.market)/guests/"))
        let waiting = try Self.show(bench, 2)
        let page = try Wire.ask(bench.port, "GET", waiting)
        let parts = waiting.split(separator: "?", maxSplits: 1)
        let poll = "\(parts[0])/state?\(parts[1])"
        #expect(page.status == 200 && page.text.contains("http-equiv=\"refresh\""))
        #expect(try Wire.ask(bench.port, "GET", poll).text.contains("\"state\":\"showing\""))
        let code = try Self.code(page)
        #expect(!waiting.contains(code))
        let form = try Wire.ask(bench.port, "GET", guests)
        #expect(form.status == 200 && form.text.contains("name=\"guest\""))
        let brought = try Wire.post(bench.port, guests, [("guest", code.lowercased())])
        #expect(brought.status == 200 && brought.text.contains("It is online."), "\(brought.text.suffix(900))")
        #expect(brought.text.contains(World.mac(2).description))
        #expect(try Wire.ask(bench.port, "GET", poll).text.contains("\"state\":\"brought\""))
        let onward = try #require(try Wire.ask(bench.port, "GET", waiting)["location"])
        #expect(onward.hasPrefix("\(Self.market)/connections/"))
        let online = try Wire.ask(bench.port, "GET", onward)
        #expect(online.status == 303 && online["location"]?.hasPrefix("\(Self.market)/status/") == true)
        #expect(try bench.entitlement(2) == bench.entitlement())
        await bench.stop()
    }

    @Test("A hardware address does it too; the limit is told, and a place can be freed", arguments: Engine.available)
    func address(engine: Engine) async throws {
        let bench = try CaptiveBench(engine)
        let guests = try Self.goOnline(bench)
        let brought = try Wire.post(bench.port, guests, [("guest", "3c-2e-f9-01-23-45")])
        #expect(brought.status == 200 && brought.text.contains("3C:2E:F9:01:23:45"))
        let full = try Wire.post(bench.port, guests, [("guest", "3c-2e-f9-01-23-46")])
        #expect(full.status == 409 && full.text.contains("All places are taken") && full.text.contains("2 devices"))
        #expect(full.text.contains("value=\"3c-2e-f9-01-23-46\""))
        let freed = try Wire.post(bench.port, guests + "/removals", [("guest", "3C:2E:F9:01:23:45")])
        #expect(freed.status == 200 && freed.text.contains("It was removed."))
        #expect(try Wire.post(bench.port, guests, [("guest", "3c-2e-f9-01-23-46")]).status == 200)
        await bench.stop()
    }

    @Test("Who did not show the code brings nobody along; what is typed wrong is told; an old code is over")
    func refused() async throws {
        let bench = try CaptiveBench()
        let guests = try Self.goOnline(bench)
        let bare = try bench.token(bench.entitlement(), isProven: false)
        let status = try Wire.ask(bench.port, "GET", "\(Self.market)/status/\(bare)")
        #expect(!status.text.contains("/guests/") && status.text.contains("receipt again on this device"))
        for path in ["\(Self.market)/guests/\(bare)", "\(Self.market)/guests/x"] {
            #expect(try Wire.post(bench.port, path, [("guest", "3C2EF9012345")]).status == 403, "\(path)")
        }
        #expect(try Wire.post(bench.port, guests, [("guest", "K7M")]).status == 422)
        let waiting = try Self.show(bench, 2)
        let code = try Self.code(Wire.ask(bench.port, "GET", waiting))
        bench.clock.skip(.minutes(11))
        let over = try Wire.ask(bench.port, "GET", waiting)
        #expect(over.text.contains("The code is over") && over.text.contains("Show a new code"))
        #expect(try Wire.post(bench.port, guests, [("guest", code)]).status == 404)
        await bench.stop()
    }

    @Test("Where nothing can be shared no screen is offered a code")
    func notOffered() async throws {
        let bench = try CaptiveBench()
        let login = "\(Self.market)?\(bench.query())"
        #expect(try Wire.ask(bench.port, "GET", login).text.contains("/pairings\""))
        _ = try bench.world.store.writeNow(.platform) { transaction in
            try transaction.run("UPDATE main.package SET device_limit = 1")
        }
        _ = try bench.makeOffer()
        #expect(try !Wire.ask(bench.port, "GET", login).text.contains("/pairings\""))
        await bench.stop()
    }
}
