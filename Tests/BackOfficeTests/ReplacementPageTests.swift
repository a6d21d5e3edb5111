import Provisioning
import SQL
import Subscribers
import Tenancy
import TestKit
import Testing
import Values

@testable import BackOffice

@Suite(.serialized, .ownThreads) struct ReplacementPageTests {
    /// A second router of the provider that has answered.
    private func second(_ office: Office) throws -> Router {
        let old = office.mtaani.router
        let new = Router(
            id: ID(at: 9), tenant: old.tenant, site: old.site, name: "<gate-2", address: "https://192.0.2.9",
            username: "lango", passwordSealed: [], state: .ready, stateAt: old.stateAt)
        try office.store.writeNow(.tenant(old.tenant)) { transaction in
            try transaction.insert(new, at: old.stateAt)
            try transaction.record(.ready, note: "", at: old.stateAt, on: new.id, of: old.tenant)
        }
        return new
    }

    @Test(
        "Who takes over is chosen, what becomes of each device is shown, and only a yes moves them",
        arguments: Engine.available)
    func page(engine: Engine) throws {
        let office = try Office(engine)
        defer { withExtendedLifetime(office) {} }
        let browser = try office.browser(as: office.mtaani.admin.login)
        let (old, tenant) = (office.mtaani.router.id, office.mtaani.tenant.id)
        let path = "/office/routers/\(old)"
        #expect(try browser.get("\(path)?lang=en").text.contains("\(path)/replacement"))
        #expect(try browser.get("\(path)/replacement").text.contains("no other router that has answered yet"))
        let new = try second(office)
        let carried = try office.store.read(.tenant(tenant)) { transaction in
            try RouterReplacement(
                of: #require(try transaction.router(old, of: tenant)), by: new, in: office.store,
                lines: LineDesk(keys: LineKeys(office.key), now: { .now }))
        }.preview(at: office.clock.now)
        let moving = carried.count { $0.outcome == .moved }
        try #require(moving > 0, "nobody is behind the router of the office")

        let chosen = try browser.get("\(path)/replacement?by=\(new.id)")
        #expect(chosen.text.contains("&lt;gate-2") && !chosen.text.contains("{{"))
        #expect(chosen.text.split(separator: "To be moved").count - 1 == moving)
        let token = try #require(chosen.field("token"))
        let unsaid = try browser.post("\(path)/replacements", ["token": token, "by": "\(new.id)"])
        #expect(unsaid.status == 422)
        let again = try #require(try browser.get("\(path)/replacement?by=\(new.id)").field("token"))
        let answer = try browser.post("\(path)/replacements", ["token": again, "by": "\(new.id)", "confirm": "yes"])
        #expect(answer.status == 303 || answer.status == 200)
        let after = try browser.get("\(path)/replacement?by=\(new.id)&lang=sw").text
        #expect(after.contains("hakuna cha kuhamisha") && !after.contains("\"confirm\""))
        let sweep = try office.store.read(.tenant(tenant)) { try $0.sweep(of: new.id, of: tenant) }
        #expect(sweep?.askedAt != nil)
    }

    @Test("Nobody else's router is replaced, nor does it take a place")
    func foreign() throws {
        let office = try Office(.sqlite)
        defer { withExtendedLifetime(office) {} }
        let browser = try office.browser(as: office.mtaani.admin.login)
        let path = "/office/routers/\(office.mtaani.router.id)"
        let token = try #require(try browser.get("/office").field("token"))
        #expect(try browser.get("/office/routers/\(ID<Router>(at: 5))/replacement").status == 404)
        let answer = try browser.post(
            "\(path)/replacements", ["token": token, "by": "\(ID<Router>(at: 5))", "confirm": "yes"])
        #expect(answer.status == 404)
    }
}
