import Provisioning
import SQL
import Tenancy
import TestKit
import Testing
import Values

@testable import BackOffice

@Suite(.serialized, .ownThreads) struct DriftPageTests {
    @Test(
        "Drift is told in both languages, what is open first; a sweep is asked for by a form",
        arguments: Engine.available)
    func page(engine: Engine) throws {
        let office = try Office(engine)
        defer { withExtendedLifetime(office) {} }
        let browser = try office.browser(as: office.mtaani.admin.login)
        let (router, tenant) = (office.mtaani.router.id, office.mtaani.tenant.id)
        let path = "/office/routers/\(router)"
        #expect(try browser.get("\(path)/drift?lang=en").text.contains("has not been compared"))
        let asked = try browser.post(
            "\(path)/sweeps", ["token": try #require(try browser.get("\(path)/drift").field("token"))])
        #expect(asked.status == 303 || asked.status == 200)
        #expect(try browser.get("\(path)/drift?lang=en").text.contains("http-equiv=\"refresh\""))
        let sweep = try office.store.read(.tenant(tenant)) { try $0.sweep(of: router, of: tenant) }
        #expect(sweep?.askedAt != nil)
        try office.store.writeNow(.tenant(tenant)) { transaction in
            for (id, name, gone) in [(1, "<b>boss", nil), (2, "vold", 7)] as [(UInt64, String, Int64?)] {
                try transaction.run(
                    """
                    INSERT INTO main.router_drift (id, tenant, router, cause, menu, name, detail, outcome, found_at,
                        seen_at, gone_at)
                    VALUES ($1, $2, $3, 'hand-added', '/ip/hotspot/user', $4, '', 'told', 5, 6, $5)
                    """, ID<Drift>(high: id, low: id), tenant, router, name, gone)
            }
        }
        for (tag, word) in [("en", "User made by hand"), ("sw", "Mtumiaji aliyetengenezwa kwa mkono")] {
            let page = try browser.get("\(path)/drift?lang=\(tag)").text
            #expect(page.contains(word) && page.contains("&lt;b&gt;boss") && !page.contains("{{"))
            #expect(page.split(separator: "&lt;b&gt;boss").last?.contains("vold") == true, "what is open stands first")
        }
    }

    @Test("Nobody else's router is swept")
    func foreign() throws {
        let office = try Office(.sqlite)
        defer { withExtendedLifetime(office) {} }
        let browser = try office.browser(as: office.mtaani.admin.login)
        let token = try #require(try browser.get("/office").field("token"))
        #expect(try browser.post("/office/routers/\(ID<Router>(at: 5))/sweeps", ["token": token]).status == 404)
        #expect(try browser.post("/office/routers/\(office.mtaani.router.id)/sweeps", [:]).status == 403)
    }
}
