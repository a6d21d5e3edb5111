import Catalog
import Provisioning
import SQL
import Subscribers
import Tenancy
import TestKit
import Testing
import Values

@testable import BackOffice

@Suite(.serialized, .ownThreads) struct LinePageTests {
    @Test("A line is found by its name, suspended, restored and closed by forms", arguments: Engine.available)
    func life(engine: Engine) throws {
        let office = try Office(engine)
        defer { withExtendedLifetime(office) {} }
        let (house, tenant) = (office.mtaani, office.mtaani.tenant.id)
        let browser = try office.browser(as: house.admin.login)
        let list = try browser.get("/office/lines?q=NYUMBA")
        let path = "/office/lines/\(house.line.id)"
        #expect(list.status == 200 && list.text.contains(path) && list.text.contains(house.line.name))
        #expect(try !browser.get("/office/lines?q=other").text.contains(path))
        let page = try browser.get(path + "?lang=en")
        #expect(page.text.contains("In service") && page.text.contains("not connected"))
        #expect(!page.text.contains("open sesame"))
        let token = try #require(page.field("token"))

        func state() throws -> Line.State? {
            try office.store.read(.tenant(tenant)) { try $0.line(house.line.id, of: tenant)?.state }
        }
        #expect(try browser.post(path + "/suspensions", ["token": token]).status == 422)
        #expect(try state() == .active, "it was suspended without a yes")
        #expect(try browser.post(path + "/suspensions", ["token": token, "confirm": "yes"]).status == 303)
        #expect(try state() == .suspended)
        #expect(try browser.post(path + "/suspensions", ["token": token, "confirm": "yes"]).status == 409)
        #expect(try browser.get(path + "?lang=sw").text.contains("Imesimamishwa"))
        #expect(try browser.post(path + "/restorations", ["token": token]).status == 303)
        #expect(try state() == .active)
        #expect(try browser.post(path + "/closings", ["token": token, "confirm": "yes"]).status == 303)
        #expect(try state() == .closed)
        let effects = try office.store.read(.tenant(tenant)) {
            try $0.effects(of: house.line.id, of: tenant, atMost: 9)
        }
        #expect(effects.count == 3 && effects.allSatisfy { $0.kind == .line && $0.router == house.router.id })
    }

    @Test("A line is made by a form, which comes back with what is wrong", arguments: Engine.available)
    func made(engine: Engine) throws {
        let office = try Office(engine)
        defer { withExtendedLifetime(office) {} }
        let (house, tenant) = (office.mtaani, office.mtaani.tenant.id)
        let month = Package(
            id: ID(at: office.clock.now), tenant: tenant, name: "Nyumbani", price: Money(minorUnits: 150_000, in: .kes),
            time: .fromFirstUse(.days(30)), rateLimit: RateLimit("2M/5M"))
        let (browser, now) = (try office.browser(as: house.admin.login), office.clock.now)
        try office.store.writeNow(.tenant(tenant)) { try $0.insert(month, position: 9, at: now) }
        let form = try browser.get("/office/lines/new?lang=en")
        let password = try #require(form.field("password"))
        let token = try #require(form.field("token"))
        func send(_ name: String, _ kind: String = "pppoe", address: String = "") throws -> Browser.Page {
            try browser.post(
                "/office/lines",
                [
                    "token": token, "name": name, "kind": kind, "package": "Nyumbani", "router": house.router.name,
                    "password": password, "address": address, "mac": "",
                ])
        }
        let wrong = try send("asha mwangi")
        #expect(wrong.status == 422 && wrong.text.contains("asha mwangi") && wrong.text.contains(password))
        #expect(try send(house.line.name).status == 409)
        #expect(try send("shop", "static").status == 422)
        #expect(try send("shop", "static", address: "10.8.0").status == 422)
        let made = try send("asha.mwangi")
        #expect(made.status == 303)
        #expect(try send("shop", "static", address: "10.8.0.5").status == 303)
        let line = try office.store.read(.tenant(tenant)) { try $0.line(named: "asha.mwangi", of: tenant) }
        let found = try #require(line)
        #expect(made["location"]?.hasPrefix("/office/lines/\(found.id)") == true)
        #expect(try LineKeys(office.key).password(of: found)?.revealed == password)
        #expect(try browser.get("/office/find?code=asha.mwangi")["location"] == "/office/lines/\(found.id)")
    }

    @Test("Who may only sell vouchers does not see lines")
    func roles() throws {
        let office = try Office(.sqlite)
        defer { withExtendedLifetime(office) {} }
        let seller = try office.browser(as: office.mtaani.seller.login)
        #expect(try seller.get("/office/lines").status == 403)
        #expect(try !seller.get("/office").text.contains("/office/lines"))
        #expect(try seller.get("/office/lines/\(office.mtaani.line.id)").status == 403)
    }
}
