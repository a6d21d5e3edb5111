import Arguments
import HTTPClient
import MobileMoney
import Payments
import Provisioning
import SQL
import Telemetry
import Tenancy
import Values

extension PaymentKeeper {
    /// The worker of a running gateway.
    convenience init(_ install: Install, log: Log, tells provisioner: Provisioner) {
        let rails = PaymentRails(install.masterKey, client: HTTPClient(), now: SystemClock.now)
        self.init(
            store: install.store, masterKey: install.masterKey, log: log, publicURL: install.publicURL,
            now: SystemClock.now, nudgeRouter: { provisioner.nudge($0) }, rail: { try rails.rail(of: $0) })
    }
}

/// Commands for a tenant's accounts with payment providers.
enum PaymentAccountCommands {
    private static let common: [Command.Option] =
        [.value("tenant", "SLUG", "the tenant", isRequired: true)] + OperationCommands.common

    static let all: [Command] = [
        Command(
            "payments add-account",
            "Adds a paybill or till of M-PESA; consumer secret and passkey are two lines on standard input.",
            operands: ["NUMBER"],
            options: [
                .value("consumer-key", "KEY", "of the app at Daraja", isRequired: true),
                .value("kind", "KIND", "paybill or till [paybill]"),
                .value("store", "NUMBER", "till: the store or head office number of its going live"),
                .value("prefix", "TEXT", "what references begin with where several tenants share the paybill"),
                .value("address", "URL", "of the interface [\(DarajaSettings.production)]"),
                .flag("pull", "the provider's list of payments is read every quarter of an hour"),
            ] + common
        ) { try add($0) },
        Command(
            "payments ask",
            "Asks a phone for money into its wallet; the running gateway does it. The least amount tries an account.",
            operands: ["PHONE"],
            options: [.value("amount", "MONEY", "how much [1]")] + common
        ) { try ask($0) },
        Command(
            "payments accounts", "Lists the accounts with the addresses that are registered for them.", options: common
        ) { try list($0) },
    ]

    private static func add(_ invocation: Invocation) throws {
        guard let kind = RailAccount.Kind(rawValue: invocation["kind"] ?? "paybill") else {
            throw Misuse("--kind takes paybill or till")
        }
        guard let code = ShortCode(invocation.operand("NUMBER")) else { throw Misuse("NUMBER has 5 to 7 digits") }
        let store = invocation["store"] ?? ""
        guard kind == .paybill ? store.isEmpty : ShortCode(store) != nil else {
            throw Misuse("a till has a --store number of 5 to 7 digits, a paybill none")
        }
        let prefix = (invocation["prefix"] ?? "").uppercased()
        guard prefix.utf8.count <= 4, prefix.isEmpty || AccountReference(prefix) != nil, !prefix.contains("-") else {
            throw Misuse("--prefix has at most 4 letters and digits")
        }
        guard let secret = readLine(), let passkey = readLine(), !secret.isEmpty, !passkey.isEmpty else {
            throw Misuse("give consumer secret and passkey as two lines on standard input")
        }
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let (id, now) = (ID<RailAccount>(at: SystemClock.now()), SystemClock.now())
        let credentials = RailCredentials(
            address: invocation["address"] ?? DarajaSettings.production,
            consumerKey: invocation.required("consumer-key"), consumerSecret: Secret(secret), passkey: Secret(passkey))
        let rails = PaymentRails(desk.install.masterKey, client: HTTPClient(), now: SystemClock.now)
        let account = RailAccount(
            id: id, tenant: desk.tenant.id, rail: .mpesa, kind: kind, shortCode: code.text, storeNumber: store,
            prefix: prefix, currency: .kes, credentialsSealed: rails.seal(credentials, for: id))
        let keys = PaymentKeys(desk.install.masterKey)
        let (road, pulls) = (keys.hash(keys.token(of: id)), invocation.has("pull"))
        try desk.install.store.writeNow(.tenant(desk.tenant.id)) {
            try $0.insert(account, road: road, pulls: pulls, at: now)
        }
        Console.show(line(account, desk, keys))
    }

    private static func ask(_ invocation: Invocation) throws {
        let phone = try PaymentCommands.phone(invocation.operand("PHONE"))
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        guard let amount = Money(invocation["amount"] ?? "1", in: desk.tenant.currency) else {
            throw Misuse("--amount takes a number such as 50")
        }
        let order = PaymentOrder(
            tenant: desk.tenant.id, wish: .topUp(amount), phone: phone, now: SystemClock.now())
        let keys = PaymentKeys(desk.install.masterKey)
        let payment = try desk.install.store.writeNow(.tenant(order.tenant)) { try $0.begin(order, keys: keys) }
        Console.show("payment \(payment.code)")
    }

    private static func list(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let keys = PaymentKeys(desk.install.masterKey)
        let accounts = try desk.install.store.read(.tenant(desk.tenant.id)) {
            try $0.railAccounts(of: desk.tenant.id)
        }
        Console.show("rail\tkind\tnumber\tprefix\tconfirmation\tvalidation")
        for account in accounts { Console.show(line(account, desk, keys)) }
    }

    private static func line(_ account: RailAccount, _ desk: VoucherDesk, _ keys: PaymentKeys) -> String {
        let road = "\(desk.install.publicURL)/in/c/\(keys.token(of: account.id))"
        return "\(account.rail.rawValue)\t\(account.kind.rawValue)\t\(account.shortCode)\t\(account.prefix)\t"
            + "\(road)/confirm\t\(road)/validate"
    }
}
