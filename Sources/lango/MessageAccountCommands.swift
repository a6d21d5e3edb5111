import Arguments
import HTTPClient
import Messages
import Messaging
import SQL
import Telemetry
import Tenancy
import Values

extension MessageKeeper {
    /// The worker of a running gateway.
    convenience init(_ install: Install, log: Log) {
        let senders = MessageSenders(install)
        self.init(
            store: install.store, masterKey: install.masterKey, locales: install.locales, log: log,
            publicURL: install.publicURL, now: SystemClock.now, sender: { try senders.sender(of: $0) })
    }
}

extension MessageSenders {
    convenience init(_ install: Install) {
        // No letter waits for another while its message is held.
        let mail = MailClient(lanes: MessageKeeper.Pace().lanes)
        self.init(install.masterKey, over: MessageTransport(HTTPClient()), mail: { await mail.send($0) })
    }
}

/// Commands for a tenant's accounts with those who send messages.
enum MessageAccountCommands {
    private static let common: [Command.Option] =
        [.value("tenant", "SLUG", "the tenant", isRequired: true)] + OperationCommands.common

    static let all: [Command] = [
        Command(
            "messages account add",
            "Adds an account; its key or password is a line on standard input. The first is tried first.",
            operands: ["KIND"],
            options: [
                .value("name", "NAME", "by which you know it [its kind]"),
                .value("from", "SENDER", "the approved sender, such as LANGO; smtp: the address"),
                .value("username", "NAME", "of the account"),
                .value("address", "URL", "of the interface; kannel: such as http://127.0.0.1:13013"),
                .value("link", "ID", "kannel: the SMSC to leave by"),
                .value("host", "NAME", "smtp: the submission server"),
                .value("port", "N", "smtp: its port [587 or 465]"),
                .value("privacy", "HOW", "smtp: starttls, tls, or none on this computer [starttls]"),
                .value("from-name", "NAME", "smtp: shown beside the address [the tenant's name]"),
                .value("bounces", "ADDRESS", "smtp: where bounces go, a part below it for each letter"),
                .value(
                    "certificate", "SHA256", "smtp: the one certificate to trust instead of the system's authorities"),
                .value("position", "N", "its place in the order [behind the others]"),
            ] + common
        ) { try add($0) },
        Command(
            "messages account list", "Lists the accounts in their order, with the address for reports.", options: common
        ) { try list($0) },
        Command("messages account remove", "Removes an account.", operands: ["NAME"], options: common) {
            try remove($0)
        },
    ]

    // MARK: Adding

    private static func add(_ invocation: Invocation) throws {
        guard let kind = SenderAccount.Kind(rawValue: invocation.operand("KIND")) else {
            throw Misuse("KIND is africastalking, kannel or smtp")
        }
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let credentials = try credentials(invocation, of: kind, desk.tenant)
        let (now, tenant) = (SystemClock.now(), desk.tenant.id)
        let accounts = try desk.install.store.read(.tenant(tenant)) { try $0.senderAccounts(of: tenant) }
        let name = try invocation.optionalLine("name", maximum: 40) ?? kind.rawValue
        guard !accounts.contains(where: { $0.name == name }) else {
            throw Misuse("there is an account \(name) already; give this one another --name")
        }
        let id = ID<SenderAccount>(at: now)
        guard let position = invocation["position"].map({ Int($0) }) ?? (accounts.last?.position ?? 0) + 1 else {
            throw Misuse("--position takes a number")
        }
        let account = SenderAccount(
            id: id, tenant: tenant, kind: kind, name: name, position: position,
            credentialsSealed: MessageSenders(desk.install).seal(credentials, for: id))
        let keys = MessageKeys(desk.install.masterKey)
        let road = keys.hash(keys.token(of: id))
        try desk.install.store.writeNow(.tenant(tenant)) { try $0.insert(account, road: road, at: now) }
        Console.show(line(account, desk, keys))
    }

    private static func credentials(
        _ invocation: Invocation, of kind: SenderAccount.Kind, _ tenant: Tenant
    ) throws -> SenderCredentials {
        switch kind {
        case .africasTalking:
            let address = try invocation["address"].map { try web($0) } ?? AfricasTalkingSettings.production
            return .africasTalking(
                AfricasTalkingSettings(
                    address: address, username: try needed("username", invocation), key: try secret("the key"),
                    from: try sender(invocation)))
        case .kannel:
            return .kannel(
                KannelSettings(
                    address: try web(try needed("address", invocation)), username: try needed("username", invocation),
                    password: try secret("the password"), from: try sender(invocation), link: invocation["link"] ?? ""))
        case .smtp: return .smtp(try mail(invocation, tenant))
        }
    }

    private static func mail(_ invocation: Invocation, _ tenant: Tenant) throws -> SMTPSettings {
        guard let privacy = OutgoingMail.Privacy(rawValue: invocation["privacy"] ?? "starttls") else {
            throw Misuse("--privacy takes starttls, tls or none")
        }
        guard let port = UInt16(invocation["port"] ?? (privacy == .tls ? "465" : "587")), port > 0 else {
            throw Misuse("--port takes 1 to 65535")
        }
        guard let from = EmailAddress(try needed("from", invocation)) else {
            throw Misuse("--from takes an address such as wifi@example.org")
        }
        let bounces = invocation["bounces"].map { EmailAddress($0) }
        if case .some(.none) = bounces { throw Misuse("--bounces takes an address such as bounces@example.org") }
        let pin = invocation["certificate"].map { CertificateFingerprint($0) }
        if case .some(.none) = pin { throw Misuse("--certificate takes 64 hexadecimal digits") }
        let user = try invocation["username"].map {
            OutgoingMail.Credentials(user: $0, password: try secret("the password"))
        }
        guard privacy != .none || user == nil else { throw Misuse("a password needs --privacy starttls or tls") }
        return SMTPSettings(
            host: try needed("host", invocation), port: port, privacy: privacy, credentials: user, from: from,
            name: try invocation.optionalLine("from-name", maximum: 60) ?? tenant.name,
            bounces: bounces ?? nil, trust: (pin ?? nil).map { .pinned($0) } ?? .system)
    }

    private static func needed(_ option: String, _ invocation: Invocation) throws(Misuse) -> String {
        guard let value = invocation[option], !value.isEmpty else {
            throw Misuse("--\(option) is needed for this kind")
        }
        return value
    }

    private static func web(_ text: String) throws(Misuse) -> String {
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), !text.contains("?"), !text.hasSuffix("/") else {
            throw Misuse("--address takes a URL such as https://api.example.org, without a slash at its end")
        }
        return text
    }

    private static func sender(_ invocation: Invocation) throws(Misuse) -> String {
        let from = invocation["from"] ?? ""
        guard from.utf8.count <= 15, from.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            throw Misuse("--from has up to 11 letters, digits and signs, or is a number")
        }
        return from
    }

    private static func secret(_ what: String) throws(Misuse) -> Secret {
        guard let text = readLine(), !text.isEmpty else { throw Misuse("give \(what) as a line on standard input") }
        return Secret(text)
    }

    // MARK: Looking and removing

    private static func list(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let keys = MessageKeys(desk.install.masterKey)
        let accounts = try desk.install.store.read(.tenant(desk.tenant.id)) {
            try $0.senderAccounts(of: desk.tenant.id)
        }
        Console.show("position\tname\tkind\treports\ttrouble")
        for account in accounts { Console.show(line(account, desk, keys)) }
    }

    private static func remove(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let (tenant, name) = (desk.tenant.id, invocation.operand("NAME"))
        let accounts = try desk.install.store.read(.tenant(tenant)) { try $0.senderAccounts(of: tenant) }
        guard let account = accounts.first(where: { $0.name == name }) else {
            throw Misuse("NAME is one that `lango messages account list` lists")
        }
        try desk.install.store.writeNow(.tenant(tenant)) { try $0.remove(account.id, of: tenant) }
        Console.show("\(name) is removed")
    }

    private static func line(_ account: SenderAccount, _ desk: VoucherDesk, _ keys: MessageKeys) -> String {
        // Kannel is told the address with each message, and mail has no reports.
        let reports =
            account.kind == .africasTalking ? "\(desk.install.publicURL)/in/m/\(keys.token(of: account.id))" : ""
        let trouble = account.trouble.map { reason in
            reason.rawValue + (account.troubleAt.map { " since \(desk.time($0))" } ?? "")
        }
        return "\(account.position)\t\(account.name)\t\(account.kind.rawValue)\t\(reports)\t\(trouble ?? "")"
    }
}
