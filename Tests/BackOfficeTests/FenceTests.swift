import BackOffice
import Entitlements
import HTTPServer
import Payments
import Subscribers
import Tenancy
import TestKit
import Testing
import Values
import Vouchers

@Suite struct FenceTests {
    /// Every route with the keys of one household, or with keys that nobody has.
    private static func paths(_ house: Household?) -> [(method: Method, path: String, audience: BackOffice.Audience)] {
        let nobody = ID<Void>(high: 0x0199_0000_0000_7000, low: 0x8000_0000_0000_0001).description
        let keys = [
            "{voucher}": house?.used.id.description ?? nobody, "{router}": house?.router.id.description ?? nobody,
            "{access}": house?.entitlement.id.description ?? nobody,
            "{payment}": house?.payment.id.description ?? nobody,
            "{account}": house?.payment.account.description ?? nobody,
            "{line}": house?.line.id.description ?? nobody, "{making}": house?.batch.id.description ?? nobody,
            "{batch}": "77", "{version}": "0", "{file}": "x.css",
            "{section}": "hotspot", "{kind}": "hotspot-user", "{deed}": "add", "{change}": nobody,
        ]
        return BackOffice.routes.map { route in
            let parts = "\(route.pattern)".split(separator: "/").map { part in
                part.hasPrefix("{") ? keys[String(part)] ?? "unknown-capture" : String(part)
            }
            return (route.method, "/office" + parts.map { "/" + $0 }.joined(), route.audience)
        }
    }

    private static func ask(
        _ browser: Browser, _ method: Method, _ path: String, token: String
    ) throws -> Browser.Page {
        guard method == .post else { return try browser.get(path) }
        let fields: KeyValuePairs = [
            "token": token, "confirm": "yes", "fingerprint": Household.fingerprint, "count": "5", "draft": "x",
        ]
        return try browser.post(path, fields)
    }

    @Test("Every capture of the route table has a key in these tests")
    func coversTheTable() {
        #expect(!Self.paths(nil).contains { $0.path.contains("unknown-capture") })
    }

    @Test("No route but the door and the assets answers to somebody who is not signed in", arguments: Engine.available)
    func guardsEachRoute(engine: Engine) throws {
        let office = try Office(engine)
        let marks = try office.mtaani.marks(office.key) + office.pwani.marks(office.key)
        let before = try office.rows()
        for (method, path, audience) in Self.paths(office.mtaani) {
            let page = try Self.ask(office.browser(), method, path, token: "x")
            for mark in marks { #expect(!page.text.contains(mark), "\(method) \(path) shows \(mark)") }
            guard audience != .anyone else { continue }
            #expect(page.status == (method == .post ? 401 : 303), "\(method) \(path): \(page.status)")
        }
        #expect(try office.rows() == before)
    }

    @Test(
        "Another tenant's keys are answered like keys that nobody has, and change nothing", arguments: Engine.available)
    func keepsTenantsApart(engine: Engine) throws {
        let office = try Office(engine)
        let marks = try office.mtaani.marks(office.key)
        let browser = try office.browser(as: office.pwani.admin.login)
        let token = try browser.get("/office").field("token") ?? ""
        let before = try office.rows()
        for (foreign, unknown) in zip(Self.paths(office.mtaani), Self.paths(nil)) where !foreign.path.contains("sign-")
        {
            let page = try Self.ask(browser, foreign.method, foreign.path, token: token)
            for mark in marks { #expect(!page.text.contains(mark), "\(foreign.path) shows \(mark)") }
            guard foreign.path != unknown.path else { continue }
            let other = try Self.ask(browser, unknown.method, unknown.path, token: token)
            #expect(page.status == 404 && other.status == 404, "\(foreign.path): \(page.status), \(other.status)")
            #expect(
                page.text.split(separator: foreign.path) == other.text.split(separator: unknown.path), "\(foreign.path)"
            )
        }
        #expect(try office.rows() == before)
    }

    @Test("A code of another tenant is not found", arguments: Engine.available)
    func findsOwnCodesOnly(engine: Engine) throws {
        let office = try Office(engine)
        let code = try #require(try office.mtaani.marks(office.key).last)
        let own = try office.browser(as: office.mtaani.seller.login).get(
            "/office/find?code=\(Browser.encoded(code.lowercased()))")
        #expect(own.status == 303)
        #expect(own["location"] == "/office/vouchers/\(office.mtaani.used.id)")
        let foreign = try office.browser(as: office.pwani.admin.login).get("/office/find?code=\(Browser.encoded(code))")
        #expect([404, 422].contains(foreign.status))
        #expect(foreign["location"] == nil)
    }

    @Test(
        "Who may only sell vouchers cannot trust a certificate; an administrator can, but only the one that is shown",
        arguments: Engine.available)
    func respectsRoles(engine: Engine) throws {
        let office = try Office(engine)
        let path = "/office/routers/\(office.mtaani.router.id)/certificates"
        let seller = try office.browser(as: office.mtaani.seller.login)
        let list = try seller.get("/office/routers")
        #expect(list.status == 200)
        #expect(!list.text.contains(path))
        let before = try office.rows()
        let sellersToken = try seller.get("/office").field("token") ?? ""
        #expect(try seller.post(path, ["token": sellersToken, "fingerprint": Household.fingerprint]).status == 403)
        let admin = try office.browser(as: office.mtaani.admin.login)
        let page = try admin.get("/office/routers")
        let token = page.field("token") ?? ""
        #expect(page.text.contains("9F:86:D0:81"))
        for wrong in ["", "9f86", String(Household.fingerprint.reversed()), "zz" + Household.fingerprint.dropFirst(2)] {
            #expect(try admin.post(path, ["token": token, "fingerprint": wrong]).status == 409, "\(wrong)")
        }
        #expect(try office.rows() == before)
        let done = try admin.post(path, ["token": token, "fingerprint": Household.fingerprint])
        #expect(done.status == 303)
        #expect(try admin.get(done["location"] ?? "").text.contains("It is trusted. The router is being asked again."))
        let after = try office.rows()
        #expect(after[3] == before[3] - 1)
    }
}
