import Provisioning
import SQL
import Subscribers
import Tenancy
import TestKit
import Testing
import Values

@testable import BackOffice

@Suite struct LinePageTests {
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
