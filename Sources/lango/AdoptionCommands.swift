import Adoption
import Arguments
import HTTPClient
import Provisioning
import SQL
import Templates
import Tenancy
import Values

/// Commands that take routers into service by a line for their terminal, and give them back.
enum AdoptionCommands {
    private static let tenantOption = Command.Option.value("tenant", "SLUG", "the tenant", isRequired: true)

    static let all: [Command] = [
        Command(
            "router add",
            "Prints one line for a router's terminal that takes it into service; it may be pasted again.",
            options: [
                tenantOption, .value("site", "SLUG", "the site where it stands", isRequired: true),
                .value("name", "NAME", "its identity", isRequired: true),
                .value("address", "HOST", "where it is reached [where its report comes from]"),
                .value(
                    "our-address", "LIST",
                    "where we come from, as the router sees it: 192.0.2.1 or 192.0.2.0/28 [the public address]"),
                .value(
                    "service", "NAME",
                    "api-ssl or www-ssl; pull where it cannot be called and must come by itself [api-ssl]"),
                .value("hotspot-server", "NAME", "the hotspot server that is ours [all]"),
                .value(
                    "pages", "WHICH",
                    "which hotspot profiles get our pages: standard for those that show the factory's, all, none "
                        + "[standard]"),
                .value(
                    "radius", "ADDRESS", "a RADIUS server that it is to ask; its secret is read from standard input"),
                .value("radius-services", "LIST", "hotspot, ppp or both [hotspot,ppp]"),
                .value("wireguard", "HOST:PORT", "a management tunnel to our WireGuard there; needs the next two"),
                .value("wireguard-key", "KEY", "our public key"),
                .value("wireguard-addresses", "OURS,THEIRS", "inside the tunnel: 10.99.0.1,10.99.0.2"),
                .flag("check-certificate", "the router knows public authorities and checks our certificate by them"),
                .flag(
                    "ssh", "opens SSH to our addresses too: for encrypted backups, and before RouterOS 7.13 for any"),
                .value("rsc", "FILE", "writes the script into a file too, to be uploaded where fetch cannot be used"),
            ] + OperationCommands.common
        ) { try add($0) },
        Command(
            "router release",
            "Prints one line for a router's terminal that undoes what `router add` did there.",
            operands: ["NAME"],
            options: [
                tenantOption,
                .flag("forget", "takes the router for released without its report"),
                .value("rsc", "FILE", "writes the script into a file too"),
            ] + OperationCommands.common
        ) { try release($0) },
    ]

    /// The desk of an install.
    static func desk(_ install: Install) throws -> AdoptionDesk {
        AdoptionDesk(
            store: install.store, masterKey: install.masterKey,
            doors: RouterDoors(masterKey: install.masterKey, client: HTTPClient(), now: SystemClock.now),
            publicURL: install.publicURL,
            library: try TemplateLibrary(directory: install.settings.assets + "/portal"), now: SystemClock.now)
    }

    private static func add(_ invocation: Invocation) throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let options = try options(invocation, at: install.publicURL)
        let secret = options.radius == nil ? nil : readLine(strippingNewline: true).map { Secret($0) }
        if options.radius != nil, secret?.revealed.isEmpty != false {
            throw Misuse("give the RADIUS secret on standard input")
        }
        let tenant = try SetupCommands.tenant(invocation, install)
        let site = try RouterCommands.site(invocation, of: tenant, install)
        let desk = try desk(install)
        let request = AdoptionRequest(
            tenant: tenant.id, site: site.id, name: try invocation.line("name", maximum: 60),
            options: options, radiusSecret: secret, madeBy: "lango")
        let adoption: Adoption
        do {
            adoption = try install.store.writeNow(.tenant(tenant.id), desk.offer(request))
        } catch AdoptionRefusal.nameTaken {
            throw Declined("there is a router \(request.name) already, and it was not made by `router add`")
        }
        for advice in AdoptionAdvice.on(options, at: install.publicURL) { Console.complain(advice.description) }
        try show(adoption, invocation, desk, install)
    }

    private static func options(_ invocation: Invocation, at publicURL: String) throws -> AdoptionOptions {
        do throws(AdoptionFlaws) {
            return try AdoptionOptions(
                checksCertificate: invocation.has("check-certificate"), opensSSH: invocation.has("ssh"), at: publicURL
            ) { invocation[$0.rawValue] }
        } catch {
            throw Misuse(error.fields.map { "--\($0.rawValue) \($0.remedy)" }.joined(separator: "; "))
        }
    }

    /// The line, and the script where a file is wanted.
    private static func show(
        _ adoption: Adoption, _ invocation: Invocation, _ desk: AdoptionDesk, _ install: Install
    ) throws {
        if let file = invocation["rsc"] {
            let router = try install.store.read(.tenant(adoption.tenant)) {
                try $0.router(adoption.router, of: adoption.tenant)
            }
            if let router { try TextFile.write(try desk.script(of: adoption, for: router), to: file, mode: 0o600) }
            Console.complain(
                "upload \(file) to the router and run /import there; it holds a password, so remove it afterwards")
        }
        Console.complain("paste this line into the router's terminal within an hour:")
        Console.show(desk.line(of: adoption))
    }

    private static func release(_ invocation: Invocation) throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let tenant = try SetupCommands.tenant(invocation, install)
        let router = try SetupCommands.router(invocation, install)
        if invocation.has("forget") {
            let now = SystemClock.now()
            try install.store.writeNow(.tenant(tenant.id)) { try $0.discharge(router, at: now) }
            Console.show("\(router.name) is released; what is left on it was not touched")
            return
        }
        let desk = try desk(install)
        let line: Adoption
        do {
            line = try install.store.writeNow(.tenant(tenant.id), desk.release(router.id, of: tenant.id, by: "lango"))
        } catch AdoptionRefusal.notAdopted {
            throw Misuse("\(router.name) was not made by `router add`, so there is nothing to undo on it")
        }
        Console.complain(
            "our user on the router may not remove users, not even itself, so undoing is for a user with full rights")
        try show(line, invocation, desk, install)
    }
}

extension AdoptionField {
    /// What would be right.
    fileprivate var remedy: String {
        switch self {
        case .address: "takes a name or an address, without scheme and port"
        case .ours:
            "takes IPv4 addresses or blocks, such as 192.0.2.1,198.51.100.0/28; it is needed where the public address "
                + "is a name. No IPv6: the line opens the service and the firewall for IPv4 only"
        case .service: "takes api-ssl, www-ssl or pull"
        case .server: "takes a name"
        case .pages: "takes \(AdoptionOptions.Pages.allCases.map(\.rawValue).joined(separator: ", "))"
        case .radius: "takes an IPv4 address"
        case .radiusServices: "takes hotspot, ppp or hotspot,ppp"
        case .tunnel: "takes host:port"
        case .tunnelKey: "takes the 44 characters of a public key"
        case .tunnelAddresses: "takes our address and the router's: 10.99.0.1,10.99.0.2"
        }
    }
}
