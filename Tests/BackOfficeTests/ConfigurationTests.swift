import BackOffice
import HTTPClient
import Locales
import RouterChanges
import RouterOS
import RouterSimulator
import Tenancy
import TestKit
import Testing
import Values

/// Changing a simulated router through the pages: form, preview, result, undo.
@Suite(.serialized, .ownThreads) struct ConfigurationTests {
    /// A back office before a simulated router.
    private final class Bench {
        let host: RouterHost
        let office: Office
        let browser: Browser
        let path: String

        init(_ engine: Engine = .sqlite) throws {
            var settings = RouterHost.Settings()
            settings.router.password = Secret("open")
            settings.phones = 1
            host = try RouterHost(settings)
            var access = ServiceAccess(host: "127.0.0.1", user: "lango", password: Secret("open"))
            access.isSecure = false
            access.port = host.restPort
            let client = HTTPClient()
            let transport = RESTTransport(access, rest: {}) { request throws(HTTPClientError) in
                try await client.send(request)
            }
            office = try Office(engine, transport: transport)
            browser = try office.browser(as: office.mtaani.admin.login)
            path = "/office/routers/\(office.mtaani.router.id)"
        }

        deinit { host.stop() }

        func names(_ menu: String) throws -> [String] {
            guard case .records(let rows) = try host.router.perform(RouterCommand(menu, "print")) else { return [] }
            return rows.compactMap { $0["name"] }
        }

        /// Sends the form of step one.
        func preview(
            _ kind: String, _ deed: String, row: String = "", _ fields: [(String, String)]
        ) throws -> Browser.Page {
            let form = try browser.get("\(path)/configuration/\(kind)/\(deed)" + (row.isEmpty ? "" : "?row=\(row)"))
            var all = [
                ("token", form.field("token") ?? ""), ("kind", kind), ("deed", deed), ("row", row),
            ]
            all += fields.map { ("p." + $0.0, $0.1) }
            return try browser.post("\(path)/configuration/previews", all)
        }

        /// Confirms a preview.
        func confirm(_ page: Browser.Page) throws -> Browser.Page {
            try browser.post(
                "\(path)/configuration/changes",
                [("token", page.field("token") ?? ""), ("ticket", page.field("ticket") ?? "")])
        }
    }

    private static let nasty = "<b>\"Duka\" = 50%; 🦁</b>"

    @Test("A user is made, changed, removed and brought back through the pages", arguments: Engine.available)
    func threeSteps(engine: Engine) throws {
        let bench = try Bench(engine)
        let form = try bench.browser.get("\(bench.path)/configuration/hotspot-user/add")
        #expect(form.status == 200 && form.text.contains("name=\"p.limit-uptime\""))
        #expect(form.text.contains("<option value=\"default\">"), "the profiles of the router are offered")
        let wrong = try bench.preview("hotspot-user", "add", [("name", ""), ("limit-uptime", "soon")])
        #expect(wrong.status == 422 && wrong.text.contains("This is needed.") && wrong.text.contains("value=\"soon\""))
        let preview = try bench.preview(
            "hotspot-user", "add", [("name", Self.nasty), ("password", "siri-kubwa"), ("limit-uptime", "36h")])
        #expect(preview.status == 200 && preview.text.contains("limit-uptime=1d12h"))
        #expect(!preview.text.contains("siri-kubwa") && !preview.text.contains(Self.nasty))
        #expect(try !bench.names("/ip/hotspot/user").contains(Self.nasty), "a preview writes nothing")
        let made = try bench.confirm(preview)
        #expect(made.status == 303)
        #expect(try bench.names("/ip/hotspot/user").contains(Self.nasty))
        let again = try bench.confirm(preview)
        #expect(again["location"] == made["location"], "the same form again shows the first change")
        let result = try bench.browser.get(made["location"] ?? "")
        #expect(result.status == 200 && result.text.contains("Done") && result.text.contains("achieng@mtaani"))
        #expect(!result.text.contains("siri-kubwa"))
        let rows = try bench.browser.get("\(bench.path)/configuration/hotspot-user")
        #expect(rows.text.contains("&lt;b&gt;") && !rows.text.contains("siri-kubwa"))
        let undo = try bench.browser.post(
            (made["location"] ?? "") + "/undoings", [("token", result.field("token") ?? "")])
        #expect(undo.status == 303)
        #expect(try !bench.names("/ip/hotspot/user").contains(Self.nasty))
        #expect(try bench.browser.get(undo["location"] ?? "").text.contains("Undone by achieng@mtaani"))
        let journal = try bench.browser.get("\(bench.path)/configuration")
        #expect(journal.text.contains("Undone") && journal.text.contains("Hotspot users"))
    }

    @Test("A form that comes back as it was shown changes nothing; one field more is one step")
    func setKeeps() throws {
        let bench = try Bench()
        try bench.host.router.perform(
            RouterCommand(
                "/queue/simple", "add",
                ["name": "duka", "target": "2001:db8::/64", "max-limit": "1M/2M", "comment": "c"]))
        let form = try bench.browser.get("\(bench.path)/configuration/queue")
        let row = try #require(form.text.split(separator: "set?row=").dropFirst().first?.prefix { $0 != "\"" })
        let shown = [("name", "duka"), ("target", "2001:db8::/64"), ("max-limit", "1M/2M"), ("comment", "c")]
        let id = row.replacing("%2A", with: "*")
        #expect(try bench.preview("queue", "set", row: String(id), shown).status == 422)
        let page = try bench.preview("queue", "set", row: String(id), shown.dropLast() + [("comment", "d")])
        #expect(page.status == 200 && page.text.contains("set \(id) comment=d"))
    }

    @Test("What changed since the preview, a forged ticket and another person's are refused")
    func refuses() throws {
        let bench = try Bench()
        let preview = try bench.preview("pool", "add", [("name", "p1"), ("ranges", "10.9.0.2-10.9.0.9")])
        try bench.host.router.perform(RouterCommand("/ip/pool", "add", ["name": "p1", "ranges": "10.8.0.1"]))
        #expect(try bench.confirm(preview).status == 409)
        for ticket in ["", "x", String((preview.field("ticket") ?? "").reversed())] {
            let page = try bench.browser.post(
                "\(bench.path)/configuration/changes", [("token", preview.field("token") ?? ""), ("ticket", ticket)])
            #expect(page.status == 403)
        }
        let other = try bench.office.browser(as: bench.office.mtaani.admin.login)
        let token = try other.get("/office").field("token") ?? ""
        let stolen = try other.post(
            "\(bench.path)/configuration/changes", [("token", token), ("ticket", preview.field("ticket") ?? "")])
        #expect(stolen.status == 403)
        let noToken = try bench.browser.post(
            "\(bench.path)/configuration/changes", [("token", "x"), ("ticket", preview.field("ticket") ?? "")])
        #expect(noToken.status == 403)
        let seller = try bench.office.browser(as: bench.office.mtaani.seller.login)
        #expect(try seller.get("\(bench.path)/configuration").status == 403)
    }

    @Test("Every kind has its page and form in both languages; unknown ones are not found")
    func everyKind() throws {
        let bench = try Bench()
        let overview = try bench.browser.get("\(bench.path)/configuration?lang=en").text
        let links = overview.split(separator: "href=\"").map { $0.prefix { $0 != "\"" } }
            .filter { $0.contains("/configuration/") }
        #expect(links.count >= 20)
        for link in links where !link.hasSuffix("reboot/do") {
            for tag in ["en", "sw"] {
                let page = try bench.browser.get("\(link)?lang=\(tag)")
                #expect(page.status == 200, "\(link)")
                #expect(!page.text.contains("{{") && !page.text.contains("change.") && !page.text.contains(" style="))
            }
        }
        for tail in ["spoon", "queue/fly", "queue/set", "masquerade"] {
            #expect(try bench.browser.get("\(bench.path)/configuration/\(tail)").status == 404, "\(tail)")
        }
        let rule = try bench.browser.get("\(bench.path)/configuration/nat/add").text
        #expect(rule.contains("<option value=\"masquerade\">") && rule.contains("<option value=\"srcnat\">"))
        #expect(try bench.browser.get("\(bench.path)/configuration/reboot/do").text.contains("/system reboot"))
        _ = try bench.browser.get("\(bench.path)/configuration?lang=en")
        let nobody = try bench.preview("disconnect", "do", [("customer", "nobody")])
        #expect(nobody.status == 422 && nobody.text.contains("nobody is not online"))
    }

    @Test("Every flaw, kind, state and deed has its words, which ask only for what is given")
    func words() throws {
        let locales = try Office.locales.get()
        var keys = ChangeFlaw.Kind.allCases.map { "change.flaw.\($0.rawValue)" }
        keys +=
            ChangeRecipe.all.map { "change.kind.\($0.word)" }
            + ["speed", "disconnect", "reboot"].map { "change.kind.\($0)" }
        keys += RouterChange.State.allCases.map { "change.state.\($0.rawValue)" }
        keys += RowOrder.Deed.allCases.map { "change.deed.\($0.rawValue)" }
        keys += ["add", "set", "remove", "move", "run", "end"].map { "change.step.\($0)" }
        keys += ChangeRecipe.groups.map { "change.group.\($0.word)" }
        for key in keys { #expect(locales.keys.contains(key), "\(key)") }
        for kind in ChangeFlaw.Kind.allCases {
            let flaw = ChangeFlaw(kind)
            #expect(Set(locales.arguments(flaw.key)).isSubset(of: flaw.words.keys), "\(flaw.key)")
        }
    }

    @Test("A router that does not answer is told; nothing is lost")
    func silent() throws {
        let bench = try Bench()
        let form = try bench.browser.get("\(bench.path)/configuration/pool/add")
        bench.host.closeREST()
        let lost = try bench.browser.post(
            "\(bench.path)/configuration/previews",
            [
                ("token", form.field("token") ?? ""), ("kind", "pool"), ("deed", "add"), ("p.name", "typed-name"),
                ("p.ranges", "10.9.0.2"),
            ])
        #expect(lost.status == 503 && lost.text.contains("typed-name") && lost.text.contains("cannot be read"))
        let page = try bench.browser.get("\(bench.path)/configuration/queue")
        #expect(page.status == 200 && page.text.contains("cannot be read"))
        #expect(try bench.browser.get("\(bench.path)/configuration/queue/add").text.contains("cannot be read"))
        #expect(try bench.browser.get("\(bench.path)/configuration").status == 200)
    }
}

extension Browser {
    /// Posts a form whose fields are made while running.
    func post(_ path: String, _ fields: [(String, String)]) throws -> Page {
        let body = fields.map { "\(Self.encoded($0.0))=\(Self.encoded($0.1))" }.joined(separator: "&")
        return try ask("POST", path, ["Content-Type: application/x-www-form-urlencoded"], Array(body.utf8))
    }
}
