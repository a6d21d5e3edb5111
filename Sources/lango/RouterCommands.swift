import Adoption
import Arguments
import CallHome
import Crypto
import HTTPClient
import Provisioning
import RouterOS
import SQL
import Templates
import Tenancy
import Values

/// Commands for the routers of a tenant.
enum RouterCommands {
    private static let tenantOption = Command.Option.value("tenant", "SLUG", "the tenant", isRequired: true)

    static let all: [Command] = [
        Command(
            "router create", "Makes a router of a site; its password is read from standard input.",
            options: [
                tenantOption, .value("site", "SLUG", "the site where it stands", isRequired: true),
                .value("name", "NAME", "its identity", isRequired: true),
                .value(
                    "address", "URLS",
                    "where its services listen, the most wanted first: apis://192.0.2.1,https://192.0.2.1; "
                        + "ssh:// beside them for backups, or alone; api:// and http:// where you insist; pull: where it "
                        + "must come by itself", isRequired: true),
                .value(
                    "username", "NAME",
                    "a user with the policies read, write and its service's: rest-api, api or ssh; for pull: none "
                        + "is needed"),
                .value("hotspot-server", "NAME", "the hotspot server that users belong to [all]"),
            ] + RouterEditCommands.keyOptions + OperationCommands.common
        ) { try create($0) },
        Command("router list", "Lists the routers of a tenant.", options: [tenantOption] + OperationCommands.common) {
            try list($0)
        },
        Command(
            "router confirm",
            "Trusts the certificate or host key that a router showed, each once; compare it with the router's own first.",
            operands: ["NAME", "FINGERPRINT"], options: [tenantOption] + OperationCommands.common
        ) { try confirm($0) },
        Command(
            "router test", "Looks at a router and tells what is right and what is not; changes nothing.",
            operands: ["NAME"],
            options: [
                tenantOption, .flag("last", "only tells how each way fared when it was tried last; asks nothing"),
            ] + OperationCommands.common
        ) { try await test($0) },
        Command(
            "router pull",
            "Prints the commands that let a router with the address pull: come by itself; for its terminal, or to import.",
            operands: ["NAME"],
            options: [
                tenantOption,
                .flag("unchecked", "the router takes any certificate of ours; it knows no authority that signed it"),
            ] + OperationCommands.common
        ) { try pull($0) },
        Command(
            "router files", "Writes the hotspot files for a site's router into a folder.",
            options: [
                tenantOption, .value("site", "SLUG", "the site", isRequired: true),
                .value("out", "DIR", "where to write them", isRequired: true),
            ] + OperationCommands.common
        ) { try writeFiles($0) },
    ]

    /// The site that `--site` names.
    static func site(_ invocation: Invocation, of tenant: Tenant, _ install: Install) throws -> Site {
        let name = invocation.required("site")
        let sites = try install.store.read(.tenant(tenant.id)) { try $0.sites(of: tenant.id) }
        guard let site = sites.first(where: { $0.slug.description == name }) else {
            throw Misuse(
                "there is no site \(name); there are: \(sites.map(\.slug.description).joined(separator: ", "))")
        }
        return site
    }

    static let addressHelp =
        "--address takes apis://host, https://host, ssh://host, api://host or http://host, with a port if need be, or "
        + "pull:; several by comma, each once"

    private static func create(_ invocation: Invocation) throws {
        guard let addresses = RouterAddresses(invocation.required("address")) else {
            throw Misuse(addressHelp)
        }
        let key = try RouterEditCommands.key(invocation)
        let (username, password) = try credentials(invocation, addresses, hasKey: key != nil)
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let tenant = try SetupCommands.tenant(invocation, install)
        let site = try site(invocation, of: tenant, install)
        let now = SystemClock.now()
        let id = ID<Router>(at: now)
        let doors = RouterDoors(masterKey: install.masterKey, client: HTTPClient(), now: SystemClock.now)
        let router = Router(
            id: id, tenant: tenant.id, site: site.id,
            name: try invocation.line("name", maximum: 60),
            address: invocation.required("address"),
            username: username, passwordSealed: doors.seal(password, for: id),
            hotspotServer: invocation["hotspot-server"] ?? "all", sshKeySealed: key.map { doors.seal($0, for: id) },
            stateAt: now)
        try SetupCommands.insert("router \(router.name)") {
            try install.store.writeNow(.tenant(tenant.id)) { try $0.insert(router, at: now) }
        }
        if let key { RouterEditCommands.tell(key, for: username) }
    }

    /// How we sign in; where the router only comes by itself, its token is made of a password that we draw, and where it
    /// is only reached over SSH with a key, no password is ever sent.
    private static func credentials(
        _ invocation: Invocation, _ addresses: RouterAddresses, hasKey: Bool
    ) throws -> (username: String, password: Secret) {
        guard addresses.ways.contains(where: { $0.service != .pull }) else {
            return ("lango", Secret(SystemRandom.text(32, from: Base32.alphabet)))
        }
        guard invocation["username"] != nil else { throw Misuse("--username is needed") }
        let isKeyEnough = hasKey && addresses.ways.allSatisfy { $0.service == .ssh || $0.service == .pull }
        let secret = isKeyEnough ? Secret(SystemRandom.text(32, from: Base32.alphabet)) : try password()
        return (try invocation.line("username", maximum: 60), secret)
    }

    /// The password on standard input.
    static func password() throws -> Secret {
        guard let password = readLine(strippingNewline: true), !password.isEmpty else {
            throw Misuse("give the router's password on standard input")
        }
        return Secret(password)
    }

    /// The commands hold the router's token; they go where the operator sends them.
    private static func pull(_ invocation: Invocation) throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let router = try SetupCommands.router(invocation, install)
        guard RouterAddresses(router.address)?.ways.contains(where: { $0.service == .pull }) == true else {
            throw Misuse("\(router.name) is called at \(router.address); its address must name pull: too")
        }
        let doors = RouterDoors(masterKey: install.masterKey, client: HTTPClient(), now: SystemClock.now)
        let script = PullScript(
            url: "\(install.publicURL)\(CallHome.path)/pull/\(router.id)",
            secret: PullSecret(try doors.password(of: router)),
            checksCertificate: !invocation.has("unchecked"))
        Console.complain("it holds the router's token: paste it into the router's terminal, or /import it as a file")
        Console.show(script.commands)
    }

    private static func list(_ invocation: Invocation) throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let tenant = try SetupCommands.tenant(invocation, install)
        for router in try install.store.read(.tenant(tenant.id), { try $0.routers(of: tenant.id) }) {
            let version = router.version.map { " RouterOS \($0)" } ?? ""
            Console.show("\(router.name)\t\(router.state.rawValue)\t\(router.address)\(version)\t\(router.stateNote)")
            for kind in router.unconfirmed {
                let seen = router.seen(kind) ?? ""
                let host = kind == .hostKey ? CertificateFingerprint(seen)?.openSSH : nil
                let change = router.pin(of: kind).map { ", another than the confirmed \($0)" } ?? ""
                let shown = seen + (host.map { " (\($0))" } ?? "")
                Console.show("\ta \(kind.words) waits to be confirmed: \(shown)\(change)")
            }
        }
    }

    /// The exit code tells that something is wrong; the sentences told what.
    private struct NotPassed: Error, CustomStringConvertible {
        let description: String
    }

    private static func test(_ invocation: Invocation) async throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let tenant = try SetupCommands.tenant(invocation, install)
        let router = try SetupCommands.router(invocation, install)
        if invocation.has("last") { return try showLastTry(of: router, tenant, install) }
        guard let portal = PortalPlace(install.publicURL) else {
            throw Misuse("public-url is \(install.publicURL), which is no address of a portal: https://portal.example")
        }
        let doors = RouterDoors(masterKey: install.masterKey, client: HTTPClient(), now: SystemClock.now)
        let checkup = try await doors.checkup(of: router, portal: portal, now: SystemClock.now)
        try install.store.writeNow(.tenant(tenant.id)) { try $0.keep(checkup.reports, of: router) }
        for finding in checkup.findings {
            let mark =
                switch finding.weight {
                case .fine: "ok      "
                case .note: "note    "
                case .serious: "WRONG   "
                }
            Console.show(mark + finding.sentence)
        }
        guard checkup.isPassed else { throw NotPassed(description: "\(router.name) is not ready for vouchers") }
    }

    private static func showLastTry(of router: Router, _ tenant: Tenant, _ install: Install) throws {
        let standings = try install.store.read(.tenant(router.tenant)) {
            WayStanding.ordered(try $0.wayStandings(of: router.id, of: router.tenant), of: router)
        }
        guard !standings.isEmpty else { throw Declined("no way to \(router.name) was tried yet") }
        for way in standings {
            Console.show("\(way.address)\t\(tenant.time(way.triedAt))\t\(way.trouble.isEmpty ? "works" : way.trouble)")
        }
    }

    private static func confirm(_ invocation: Invocation) throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let tenant = try SetupCommands.tenant(invocation, install)
        let router = try SetupCommands.router(invocation, install)
        let text = invocation.operand("FINGERPRINT")
        // A host key is compared in the form that OpenSSH shows, too.
        let shown = router.hostKeySeen.flatMap { CertificateFingerprint($0) }
        guard let fingerprint = CertificateFingerprint(text) ?? (shown?.openSSH == text ? shown : nil) else {
            throw Misuse("the fingerprint is 64 hexadecimal digits, or for a host key SHA256: as the router showed it")
        }
        let kind = try install.store.writeNow(.tenant(tenant.id)) { transaction in
            try transaction.confirm(fingerprint.description, on: router.id, of: tenant.id)
        }
        guard let kind else {
            let seen = IdentityKind.allCases.compactMap { kind in router.seen(kind).map { "\(kind.words) \($0)" } }
            throw Misuse("the router showed \(seen.isEmpty ? "nothing yet" : seen.joined(separator: ", "))")
        }
        Console.show("\(router.name) is trusted by this \(kind.words) from now on")
    }

    private static func writeFiles(_ invocation: Invocation) throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let tenant = try SetupCommands.tenant(invocation, install)
        let site = try site(invocation, of: tenant, install)
        let library = try TemplateLibrary(directory: install.settings.assets + "/portal")
        let files = RouterPages(
            library: library, portal: install.publicURL, path: "/hotspot/\(tenant.slug)/\(site.slug)")
        let folder = invocation.required("out")
        try files.write(to: folder)
        if let advice = install.publicURLAdvice { Console.complain(advice) }
        Console.show("\(files.names.count) files in \(folder)")
    }
}

extension IdentityKind {
    /// In a sentence.
    var words: String { self == .certificate ? "certificate" : "host key" }
}
