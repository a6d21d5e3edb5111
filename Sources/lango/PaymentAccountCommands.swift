import Arguments
import Crypto
import Files
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
        var pace = Pace()
        pace.noticeDays = install.settings.noticeDays
        let rails = PaymentRails(
            install.masterKey, client: HTTPClient(), rate: install.settings.providerRate, now: SystemClock.now)
        self.init(
            store: install.store, masterKey: install.masterKey, log: log, pace: pace, publicURL: install.publicURL,
            now: SystemClock.now, nudgeRouter: { provisioner.nudge($0) }, rail: { try rails.rail(of: $0) })
    }
}

extension AccountDesk {
    /// The desk of an install, for its gateway and for commands alike.
    init(_ install: Install) {
        let rails = PaymentRails(
            install.masterKey, client: HTTPClient(), rate: install.settings.providerRate, now: SystemClock.now)
        self.init(
            store: install.store, masterKey: install.masterKey, rails: rails, publicURL: install.publicURL,
            now: SystemClock.now)
    }
}

/// Commands for a tenant's accounts with payment providers.
enum PaymentAccountCommands {
    static let common: [Command.Option] =
        [.value("tenant", "SLUG", "the tenant", isRequired: true)] + OperationCommands.common

    static let all: [Command] = [
        PaymentAccountAddition.command,
        Command(
            "payments close-account",
            "Lets no new payments begin on an account; money that comes in is taken as before.", operands: ["NUMBER"],
            options: [.flag("reopen", "payments begin again")] + common
        ) { try close($0) },
        Command(
            "payments set-initiator",
            "Names who may order that money goes back on an account of M-PESA; the password is a line on standard input.",
            operands: ["NUMBER"],
            options: [
                .value("name", "NAME", "the initiator's name at M-PESA", isRequired: true),
                .value("certificate", "FILE", "M-PESA's certificate, as PEM", isRequired: true),
            ] + common
        ) { try await setInitiator($0) },
        Command(
            "payments set-payouts",
            "Lets money go back from an account with MTN, by its product Disbursements; that product's subscription key and API "
                + "key are lines on standard input.",
            operands: ["NUMBER"],
            options: [.value("api-user", "UUID", "the user of Disbursements", isRequired: true)] + common
        ) { try setPayouts($0) },
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

    private static func close(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let (tenant, opens) = (desk.tenant.id, invocation.has("reopen"))
        let accounts = try desk.install.store.read(.tenant(tenant)) { try $0.railAccounts(of: tenant) }
        guard let account = accounts.first(where: { $0.shortCode == invocation.operand("NUMBER") }) else {
            throw Misuse("NUMBER is one that `lango payments accounts` lists")
        }
        try desk.install.store.writeNow(.tenant(tenant)) { try $0.set(account.id, isOpen: opens, of: tenant) }
        Console.show("\(account.shortCode) is \(opens ? "open" : "closed")")
    }

    private static func setInitiator(_ invocation: Invocation) async throws {
        let path = invocation.required("certificate")
        let pem = try Files.text(of: path)
        guard let password = readLine(), !password.isEmpty else {
            throw Misuse("give the initiator's password on standard input")
        }
        guard RSAPublicKey(pem: pem) != nil else { throw Misuse("\(path) holds no RSA certificate as PEM") }
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let tenant = desk.tenant.id
        let accounts = try desk.install.store.read(.tenant(tenant)) { try $0.railAccounts(of: tenant) }
        guard let account = accounts.first(where: { $0.rail == .mpesa && $0.shortCode == invocation.operand("NUMBER") })
        else { throw Misuse("NUMBER is one of M-PESA's that `lango payments accounts` lists") }
        let initiator = try DarajaSettings.Initiator(
            typed: invocation.required("name"), password: Secret(password), certificate: pem)
        try await AccountDesk(desk.install).name(initiator, for: account)
        Console.show("\(account.shortCode): \(initiator.name) may give money back; M-PESA's passwords live 90 days")
    }

    private static func setPayouts(_ invocation: Invocation) throws {
        let lines = (0..<2).compactMap { _ in readLine() }.filter { !$0.isEmpty }.map { Secret($0) }
        guard lines.count == 2 else { throw Misuse("give subscription key and API key as two lines on standard input") }
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let tenant = desk.tenant.id
        let accounts = try desk.install.store.read(.tenant(tenant)) { try $0.railAccounts(of: tenant) }
        guard let account = accounts.first(where: { $0.rail == .momo && $0.shortCode == invocation.operand("NUMBER") })
        else { throw Misuse("NUMBER is one of MTN's markets that `lango payments accounts` lists") }
        let access = MomoSettings.Access(
            subscriptionKey: lines[0], user: invocation.required("api-user"), apiKey: lines[1])
        let rails = PaymentRails(desk.install.masterKey, client: HTTPClient(), now: SystemClock.now)
        let sealed = try rails.sealed(access, for: account)
        try desk.install.store.writeNow(.tenant(tenant)) { try $0.set(account.id, credentials: sealed, of: tenant) }
        Console.show("\(account.shortCode): money goes back with `payments confirm --into provider --payout`")
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
        Console.show("rail\tkind\tnumber\tprefix\tconfirmation\tvalidation\tstate")
        for account in accounts { Console.show(line(account, desk, keys)) }
    }

    static func line(_ account: RailAccount, _ desk: VoucherDesk, _ keys: PaymentKeys) -> String {
        let (base, token) = (desk.install.publicURL, keys.token(of: account.id))
        let mpesa = keys.roads(of: account.id, at: base)
        let roads =
            switch account.rail {
            case .mpesa: "\(mpesa.confirmation)\t\(mpesa.validation)"
            case .kcb, .jenga: "\(base)/in/b/\(token)\t"
            // MTN is told the address with each payment; a bank of which only statements are known tells nothing.
            case .momo, .bank: "\t"
            }
        return "\(account.rail.rawValue)\t\(account.kind.rawValue)\t\(account.shortCode)\t\(account.prefix)\t\(roads)\t"
            + (account.isOpen ? "open" : "closed")
    }
}
