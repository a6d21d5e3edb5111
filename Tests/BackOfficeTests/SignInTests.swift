import BackOffice
import Crypto
import HTTPServer
import SQL
import Tenancy
import TestKit
import Testing
import Values

@Suite struct SignInTests {
    private func attempt(
        _ browser: Browser, _ login: String, _ password: String, next: String? = nil
    ) throws -> Browser.Page {
        let door = try browser.get("/office/sign-in")
        return try browser.post(
            "/office/sign-in",
            ["token": door.field("token") ?? "", "login": login, "password": password, "next": next ?? ""])
    }

    @Test("The right name and password open a session", arguments: Engine.available)
    func letsIn(engine: Engine) throws {
        let office = try Office(engine)
        let browser = office.browser()
        let page = try attempt(browser, " Achieng@Mtaani.Example ", Office.password)
        #expect(page.status == 303)
        #expect(page["location"] == "/office")
        #expect(try browser.get("/office").status == 200)
        #expect(try browser.get("/office/sign-in").status == 303, "Who is in need not sign in again")
    }

    @Test("A wrong password and an unknown name get the same answer", arguments: Engine.available)
    func tellsNothing(engine: Engine) throws {
        let office = try Office(engine)
        let wrong = try attempt(office.browser(), office.mtaani.admin.login, "not this one")
        let nobody = try attempt(office.browser(), "nobody_@mtaani.example", "not this one")
        #expect(wrong.status == 401)
        #expect(nobody.status == 401)
        func bare(_ page: Browser.Page, _ login: String) -> String {
            let token = page.field("token") ?? ""
            return page.text.split(separator: token).joined().split(separator: login).joined()
        }
        #expect(bare(wrong, office.mtaani.admin.login) == bare(nobody, "nobody_@mtaani.example"))
        #expect(wrong.text.contains("Wrong sign-in name or password"))
        #expect(!wrong.text.contains("not this one"))
    }

    @Test("After five wrong passwords the right one waits too, known name or not", arguments: Engine.available)
    func closes(engine: Engine) throws {
        let office = try Office(engine)
        for login in [office.mtaani.admin.login, "nobody@mtaani.example"] {
            let browser = office.browser()
            for _ in 0..<5 { #expect(try attempt(browser, login, "wrong").status == 401) }
            #expect(try attempt(browser, login, Office.password).status == 429, "\(login)")
        }
        office.clock.advance(by: .seconds(31))
        #expect(try attempt(office.browser(), office.mtaani.admin.login, Office.password).status == 303)
        #expect(try attempt(office.browser(), office.mtaani.admin.login, "wrong").status == 401, "Forgotten by then")
    }

    @Test("Strangers' wrong passwords do not keep the owner of a known browser out", arguments: Engine.available)
    func knownBrowser(engine: Engine) throws {
        let office = try Office(engine)
        let login = office.mtaani.admin.login
        let own = try office.browser(as: login)
        own.cookies["lango-office"] = nil
        // Also where strangers use up what everybody may try together.
        let (staff, now) = (office.mtaani.admin, office.clock.now)
        try office.store.writeNow(.tenant(staff.tenant)) { transaction in
            for _ in 0..<120 { try transaction.recordFailedSignIn(staff.id, of: staff.tenant, at: now) }
        }
        for _ in 0..<6 { _ = try attempt(office.browser(), login, "wrong") }
        #expect(try attempt(office.browser(), login, Office.password).status == 429)
        #expect(try attempt(own, login, Office.password).status == 303)
        // It is known for its owner's name only, and guesses in it are counted too.
        own.cookies["lango-office"] = nil
        for _ in 0..<5 { #expect(try attempt(own, login, "wrong").status == 401) }
        #expect(try attempt(own, login, Office.password).status == 429)
        let seller = try office.browser(as: office.mtaani.seller.login)
        seller.cookies["lango-office"] = nil
        #expect(try attempt(seller, login, "wrong").status == 429)
    }

    @Test("A name or password that cannot be one is refused without harm")
    func survives() throws {
        let office = try Office(.sqlite)
        let attempts = [
            ("", "x"), (office.mtaani.admin.login, ""), ("a\u{0}b", "x"), ("a\u{202E}b", "x"),
            (String(repeating: "n", count: 5_000), "x"),
            (office.mtaani.admin.login, String(repeating: "p", count: 20_000)),
        ]
        for (login, password) in attempts {
            let browser = office.browser()
            let page = try attempt(browser, login, password)
            #expect([400, 401].contains(page.status))
            #expect(browser.cookies["lango-office"] == nil)
        }
    }

    @Test(
        "After sign-in only pages of the back office follow",
        arguments: [
            ("/office/batches/1?state=used", "/office/batches/1?state=used"), ("https://evil.example/", "/office"),
            ("//evil.example", "/office"), ("/officer", "/office"), ("/office\\@evil.example", "/office"),
            ("/office\r\nSet-Cookie: a=b", "/office"), ("/office/sign-in?next=/office", "/office"), ("/", "/office"),
        ])
    func staysHome(next: String, expected: String) throws {
        let office = try Office(.sqlite)
        let page = try attempt(office.browser(), office.mtaani.admin.login, Office.password, next: next)
        #expect(page.status == 303)
        #expect(page["location"] == expected)
    }

    @Test("The sign-in form works only in the browser that asked for it, and only from our own page")
    func guardsTheDoor() throws {
        let office = try Office(.sqlite)
        let (first, second) = (office.browser(), office.browser())
        let token = try first.get("/office/sign-in").field("token") ?? ""
        let fields: KeyValuePairs = ["token": token, "login": office.mtaani.admin.login, "password": Office.password]
        #expect(try second.post("/office/sign-in", fields).status == 403, "Without the cookie")
        _ = try second.get("/office/sign-in")
        #expect(try second.post("/office/sign-in", fields).status == 403, "With another cookie")
        first.headers = ["Origin: http://evil.example"]
        #expect(try first.post("/office/sign-in", fields).status == 403, "From another site")
        first.headers = ["Sec-Fetch-Site: cross-site"]
        #expect(try first.post("/office/sign-in", fields).status == 403)
        first.headers = []
        #expect(try first.post("/office/sign-in", fields).status == 303)
    }
}

@Suite struct SessionTests {
    private static func isOut(_ page: Browser.Page) -> Bool {
        page.status == 303 && page["location"]?.hasPrefix("/office/sign-in?next=") == true
    }

    @Test("A session that was changed, is too old or was never ours is none", arguments: Engine.available)
    func refusesForgeries(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.admin.login)
        let cookie = try #require(browser.cookies["lango-office"])
        for place in [0, 11, 30, 60, cookie.utf8.count - 1] {
            var bytes = Array(cookie.utf8)
            bytes[place] = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            browser.cookies["lango-office"] = String(decoding: bytes, as: UTF8.self)
            #expect(Self.isOut(try browser.get("/office")), "Changed at \(place)")
        }
        for text in ["", "x", String(repeating: "A", count: 1_000)] {
            browser.cookies["lango-office"] = text
            let page = try browser.get("/office")
            #expect(Self.isOut(page), "\(text.utf8.count) bytes: \(page.status)")
        }
        browser.cookies["lango-office"] = cookie
        #expect(try browser.get("/office").status == 200)
        office.clock.advance(by: .hours(12))
        #expect(Self.isOut(try browser.get("/office")), "Twelve hours later")
    }

    @Test("A door's cookie is no session, and another install's session is none here")
    func keepsPurposesApart() throws {
        let (office, other) = (try Office(.sqlite), try Office(.sqlite))
        let browser = office.browser()
        _ = try browser.get("/office/sign-in")
        browser.cookies["lango-office"] = browser.cookies["lango-office-door"]
        #expect(Self.isOut(try browser.get("/office")))
        let foreign = try other.browser(as: other.mtaani.admin.login)
        browser.cookies["lango-office"] = foreign.cookies["lango-office"]
        #expect(Self.isOut(try browser.get("/office")))
    }

    @Test("Signing out ends the session everywhere, also where its cookie was copied", arguments: Engine.available)
    func ends(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.admin.login)
        let copy = office.browser()
        copy.cookies = browser.cookies
        let token = try browser.get("/office").field("token") ?? ""
        let page = try browser.post("/office/sign-outs", ["token": token])
        #expect(page.status == 303)
        #expect(page["location"] == "/office/sign-in")
        #expect(browser.cookies["lango-office"] == nil)
        #expect(Self.isOut(try copy.get("/office")))
    }

    @Test("Sign-in never goes on with a cookie that the browser brought")
    func isFresh() throws {
        let office = try Office(.sqlite)
        let first = try office.browser(as: office.mtaani.admin.login)
        let second = office.browser()
        second.cookies["lango-office"] = try office.browser(as: office.pwani.admin.login).cookies["lango-office"]
        second.cookies["lango-office-door"] = nil
        // Planted by somebody else: the door is shown only to who is out.
        #expect(try second.get("/office/sign-in").status == 303)
        second.cookies = [:]
        let door = try second.get("/office/sign-in")
        second.cookies["lango-office"] = "planted"
        _ = try second.post(
            "/office/sign-in",
            ["token": door.field("token") ?? "", "login": office.mtaani.admin.login, "password": Office.password])
        let session = try #require(second.cookies["lango-office"])
        #expect(session != "planted" && session != first.cookies["lango-office"])
    }

    @Test("A form needs its session's token", arguments: Engine.available)
    func checksTokens(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.admin.login)
        let other = try office.browser(as: office.mtaani.seller.login)
        let foreign = try other.get("/office").field("token") ?? ""
        let path = "/office/batches/1/voidings"
        let before = try office.rows()
        #expect(try browser.post(path, ["confirm": "yes"]).status == 403, "None")
        #expect(try browser.post(path, ["confirm": "yes", "token": "x"]).status == 403, "Nonsense")
        #expect(try browser.post(path, ["confirm": "yes", "token": foreign]).status == 403, "Another session's")
        let own = try browser.get("/office").field("token") ?? ""
        browser.headers = ["Origin: http://evil.example"]
        #expect(try browser.post(path, ["confirm": "yes", "token": own]).status == 403, "From another site")
        browser.headers = ["Sec-Fetch-Site: same-site"]
        #expect(try browser.post(path, ["confirm": "yes", "token": own]).status == 403)
        #expect(try office.rows() == before)
    }

    @Test("Who is not signed in is told so: by the door, or as a problem document")
    func redirects() throws {
        let office = try Office(.sqlite)
        let browser = office.browser()
        let page = try browser.get("/office/batches/1?state=used&lang=sw")
        #expect(page.status == 303)
        #expect(page["location"] == "/office/sign-in?next=%2Foffice%2Fbatches%2F1%3Fstate%3Dused")
        browser.headers = ["Accept: application/json"]
        let problem = try browser.get("/office/vouchers")
        #expect(problem.status == 401)
        #expect(problem["content-type"] == "application/problem+json")
        #expect(problem.text.contains("\"code\":\"session.expired\""))
        #expect(problem.text.contains("\"title\":\"You were signed out\""))
        browser.headers = ["Accept: application/json", "Accept-Language: sw"]
        let swahili = try browser.get("/office/vouchers")
        #expect(swahili["content-language"] == "sw" && !swahili.text.contains("You were signed out"))
        browser.headers = []
        let posted = try browser.post("/office/batches", ["count": "1"])
        #expect(posted.status == 401)
        #expect(posted.text.contains("You were signed out"))
    }
}
