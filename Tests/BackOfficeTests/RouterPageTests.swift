import BackOffice
import Inventory
import SQL
import Tenancy
import TestKit
import Testing
import Values

@Suite(.serialized, .ownThreads) struct RouterPageTests {
    private static let nasty = "<b>\"Duka\" = 50% 🦁</b>"

    /// Lets a household's router be read twice; the second time something has changed.
    private static func survey(_ house: Household, in store: Store, at now: Instant) throws {
        let rules = (1...230).map { number in
            InventoryRow(
                id: "*\(number)",
                ["chain": "forward", "action": number % 2 == 0 ? "drop" : "accept", "comment": "rule \(number)"])
        }
        let user = InventoryRow(
            id: "*1", ["name": nasty, "profile": "*10", "limit-bytes-total": "5368709120", "disabled": "true"],
            secrets: ["password"])
        // "café" in WinBox's code page, as every transport reads it.
        let western = InventoryRow(id: "*3", ["name": "caf\u{EFE9}"])
        let ours = InventoryRow(id: "*2", ["name": "v1", "comment": "lango:abc/02:00:00:00:00:01"])
        let tables = [
            TableReading(
                "/system/resource",
                [
                    InventoryRow([
                        "version": "7.20.1 (stable)", "board-name": "hAP ac^2", "uptime": "3w2d", "cpu-load": "7",
                    ])
                ]),
            TableReading("/ip/firewall/filter", rules), TableReading("/ip/firewall/connection", [], count: 3_011),
            TableReading("/ppp/secret", .forbidden, note: "no"),
            TableReading("/ip/hotspot/user", [user, western, ours]),
            TableReading(
                "/log", [InventoryRow(id: "*1", ["message": "first"]), InventoryRow(id: "*2", ["message": "last"])]),
            TableReading("/user", [InventoryRow(id: "*1", ["name": "api", "last-logged-in": "jan/01/1970 00:00:00"])]),
            TableReading("/queue/type", [InventoryRow(id: "*0", ["name": "default", "kind": "pfifo"])]),
            TableReading("/queue/simple", []), TableReading("/queue/tree", .absent),
            TableReading("/ip/hotspot/active", [InventoryRow(id: "*9", ["user": "amina"])]),
        ]
        let changed = TableReading("/ip/firewall/filter", Array(rules.dropFirst()))
        try store.writeNow(.tenant(house.tenant.id)) { transaction in
            let (router, tenant) = (house.router.id, house.tenant.id)
            try transaction.ask(toRead: router, of: tenant, at: now + .days(9))
            for (age, tables) in [(2, tables), (1, [changed])] as [(Int64, [TableReading])] {
                let moment = now - .hours(age)
                try transaction.record(
                    Survey(beganAt: moment, endedAt: moment, tables: tables), of: router, of: tenant,
                    dueAt: now + .days(9))
            }
        }
    }

    private static func office(_ engine: Engine = .sqlite) throws -> (Office, Browser, String) {
        let office = try Office(engine)
        try survey(office.mtaani, in: office.store, at: office.clock.now)
        let browser = try office.browser(as: office.mtaani.admin.login)
        return (office, browser, "/office/routers/\(office.mtaani.router.id)")
    }

    @Test("Each part of a router's page is there in both languages", arguments: Engine.available)
    func parts(engine: Engine) throws {
        let (office, browser, path) = try Self.office(engine)
        defer { withExtendedLifetime(office) {} }
        let words = [
            ("", "Running for", "Imewaka kwa"), ("/firewall", "Search in this part", "Tafuta katika sehemu hii"),
            ("/hotspot", "(gone)", "(haipo tena)"), ("/ppp", "may not read this", "haruhusiwi kusoma"),
            ("/users", ">never<", ">kamwe<"), ("/log", "last", "last"), ("/changes", "Removed", "Imeondolewa"),
        ]
        for (part, english, swahili) in words {
            for (tag, word) in [("en", english), ("sw", swahili)] {
                let page = try browser.get("\(path)\(part)?lang=\(tag)")
                #expect(page.status == 200 && page.text.contains(word), "\(part) lacks \(word)")
                #expect(page.text.contains("<html lang=\"\(tag)\"") && page.text.contains("rtr-mtaani"))
                #expect(!page.text.contains("{{") && !page.text.contains(" style=") && !page.text.contains(Self.nasty))
                #expect(!page.text.contains("\u{EFE9}"), "bytes of another code page are shown as the letters they are")
            }
        }
        let overview = try browser.get("\(path)?lang=en").text
        for word in ["hAP ac^2", "7.20.1", "3w2d", "7 %", "/ip/firewall/filter", "forward accept rule 1"] {
            #expect(overview.contains(word), "\(word)")
        }
        #expect(!overview.contains("\(path)/dhcp"), "A part without tables has no tab")
        let hotspot = try browser.get("\(path)/hotspot?lang=en").text
        for word in ["&lt;b&gt;", "5.3", "Disabled"] { #expect(hotspot.contains(word), "\(word)") }
        #expect(try browser.get("\(path)/firewall").text.contains("3,011"))
        let log = try browser.get("\(path)/log").text
        #expect(log.split(separator: "last").count > 1 && log.split(separator: "first").count > 1)
        #expect(try browser.get("\(path)/nothing").status == 404)
        #expect(try browser.get("/office/routers").text.contains("href=\"\(path)\""))
    }

    @Test("A part can be searched, and a long table paged")
    func search() throws {
        let (office, browser, path) = try Self.office()
        defer { withExtendedLifetime(office) {} }
        let found = try browser.get("\(path)/firewall?q=RULE%20117").text
        #expect(found.contains("rule 117") && !found.contains("rule 118") && found.contains("1 row"))
        #expect(found.contains("value=\"RULE 117\"") && found.contains("q=RULE%20117&amp;lang=sw"))
        let nothing = try browser.get("\(path)/firewall?q=%3Cscript%3E").text
        #expect(nothing.contains("Nothing here contains “&lt;script&gt;”"))
        let all = try browser.get("\(path)/firewall").text
        #expect(all.contains("All 229 rows") && all.contains("rule 51<") && !all.contains("rule 52<"))
        let table = "\(path)/firewall?table=%2Fip%2Ffirewall%2Ffilter"
        let first = try browser.get(table).text
        #expect(first.contains("rule 201<") && !first.contains("rule 202<") && first.contains("after=200"))
        let second = try browser.get("\(table)&after=200").text
        #expect(second.contains("rule 202<") && second.contains("rule 230<") && !second.contains("after=400"))
        for strange in [
            "after=-5", "after=99999999", "after=x", "table=nothing", "q=" + String(repeating: "x", count: 900),
        ] {
            #expect(try browser.get("\(path)/firewall?\(strange)").status == 200, "\(strange)")
        }
    }

    @Test("Rows lead to their forms, tables to a new row; what belongs to a voucher or the router leads nowhere")
    func leads() throws {
        let (office, browser, path) = try Self.office()
        defer { withExtendedLifetime(office) {} }
        let user = try browser.get("\(path)/hotspot?lang=en").text
        #expect(user.contains("<a href=\"\(path)/configuration/hotspot-user/set?row=%2A1\">&lt;b&gt;"))
        #expect(user.contains("<a href=\"\(path)/configuration/hotspot-user/add\">Add</a>"))
        #expect(!user.contains("hotspot-user/set?row=%2A2"), "a voucher's user")
        #expect(user.contains("hotspot-session/remove?row=%2A9") && !user.contains("hotspot-session/set"))
        let rules = try browser.get("\(path)/firewall").text
        #expect(rules.contains("/configuration/filter/set?row=%2A7\">forward</a>") && !rules.contains("row=%2A0\""))
        let queues = try browser.get("\(path)/queues?lang=en").text
        #expect(queues.contains("<a href=\"\(path)/configuration/queue/add\">Speed limits (simple queues)</a>"))
    }

    @Test("Only who looks after routers sees inside them, and nobody of another tenant", arguments: Engine.available)
    func guards(engine: Engine) throws {
        let (office, _, path) = try Self.office(engine)
        let seller = try office.browser(as: office.mtaani.seller.login)
        let list = try seller.get("/office/routers")
        #expect(list.status == 200 && !list.text.contains("href=\"\(path)\""))
        let foreign = try office.browser(as: office.pwani.admin.login)
        let token = try foreign.get("/office").field("token") ?? ""
        for part in ["", "/hotspot", "/changes"] {
            #expect(try seller.get(path + part).status == 403)
            let page = try foreign.get(path + part)
            #expect(page.status == 404 && !page.text.contains("hAP"))
        }
        #expect(try foreign.post(path + "/readings", ["token": token]).status == 404)
        #expect(
            try seller.post(path + "/readings", ["token": seller.get("/office").field("token") ?? ""]).status == 403)
    }

    @Test("A router is read when somebody asks; what went wrong is told where it happened")
    func readNow() throws {
        let (office, browser, path) = try Self.office()
        let token = try browser.get(path).field("token") ?? ""
        let asked = try browser.post(path + "/readings", ["token": token, "section": "firewall"])
        #expect(asked.status == 303 && asked["location"]?.hasPrefix(path + "/firewall?done=") == true)
        let page = try browser.get(asked["location"] ?? "").text
        #expect(page.contains("could not be read") && page.contains("no answer"))
        let known = try office.store.read(.tenant(office.mtaani.tenant.id)) {
            try $0.inventory(of: office.mtaani.router.id, of: office.mtaani.tenant.id)
        }
        #expect(known?.failures == 1 && known?.surveyedAt != nil)
    }

    @Test("A router that was never read says so")
    func unread() throws {
        let office = try Office(.sqlite)
        let page = try office.browser(as: office.mtaani.admin.login).get("/office/routers/\(office.mtaani.router.id)")
        #expect(page.status == 200 && page.text.contains("was not read yet"))
    }
}
