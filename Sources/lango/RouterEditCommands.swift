import Adoption
import Arguments
import HTTPClient
import Provisioning
import RouterOS
import SQL
import Tenancy
import Values

/// Commands for the way to a router: its address, how we log in, and how far its line is.
enum RouterEditCommands {
    private static let tenantOption = Command.Option.value("tenant", "SLUG", "the tenant", isRequired: true)

    /// The options of the key for SSH, wherever a router is described.
    static let keyOptions: [Command.Option] = [
        .value(
            "ssh-key", "FILE",
            "the private key of ssh-keygen with which ssh:// logs in: ed25519 from RouterOS 7.12 on, rsa before"),
        .flag("new-ssh-key", "makes such a key and prints the commands that make the router take it"),
    ]

    static let all: [Command] = [
        Command(
            "router edit", "Changes where a router is reached and how we log in; what was confirmed stays confirmed.",
            operands: ["NAME"],
            options: [
                tenantOption, .value("address", "URLS", "its addresses, as for `router create`"),
                .value("username", "NAME", "its user for us"),
                .flag("password", "reads another password from standard input"),
            ] + keyOptions + [.flag("no-ssh-key", "over SSH the password is used again")] + OperationCommands.common
        ) { try edit($0) },
        Command(
            "router line",
            "Tells how far the line of `router add` or `router release` is, and prints it while it is good.",
            operands: ["NAME"],
            options: [tenantOption, .flag("renew", "makes a new line like the last")] + OperationCommands.common
        ) { try line($0) },
    ]

    /// The key that an invocation names or wants made; nil where it does neither.
    static func key(_ invocation: Invocation) throws -> SSHUserKey? {
        if invocation.has("new-ssh-key") {
            guard invocation["ssh-key"] == nil else { throw Misuse("give --ssh-key or --new-ssh-key, not both") }
            return SSHUserKey()
        }
        guard let file = invocation["ssh-key"] else { return nil }
        guard let text = TextFile.read(file) else { throw Misuse("\(file) cannot be read") }
        do throws(SSHUserKey.Flaw) {
            return try SSHUserKey(file: text)
        } catch {
            throw Misuse("\(file): \(error)")
        }
    }

    /// What is to be done on the router for a key of ours.
    static func tell(_ key: SSHUserKey, for user: String) {
        guard let commands = key.commands(for: user) else {
            Console.complain("upload the public part of the key and import it: /user ssh-keys import user=\(user)")
            return
        }
        Console.complain(
            "in the router's terminal, as a user with full rights (\(user) cannot use its password over SSH after it):")
        Console.show(commands)
    }

    private static func edit(_ invocation: Invocation) throws {
        var amendment = RouterAmendment()
        if let text = invocation["address"] {
            guard let addresses = RouterAddresses(text) else { throw Misuse(RouterCommands.addressHelp) }
            amendment.address = addresses
        }
        if invocation["username"] != nil { amendment.username = try invocation.line("username", maximum: 60) }
        let key = try key(invocation)
        if invocation.has("no-ssh-key") {
            guard key == nil else { throw Misuse("give a key or --no-ssh-key, not both") }
            amendment.key = .remove
        }
        if let key { amendment.key = .use(key) }
        if invocation.has("password") { amendment.password = try RouterCommands.password() }
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let router = try SetupCommands.router(invocation, install)
        guard amendment.address != nil || RouterAddresses(router.address) != nil else {
            throw Misuse("nothing is known of where \(router.name) is; give --address")
        }
        let doors = RouterDoors(masterKey: install.masterKey, client: HTTPClient(), now: SystemClock.now)
        try install.store.writeNow(
            .tenant(router.tenant), doors.amend(router, by: amendment, at: SystemClock.now()))
        Console.complain("\(router.name) is met anew at \(amendment.address?.description ?? router.address)")
        if let key { tell(key, for: amendment.username ?? router.username) }
    }

    private static func line(_ invocation: Invocation) throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let tenant = try SetupCommands.tenant(invocation, install)
        let router = try SetupCommands.router(invocation, install)
        let desk = try AdoptionCommands.desk(install)
        let last = try install.store.read(.tenant(tenant.id)) { try $0.adoption(of: router.id, of: tenant.id) }
        guard var adoption = last else { throw Misuse("\(router.name) was not made by `router add`") }
        if invocation.has("renew") {
            adoption = try install.store.writeNow(
                .tenant(tenant.id), desk.renewal(of: router.id, of: tenant.id, by: "lango"))
        }
        let now = SystemClock.now()
        Console.complain(standing(of: adoption, at: now, until: tenant.time(adoption.expiresAt)))
        if adoption.isGood(at: now), adoption.state != .done { Console.show(desk.line(of: adoption)) }
    }

    /// How far a line is, in a sentence.
    private static func standing(of adoption: Adoption, at now: Instant, until end: String) -> String {
        let isGood = adoption.isGood(at: now)
        let (isFetched, client) = (adoption.fetchedAt != nil, adoption.fetchedFrom ?? "?")
        switch (adoption.state, isGood) {
        case (.done, _): return "the router has reported that its script came to its end"
        case (_, true) where isFetched:
            return "the script was fetched from \(client); no report has come yet; good until \(end)"
        case (_, true): return "nobody has used the line yet; it is good until \(end)"
        case (_, false) where isFetched:
            return "the line ended at \(end): its script was fetched from \(client), and no report came; "
                + "make a new line (--renew), say where the router is (router edit --address), or leave it "
                + "(router release --forget)"
        case (_, false):
            return "the line ended at \(end), and nobody has used it; make a new one (--renew) or leave the router "
                + "(router release --forget)"
        }
    }
}
