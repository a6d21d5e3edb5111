import Adoption
import Provisioning
import RouterOS
import SQL
import Tenancy
import TestKit
import Testing
import Values

/// The pages by which a router comes and goes.
@Suite(.serialized, .ownThreads) struct AdoptionPageTests {
    private static func fields(_ office: Office, _ page: Browser.Page, _ changes: [String: String] = [:])
        -> [(String, String)]
    {
        let usual = [
            "token": page.field("token") ?? "", "name": "new-gate", "site": office.mtaani.site.id.description,
            "our-address": "192.0.2.1",
        ]
        return usual.merging(changes) { $1 }.map { ($0.key, $0.value) }
    }

    @Test(
        "A form gives a line, the router waits in the list, and the file holds the script", arguments: Engine.available)
    func makesALine(engine: Engine) throws {
        let office = try Office(engine)
        let browser = try office.browser(as: office.mtaani.admin.login)
        let form = try browser.get("/office/adoptions/new")
        #expect(form.status == 200)
        let made = try browser.post("/office/adoptions", Self.fields(office, form))
        let path = try #require(made["location"])
        #expect(made.status == 303 && path.hasSuffix("/adoption"))
        let page = try browser.get(path)
        #expect(page.text.contains("/tool fetch url=&quot;http://portal.test/router/links/"), "\(page.text)")
        #expect(page.text.contains("http-equiv=\"refresh\"") && page.text.contains("travel in the clear"))
        #expect(!page.text.contains("password="))
        let list = try browser.get("/office/routers")
        #expect(list.text.contains(path) && list.text.contains("Waiting for its line"))
        let file = try browser.get(path + "/script")
        #expect(file.text.contains("/user add name=\"lango-") && file.text.hasSuffix("}\n"))
    }

    // swift-format-ignore
    static let mistakes: [(field: String, value: String, words: String)] = [
        ("name", "", "Write a name of 1 to 60 characters."),
        ("site", "01919191-0000-7000-8000-000000000000", "Choose a site."),
        ("our-address", "", "Write IPv4 addresses or blocks"),
        ("our-address", "192.0.2.1/24", "Write IPv4 addresses or blocks"),
        ("our-address", "portal.example; /system reset", "Write IPv4 addresses or blocks"),
        ("our-address", "2001:db8::1", "IPv6 is not taken: the line opens service"),
        ("our-address", "192.0.2.1,2001:db8::/32", "IPv6 is not taken: the line opens service"),
        ("address", "https://192.0.2.1", "Write a name or an address, without port."),
        ("address", "gate\" /user", "Write a name or an address, without port."),
        ("radius", "radius.example", "Write an IPv4 address."),
        ("radius", "192.0.2.9", "Write the secret that the RADIUS server expects."),
        ("wireguard", "vpn.example", "Write host and port"),
        ("wireguard", "vpn.example:51820", "A public key has 44 characters"),
    ]

    @Test("What is wrong is told beside its field, and what was typed stays", arguments: mistakes)
    func tellsMistakes(field: String, value: String, words: String) throws {
        let office = try Office(.sqlite)
        let browser = try office.browser(as: office.mtaani.admin.login)
        let form = try browser.get("/office/adoptions/new")
        let page = try browser.post(
            "/office/adoptions", Self.fields(office, form, ["hotspot-server": "Duka \"la\" Mama", field: value]))
        #expect(page.status == 422 && page.text.contains(words), "\(page.status)")
        #expect(page.text.contains("Duka&quot;la&quot;Mama") || page.text.contains("Duka &quot;la&quot; Mama"))
    }

    @Test("A name that is taken by a router that came by no line is refused")
    func refusesTakenNames() throws {
        let office = try Office(.sqlite)
        let browser = try office.browser(as: office.mtaani.admin.login)
        let form = try browser.get("/office/adoptions/new")
        let page = try browser.post(
            "/office/adoptions", Self.fields(office, form, ["name": office.mtaani.router.name]))
        #expect(page.status == 422 && page.text.contains("A router of this name is there already."))
    }

    @Test("A line that is over is made anew; a router that came by none has nothing to give back")
    func renews() throws {
        let office = try Office(.sqlite)
        let browser = try office.browser(as: office.mtaani.admin.login)
        let form = try browser.get("/office/adoptions/new")
        let path = try #require(try browser.post("/office/adoptions", Self.fields(office, form))["location"])
        office.clock.advance(by: .minutes(61))
        let over = try browser.get(path)
        #expect(over.text.contains("nobody had used it") && !over.text.contains("/tool fetch"))
        #expect(try browser.get(path + "/script").status == 410)
        let renewal = path.replacing("/adoption", with: "/adoptions")
        #expect(try browser.post(renewal, [("token", over.field("token") ?? "")]).status == 303)
        let fresh = try browser.get(path)
        #expect(fresh.text.contains("/tool fetch"))
        // Giving back asks for a yes first.
        let release = path.replacing("/adoption", with: "/releases")
        #expect(try browser.post(release, [("token", fresh.field("token") ?? "")]).status == 422)
        let given = try browser.post(release, [("token", fresh.field("token") ?? ""), ("confirm", "yes")])
        #expect(given.status == 303)
        #expect(try browser.get(path).text.contains("dst-path=lango-release.rsc"))
        let other = "/office/routers/\(office.mtaani.router.id)/releases"
        #expect(try browser.post(other, [("token", fresh.field("token") ?? ""), ("confirm", "yes")]).status == 409)
    }

    @Test("A router whose report never came tells why, can be written by hand, and can be left alone")
    func silentRouter() throws {
        let office = try Office(.sqlite)
        let browser = try office.browser(as: office.mtaani.admin.login)
        let form = try browser.get("/office/adoptions/new")
        let path = try #require(try browser.post("/office/adoptions", Self.fields(office, form))["location"])
        let (base, tenant) = (path.replacing("/adoption", with: ""), office.mtaani.tenant.id)
        let id = try #require(ID<Router>(base.split(separator: "/").last ?? ""))
        let now = office.clock.now
        _ = try office.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.run(
                "UPDATE main.adoption SET state = 'fetched', fetched_at = $1, fetched_from = '192.0.2.7' WHERE router = $2",
                now, id)
        }
        office.clock.advance(by: .minutes(61))
        let page = try browser.get(path)
        #expect(page.text.contains("from 192.0.2.7, but the router never reported"), "\(page.text)")
        #expect(page.text.contains("href=\"\(base)/way\"") && page.text.contains("Leave this router alone"))

        let way = try browser.get(base + "/way")
        let token = way.field("token") ?? ""
        let wrong = try browser.post(
            base + "/ways", [("token", token), ("address", "192.0.2.7"), ("username", "lango")])
        #expect(wrong.status == 422 && wrong.text.contains("Write addresses like"))
        let written = try browser.post(
            base + "/ways",
            [
                ("token", token), ("address", "apis://192.0.2.7, ssh://192.0.2.7"), ("username", "gateway"),
                ("password", "siri\" kubwa"),
            ])
        #expect(written.status == 303)
        let router = try #require(try office.store.read(.tenant(tenant)) { try $0.router(id, of: tenant) })
        #expect(router.state.isServed && router.address == "apis://192.0.2.7,ssh://192.0.2.7")
        #expect(router.username == "gateway")

        #expect(try browser.post(base + "/dismissals", [("token", token)]).status == 422)
        #expect(try browser.post(base + "/dismissals", [("token", token), ("confirm", "yes")]).status == 303)
        #expect(
            try office.store.read(.tenant(tenant)) { try $0.router(id, of: tenant) }?.state == .released)
        let stranger = try office.browser(as: office.pwani.admin.login)
        let door = try stranger.get("/office/adoptions/new").field("token") ?? ""
        #expect(try stranger.get(base + "/way").status == 404)
        for place in ["ways", "keys", "dismissals"] {
            let fields = [("token", door), ("confirm", "yes"), ("address", "apis://192.0.2.9"), ("username", "x")]
            #expect(try stranger.post("\(base)/\(place)", fields).status == 404)
        }
    }

    @Test("The router's page tells what was tried last without asking, and a key for SSH is made there")
    func ways() throws {
        let office = try Office(.sqlite)
        let browser = try office.browser(as: office.mtaani.admin.login)
        let router = office.mtaani.router
        let way = RouterWay(.https, host: "192.0.2.1")
        let report = RouterWays.Report(way: way, trouble: RouterError(.notAdmitted), at: office.clock.now)
        try office.store.writeNow(.tenant(router.tenant)) { try $0.keep([report], of: router) }
        let base = "/office/routers/\(router.id)"
        for path in [base, base + "/way"] {
            let page = try browser.get(path)
            #expect(page.text.contains("https://192.0.2.1"), "\(path)")
            #expect(page.text.contains("closes the connection at once"), "\(path)")
        }
        let token = try browser.get(base + "/way").field("token") ?? ""
        #expect(try browser.post(base + "/keys", [("token", token)]).status == 303)
        let page = try browser.get(base + "/way")
        #expect(page.text.contains("/user ssh-keys import public-key-file=") && page.text.contains("ssh-ed25519 AAAA"))
        #expect(!page.text.contains("PRIVATE KEY"))
        let sealed = try office.store.read(.tenant(router.tenant)) { try $0.router(router.id, of: router.tenant) }
        #expect(sealed?.sshKeySealed.map { !String(decoding: $0, as: UTF8.self).contains("ssh-ed25519") } == true)
    }

    @Test("Certificate and host key wait in boxes of their own, each confirmed by itself")
    func twoIdentities() throws {
        let office = try Office(.sqlite)
        let browser = try office.browser(as: office.mtaani.admin.login)
        let router = office.mtaani.router
        let key = try #require(CertificateFingerprint([UInt8](repeating: 7, count: 32)))
        try office.store.writeNow(.tenant(router.tenant)) {
            try $0.record(ShownIdentity(.hostKey, key), on: router.id, of: router.tenant)
        }
        let page = try browser.get("/office/routers")
        #expect(page.text.contains("Confirm the certificate: ") && page.text.contains("Confirm the host key: "))
        #expect(page.text.contains(key.openSSH))
        let fields = [("token", page.field("token") ?? ""), ("fingerprint", key.description)]
        #expect(try browser.post("/office/routers/\(router.id)/certificates", fields).status == 303)
        let after = try #require(
            try office.store.read(.tenant(router.tenant)) { try $0.router(router.id, of: router.tenant) })
        #expect(after.hostKeyPin == key.description && after.certificatePin == nil)
        let rest = try browser.get("/office/routers")
        #expect(rest.text.contains("Confirm the certificate: ") && !rest.text.contains("Confirm the host key: "))
    }

    @Test("The first page tells of a router that is reached, and shows something new on another way")
    func oneWayWaits() throws {
        let office = try Office(.sqlite)
        let (router, now) = (office.mtaani.router, office.clock.now)
        let key = try #require(CertificateFingerprint([UInt8](repeating: 7, count: 32)))
        try office.store.writeNow(.tenant(router.tenant)) { transaction in
            try transaction.record(.ready, note: "", at: now, on: router.id, of: router.tenant)
            try transaction.record(ShownIdentity(.hostKey, key), on: router.id, of: router.tenant)
        }
        let page = try office.browser(as: office.mtaani.admin.login).get("/office")
        #expect(page.text.contains("One way to it is not used until someone confirms"))
    }

    @Test("A line of another provider does not exist")
    func keepsProvidersApart() throws {
        let office = try Office(.sqlite)
        let browser = try office.browser(as: office.mtaani.admin.login)
        let form = try browser.get("/office/adoptions/new")
        let path = try #require(try browser.post("/office/adoptions", Self.fields(office, form))["location"])
        let stranger = try office.browser(as: office.pwani.admin.login)
        let door = try stranger.get("/office/adoptions/new")
        for place in [path, path + "/script"] { #expect(try stranger.get(place).status == 404) }
        for place in ["adoptions", "releases"] {
            let page = try stranger.post(
                path.replacing("/adoption", with: "/\(place)"),
                [("token", door.field("token") ?? ""), ("confirm", "yes")])
            #expect(page.status == 404)
        }
        let theirs = try stranger.post(
            "/office/adoptions", Self.fields(office, door, ["site": office.mtaani.site.id.description]))
        #expect(theirs.status == 422)
    }
}
