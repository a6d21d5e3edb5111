import BackOffice
import Catalog
import HTTPServer
import Crypto
import Glibc
import SQL
import Tenancy
import TestKit
import Testing
import Values
import Vouchers

/// A filled-in form of a new batch, with one field changed.
private func fields(_ page: Browser.Page, _ office: Office, _ change: (String, String)? = nil) -> KeyValuePairs<
    String, String
> {
    func value(_ name: String, _ usual: String) -> String { change?.0 == name ? change?.1 ?? usual : usual }
    return [
        "token": page.field("token") ?? "", "draft": value("draft", page.field("draft") ?? ""),
        "package": value("package", office.mtaani.offer.id.description), "site": value("site", ""),
        "count": value("count", "25"), "until": value("until", ""), "alphabet": value("alphabet", "clear"),
        "length": value("length", "10"), "prefix": value("prefix", "SOKO"), "grouping": value("grouping", "5"),
        "note": value("note", "Simu 0712 345 678"),
    ]
}

@Suite struct BatchTests {
    @Test("A batch is made, shown, printed and tabulated", arguments: Engine.available)
    func makes(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.seller.login)
        let form = try browser.get("/office/batches/new")
        let made = try browser.post("/office/batches", fields(form, office))
        #expect(made.status == 303)
        let location = try #require(made["location"])
        #expect(location.hasPrefix("/office/batches/2?done="))
        let page = try browser.get(location)
        #expect(page.text.contains("25 vouchers are ready"))
        #expect(try !browser.get("/office/batches/2").text.contains("are ready"), "Only the link tells what was done")
        let codes = page.text.split(separator: "\">SOKO-").dropFirst().map { "SOKO-" + $0.prefix { $0 != "<" } }
        #expect(codes.count == 25 && Set(codes).count == 25)
        let pdf = try browser.get("/office/batches/2/cards?preset=classic-a4&language=sw")
        #expect(pdf.status == 200)
        #expect(pdf["content-type"] == "application/pdf")
        #expect(pdf["content-disposition"] == "attachment; filename=\"mtaani-2.pdf\"")
        let text = try Self.text(of: pdf.body)
        for code in codes { #expect(text.contains(code), "\(code)") }
        let table = try browser.get("/office/batches/2/table")
        #expect(table["content-type"] == "text/csv; charset=utf-8")
        for code in codes { #expect(table.text.contains(code), "\(code)") }
        let unknown = try browser.get("/office/batches/2/cards?preset=none")
        #expect(unknown.status == 422)
        #expect(unknown.text.contains("classic-a4") && unknown.text.contains("receipt-80"), "\(unknown.text)")
        #expect(try browser.get("/office/vouchers").text.contains("Batch 2"))
    }

    /// What a person reads in a PDF, by poppler's own tool.
    private static func text(of pdf: [UInt8]) throws -> String {
        let path = try Scratch.directory() + "/cards.pdf"
        let file = unsafe fopen(path, "w")
        _ = unsafe pdf.withUnsafeBytes { unsafe fwrite($0.baseAddress, 1, $0.count, file) }
        unsafe fclose(file)
        let pipe = unsafe popen("pdftotext -raw \(path) - 2>&1", "r")
        defer { unsafe _ = pclose(pipe) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, pipe) }
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }

    static let mistakes: [(field: String, value: String)] = [
        ("package", ""), ("package", "x"), ("package", "01990000-0000-7000-8000-000000000001"), ("site", "x"),
        ("count", ""), ("count", "0"), ("count", "-5"), ("count", "2.5"), ("count", "ten"), ("count", "1000001"),
        ("count", "99999999999999999999"), ("count", "٣"), ("until", "tomorrow"), ("until", "2020-01-01"),
        ("until", "2027-02-29"), ("until", "9999-12-31"), ("alphabet", "emoji"), ("alphabet", ""), ("length", "5"),
        ("length", "25"), ("length", "abc"), ("prefix", "TOOLONGPREFIX"), ("prefix", "A B"), ("prefix", "É"),
        ("grouping", "1"), ("grouping", "9"), ("note", String(repeating: "n", count: 121)), ("note", "a\u{7}b"),
        ("note", "a\u{202E}b"), ("note", "<scr\nipt>"),
    ]

    @Test("A mistake is told beside its field, nothing typed is lost, nothing is made", arguments: Engine.available)
    func tellsMistakes(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.seller.login)
        let form = try browser.get("/office/batches/new")
        let before = try office.rows()
        for (field, value) in Self.mistakes {
            let page = try browser.post("/office/batches", fields(form, office, (field, value)))
            #expect(page.status == 422, "\(field)=\(value): \(page.status)")
            #expect(page.text.contains("id=\"\(field)Error\""), "\(field)=\(value)")
            #expect(page.text.components("class=\"wrong\"") == 1, "\(field)=\(value)")
            #expect(page.field("note") == "Simu 0712 345 678" || field == "note")
            #expect(page.field("count") == "25" || field == "count")
            #expect(!page.text.contains("<script>"))
            #expect(page.field("draft") == form.field("draft"))
        }
        #expect(try office.rows() == before)
    }

    @Test("Cards whose code does not fit the design are refused before the first byte")
    func refusesLongCodes() throws {
        let office = try Office(.sqlite)
        let browser = try office.browser(as: office.mtaani.seller.login)
        let form = try browser.get("/office/batches/new")
        let made = try browser.post(
            "/office/batches",
            [
                "token": form.field("token") ?? "", "draft": form.field("draft") ?? "",
                "package": office.mtaani.offer.id.description, "count": "3", "alphabet": "clear", "length": "24",
                "grouping": "0", "prefix": "WWWWWWWW",
            ])
        #expect(made.status == 303, "\(made.text)")
        let answer = try browser.get("/office/batches/2/cards?preset=receipt-58")
        #expect(answer.status == 409)
        #expect(answer.text.contains("These cards do not fit"))
    }

    @Test("So many codes of so few characters are refused, since one would be guessed")
    func refusesGuessable() throws {
        let office = try Office(.sqlite)
        let browser = try office.browser(as: office.mtaani.seller.login)
        let form = try browser.get("/office/batches/new")
        let page = try browser.post("/office/batches", fields(form, office, ("length", "6")))
        #expect(page.status == 303, "25 of 25^5")
        let many = try browser.post(
            "/office/batches",
            [
                "token": form.field("token") ?? "",
                "draft": try browser.get("/office/batches/new").field("draft") ?? "",
                "package": office.mtaani.offer.id.description, "count": "5,000", "alphabet": "digits", "length": "6",
                "grouping": "0",
            ])
        #expect(many.status == 422)
        #expect(many.text.contains("could be guessed"))
        #expect(many.field("count") == "5,000")
    }

    @Test("The same form sent twice makes one batch; an old or forged one makes none", arguments: Engine.available)
    func isMadeOnce(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.seller.login)
        let form = try browser.get("/office/batches/new")
        #expect(try browser.post("/office/batches", fields(form, office)).status == 303)
        let once = try office.rows()
        let again = try browser.post("/office/batches", fields(form, office))
        #expect(again.status == 303)
        #expect(try browser.get(again["location"] ?? "")["location"]?.hasPrefix("/office/batches/2?") == true)
        for draft in ["", "x", String(repeating: "A", count: 80)] {
            #expect(try browser.post("/office/batches", fields(form, office, ("draft", draft))).status == 403)
        }
        let other = try office.browser(as: office.pwani.admin.login)
        let foreign = try other.get("/office/batches/new").field("draft") ?? ""
        #expect(try browser.post("/office/batches", fields(form, office, ("draft", foreign))).status == 403)
        #expect(try office.rows() == once)
    }

    @Test(
        "What is too much, of another kind or no text gets its own status and writes nothing",
        arguments: Engine.available)
    func survivesNonsense(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.seller.login)
        let before = try office.rows()
        let form = ["Content-Type: application/x-www-form-urlencoded"]
        let large = [UInt8](repeating: UInt8(ascii: "a"), count: 70_000)
        #expect(try browser.ask("POST", "/office/batches", form, large).status == 413)
        #expect(try browser.ask("POST", "/office/batches", ["Content-Type: text/plain"], [1]).status == 415)
        #expect(try browser.ask("POST", "/office/batches", form, Array("count=%ZZ".utf8)).status == 400)
        #expect(try browser.ask("POST", "/office/batches", form, Array("count=%FF".utf8)).status == 400)
        #expect(try browser.ask("DELETE", "/office/batches").status == 405)
        #expect(try browser.get("/office/batches/x").status == 404)
        #expect(try browser.get("/office/batches/0").status == 404)
        #expect(try browser.get("/office/batches/99999999999999999999").status == 404)
        #expect(try browser.get("/office/vouchers/%FF").status == 404)
        #expect(try browser.get("/office/find?code=%FF").status == 400)
        #expect(try browser.get("/office/find?code=\(String(repeating: "A", count: 900))").status == 422)
        for query in [
            "after=x", "before=-9999999999", "after=99999999999999999999", "state=%00", "below=-1", "lang=xx",
        ] {
            let status = try browser.get("/office/batches/1?\(query)").status
            #expect(status == (query == "state=%00" ? 400 : 200), "\(query)")
        }
        #expect(try office.rows() == before)
    }

    @Test("Pages of a list lead forth and back without gap or repetition", arguments: Engine.available)
    func pages(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.seller.login)
        func codes(_ page: Browser.Page) -> [Substring] {
            page.text.split(separator: "<td class=\"soft\">").dropFirst().map { $0.prefix { $0 != "<" } }
        }
        let first = try browser.get("/office/batches/1")
        #expect(codes(first) == (1...50).map { "1-\($0)" })
        #expect(first.link("/office/batches/1?before=") == nil)
        let second = try browser.get(try #require(first.link("/office/batches/1?after=")))
        #expect(codes(second) == (51...60).map { "1-\($0)" })
        #expect(second.link("/office/batches/1?after=") == nil)
        let back = try browser.get(try #require(second.link("/office/batches/1?before=")))
        #expect(codes(back) == codes(first))
        #expect(codes(try browser.get("/office/batches/1?state=used")) == ["1-2"])
        #expect(codes(try browser.get("/office/batches/1?state=void")).isEmpty)
    }
}

@Suite(.serialized, .ownThreads) struct MakingTests {
    @Test("A large batch is made while a page shows how far it is", arguments: Engine.available)
    func makesLarge(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.seller.login)
        let form = try browser.get("/office/batches/new")
        let started = try browser.post("/office/batches", fields(form, office, ("count", "12000")))
        #expect(started.status == 303)
        let page = try #require(started["location"])
        #expect(page.hasPrefix("/office/makings/"))
        let events = try browser.get(page + "/events")
        #expect(events["content-type"] == "text/event-stream")
        let last = try #require(events.text.split(separator: "data: ").last)
        #expect(last.contains("\"percent\":100") && last.contains("\"href\":\"\(page)\""))
        let done = try browser.get(page)
        #expect(done["location"]?.hasPrefix("/office/batches/2?done=") == true)
        #expect(try browser.get(done["location"] ?? "").text.contains("12,000 vouchers are ready"))
        let foreign = try office.browser(as: office.pwani.admin.login)
        #expect(try foreign.get(page).status == 404)
    }

    @Test("A batch that is given up leaves nothing", arguments: Engine.available)
    func givesUp(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.seller.login)
        let before = try office.rows()
        let form = try browser.get("/office/batches/new")
        let page = try #require(
            try browser.post("/office/batches", fields(form, office, ("count", "300000")))["location"])
        let shown = try browser.get(page)
        #expect(shown.status == 200)
        #expect(shown.text.contains("<noscript><meta http-equiv=\"refresh\""))
        let foreign = try office.browser(as: office.pwani.admin.login)
        let token = try foreign.get("/office").field("token") ?? ""
        #expect(try foreign.post(page + "/cancellations", ["token": token]).status == 404)
        let cancelled = try browser.post(page + "/cancellations", ["token": shown.field("token") ?? ""])
        #expect(cancelled["location"] == page)
        _ = try browser.get(page + "/events")
        let end = try browser.get(page)
        #expect(end["location"]?.hasPrefix("/office/vouchers?done=") == true)
        #expect(try office.rows() == before)
    }
}

extension String {
    /// How often a text occurs.
    func components(_ part: String) -> Int { split(separator: part, omittingEmptySubsequences: false).count - 1 }
}
