import BackOffice
import Crypto
import Entitlements
import Provisioning
import SQL
import Tenancy
import TestKit
import Testing
import Values
import Vouchers

@Suite struct PageTests {
    @Test("Each page is there for staff in both languages, and says who is signed in", arguments: Engine.available)
    func shows(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.admin.login)
        let pages = [
            ("/office", "Dashboard", "Dashibodi"), ("/office/vouchers", "New batch", "Kundi jipya"),
            ("/office/batches/new", "Make vouchers", "Tengeneza vocha"),
            ("/office/batches/1", "Print cards", "Chapisha kadi"),
            ("/office/vouchers/\(office.mtaani.used.id)", "Changes on routers", "Mabadiliko kwenye ruta"),
            ("/office/vouchers/\(office.mtaani.voucher.id)", "Void this voucher", "Batilisha vocha hii"),
            ("/office/packages", "Unused voucher lasts", "Vocha hudumu"),
            ("/office/routers", "Confirm the certificate", "Thibitisha cheti"),
        ]
        for (path, english, swahili) in pages {
            for (tag, word) in [("en", english), ("sw", swahili)] {
                let page = try browser.get("\(path)?lang=\(tag)")
                #expect(page.status == 200, "\(path)")
                #expect(page.text.contains("<html lang=\"\(tag)\""))
                #expect(page.text.contains(word), "\(path) lacks \(word)")
                #expect(page.text.contains("Mtaani Fibre") && page.text.contains("achieng wa Mtaani Fibre"))
                #expect(page.text.contains("href=\"\(path)?lang="), "\(path) offers no other language")
                #expect(!page.text.contains(" style=") && !page.text.contains("onclick") && !page.text.contains("{{"))
                #expect(page["content-security-policy"]?.contains("default-src 'none'") == true)
            }
        }
        #expect(try browser.get("/office").text.contains("<html lang=\"sw\""), "A language chosen by a link stays")
    }

    @Test("The dashboard counts what happened today, here", arguments: Engine.available)
    func counts(engine: Engine) throws {
        let office = try Office(engine)
        let page = try office.browser(as: office.mtaani.admin.login).get("/office").text
        func number(_ label: String) -> Substring? {
            page.split(separator: "<dt>\(label)</dt><dd>").dropFirst().first?.prefix { $0 != "<" }
        }
        #expect(number("Redeemed today") == "1")
        #expect(number("Value today")?.hasSuffix("50") == true || number("Value today")?.hasSuffix("50.00") == true)
        #expect(number("Unused vouchers") == "59")
        #expect(number("Changes waiting") == "1")
        #expect(number("Routers answering") == "0 of 1")
        #expect(page.contains("rtr-mtaani shows a new certificate"))
        let code = try #require(try office.mtaani.marks(office.key).last)
        #expect(page.contains(code), "The last redemption")
    }

    @Test("Style and script have addresses of their own, kept for good")
    func servesAssets() throws {
        let office = try Office(.sqlite)
        let browser = try office.browser(as: office.mtaani.admin.login)
        let page = try browser.get("/office")
        let style = try #require(page.link("/office/assets/"))
        #expect(style.hasSuffix("/0b6e4f.css"))
        let sheet = try browser.get(style)
        #expect(sheet.status == 200)
        #expect(sheet["cache-control"] == "public, max-age=31536000, immutable")
        #expect(sheet["content-type"] == "text/css; charset=utf-8")
        #expect(sheet.text.contains("--brand:#0b6e4f"))
        #expect(try browser.get("/office/assets/0/0b6e4f.css")["cache-control"] == "no-cache")
        for file in ["x.css", "office.css", "..%2Foffice.js", "%00.css", "0b6e4f;}.css"] {
            #expect(try browser.get("/office/assets/0/\(file)").status == 404, "\(file)")
        }
        #expect(
            try browser.get(style.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/office.js").status
                == 200)
    }

    @Test(
        "A code is found however it is typed; what is no code or unknown is told apart",
        arguments: [
            ("lower", 303), ("spaced", 303), ("MTA-AAAAA-AAAAA", 422), ("", 422), ("<script>", 422),
        ])
    func finds(typed: String, status: Int) throws {
        let office = try Office(.sqlite)
        let browser = try office.browser(as: office.mtaani.seller.login)
        let code = try #require(try office.mtaani.marks(office.key).last)
        let text =
            switch typed {
            case "lower": code.lowercased()
            case "spaced": code.split(separator: "-").joined(separator: " ")
            default: typed
            }
        let page = try browser.get("/office/find?code=\(Browser.encoded(text))")
        #expect(page.status == status)
        #expect(!page.text.contains("<script>"))
    }
}

@Suite struct VoidTests {
    private func token(_ browser: Browser) throws -> String { try browser.get("/office").field("token") ?? "" }

    @Test("An unused voucher is voided once, and only when that was confirmed", arguments: Engine.available)
    func voidsUnused(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.seller.login)
        let page = "/office/vouchers/\(office.mtaani.voucher.id)"
        let token = try token(browser)
        let before = try office.rows()
        #expect(try browser.post(page + "/voidings", ["token": token]).status == 422)
        #expect(try browser.post(page + "/voidings", ["token": token, "confirm": "on"]).status == 422)
        #expect(try office.rows() == before)
        let done = try browser.post(page + "/voidings", ["token": token, "confirm": "yes"])
        #expect(done.status == 303)
        let shown = try browser.get(done["location"] ?? "").text
        #expect(shown.contains("The voucher is void") && shown.contains("chip void"))
        #expect(!shown.contains("/voidings"))
        let again = try browser.post(page + "/voidings", ["token": token, "confirm": "yes"])
        #expect(try browser.get(again["location"] ?? "").text.contains("Nothing was changed"))
        let after = try office.rows()
        #expect(after[1] == before[1] - 1)
        #expect(after[2] == before[2], "Nobody is cut for an unused voucher")
    }

    @Test("Voiding a used voucher ends its access and asks for its devices to be cut", arguments: Engine.available)
    func endsUsed(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.admin.login)
        let page = "/office/vouchers/\(office.mtaani.used.id)"
        let done = try browser.post(page + "/voidings", ["token": try token(browser), "confirm": "yes"])
        let shown = try browser.get(done["location"] ?? "").text
        #expect(shown.contains("The access has ended") && shown.contains("Stopped by staff"))
        #expect(shown.contains("Log device out"))
        let tenant = office.mtaani.tenant.id
        let effects = try office.store.read(.tenant(tenant)) {
            try $0.effects(of: office.mtaani.entitlement.id, of: tenant, atMost: 10)
        }
        #expect(effects.map(\.kind) == [.cut, .connect])
        #expect(effects[0].mac == Household.mac)
        let ended = try office.store.read(.tenant(tenant)) {
            try $0.entitlement(office.mtaani.entitlement.id, of: tenant)?.ended?.reason
        }
        #expect(ended == .withdrawn)
    }

    @Test(
        "A boost is given to a voucher that is in use, reaches its devices, and is told on its page",
        arguments: Engine.available)
    func boosts(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.seller.login)
        let (token, tenant) = (try token(browser), office.mtaani.tenant.id)
        let page = "/office/vouchers/\(office.mtaani.used.id)"
        for (rate, span, data) in [("", "", ""), ("8M/9M", "", ""), ("8M/9M", "for ever", "1GB"), ("", "", "lots")] {
            let form: KeyValuePairs = ["token": token, "rate": rate, "for": span, "data": data]
            #expect(try browser.post(page + "/boosts", form).status == 422)
        }
        let unused = "/office/vouchers/\(office.mtaani.voucher.id)/boosts"
        #expect(try browser.post(unused, ["token": token, "data": "1GB"]).status == 422)
        #expect(try !browser.get("/office/vouchers/\(office.mtaani.voucher.id)").text.contains("/boosts"))
        let done = try browser.post(page + "/boosts", ["token": token, "rate": "8M/9M", "for": "2h", "data": "1GB"])
        let shown = try browser.get(done["location"] ?? "").text
        #expect(shown.contains("The boost is given") && shown.contains("↓ 9Mbit/s  ↑ 8Mbit/s"))
        let boosted = try office.store.read(.tenant(tenant)) {
            try $0.entitlement(office.mtaani.entitlement.id, of: tenant)
        }
        #expect(boosted?.speed == RateLimit("8M/9M"))
        let stranger = try office.browser(as: office.pwani.admin.login)
        let theirs = try self.token(stranger)
        #expect(try stranger.post(page + "/boosts", ["token": theirs, "data": "1GB"]).status == 404)
    }

    @Test("Voiding a batch leaves its used vouchers alone", arguments: Engine.available)
    func voidsBatch(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.seller.login)
        let before = try office.rows()
        let token = try token(browser)
        #expect(try browser.post("/office/batches/1/voidings", ["token": token]).status == 422)
        #expect(try office.rows() == before)
        let done = try browser.post("/office/batches/1/voidings", ["token": token, "confirm": "yes"])
        let shown = try browser.get(done["location"] ?? "").text
        #expect(shown.contains("59 vouchers were voided"))
        #expect(try office.rows()[1] == before[1] - 59)
        #expect(try browser.get("/office/batches/1/cards").status == 409, "Nothing is left to print")
        #expect(try browser.get("/office/batches/1/table").status == 200)
        #expect(try browser.get("/office").text.contains("<dt>Unused vouchers</dt><dd>0</dd>"))
        #expect(try browser.get("/office/vouchers/\(office.mtaani.used.id)").text.contains("chip active"))
    }
}
