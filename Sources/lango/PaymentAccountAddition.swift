import Arguments
import Crypto
import Files
import HTTPClient
import MobileMoney
import Payments
import Provisioning
import SQL
import Tenancy
import Values

/// The command that gives a tenant an account with a payment provider or a bank.
enum PaymentAccountAddition {
    static let command = Command(
        "payments add-account",
        """
        Adds an account; its secrets are lines on standard input: mpesa takes consumer secret and passkey, momo takes \
        subscription key and API key, jenga takes the password of its messages.
        """,
        operands: ["NUMBER"],
        options: [
            .value("rail", "RAIL", "mpesa, momo, kcb, jenga, or bank of which only statements are known [mpesa]"),
            .value("consumer-key", "KEY", "mpesa: of the app at Daraja"),
            .value("kind", "KIND", "mpesa: paybill or till [paybill]"),
            .value("store", "NUMBER", "till: the number of its going live; kcb, jenga: another number of the account"),
            .value("prefix", "TEXT", "what references begin with where several tenants share the paybill"),
            .value("address", "URL", "of the provider's interface [its production]"),
            .flag("pull", "mpesa: the provider's list of payments is read every quarter of an hour"),
            .value("api-user", "UUID", "momo: the user of the interface"),
            .value("public-key", "FILE", "kcb: the bank's key for its signatures, as PEM"),
            .value("user", "NAME", "jenga: the name in its messages"),
            .value("currency", "CODE", "kcb, jenga, bank: of the account [the tenant's]"),
        ] + PaymentAccountCommands.common
    ) { invocation in
        do { try await add(invocation) } catch let refusal as AccountRefusal { throw told(refusal) }
    }

    /// What was wrong, as something to change on the command line.
    private static func told(_ refusal: AccountRefusal) -> Misuse {
        switch refusal {
        case .numberUnfit: Misuse("NUMBER has 5 to 7 digits")
        case .storeUnfit: Misuse("a till has a --store number of 5 to 7 digits, a paybill none")
        case .prefixUnfit: Misuse("--prefix has at most 4 letters and digits")
        case .prefixTaken:
            Misuse(
                "--prefix: its references and those of an account that shares this number could be taken for each other; "
                    + "choose a prefix with another beginning")
        case .secretsUnfit: Misuse("--consumer-key, consumer secret and passkey are printable and without spaces")
        case .known: Misuse("NUMBER is an account of this tenant already; see `lango payments accounts`")
        case .initiatorUnfit: Misuse("the initiator's name and password must not be empty")
        }
    }

    /// An account beside M-PESA's as it was asked for, without its secrets.
    private struct Wanted {
        let kind: RailAccount.Kind
        let number: String
        let store: String
        let currency: Currency?
    }

    private static func add(_ invocation: Invocation) async throws {
        guard let rail = Rail(rawValue: invocation["rail"] ?? "mpesa") else {
            throw Misuse("--rail takes \(Rail.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let order = rail == .mpesa ? try mpesa(invocation) : nil
        let wanted = rail == .mpesa ? nil : try wanted(rail, invocation)
        let seal = rail == .mpesa ? nil : try sealing(rail, invocation)
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let (accounts, id) = (AccountDesk(desk.install), ID<RailAccount>(at: SystemClock.now()))
        let rails = PaymentRails(desk.install.masterKey, client: HTTPClient(), now: SystemClock.now)
        let account: RailAccount
        if let order {
            account = accounts.account(order, of: desk.tenant.id)
        } else if let wanted, let seal {
            account = RailAccount(
                id: id, tenant: desk.tenant.id, rail: rail, kind: wanted.kind, shortCode: wanted.number,
                storeNumber: wanted.store, prefix: "", currency: wanted.currency ?? desk.tenant.currency,
                credentialsSealed: seal(rails, id))
        } else {
            return
        }
        // What cannot be opened is told now, not by the first payment.
        _ = try rails.rail(of: account)
        try await accounts.keep(account, pulls: invocation.has("pull"))
        Console.show(PaymentAccountCommands.line(account, desk, PaymentKeys(desk.install.masterKey)))
    }

    private static func wanted(_ rail: Rail, _ invocation: Invocation) throws -> Wanted {
        let (number, store) = (invocation.operand("NUMBER"), invocation["store"] ?? "")
        let currency = invocation["currency"].flatMap { Currency(code: $0.uppercased()) }
        guard currency != nil || invocation["currency"] == nil else {
            throw Misuse("--currency takes a code such as KES")
        }
        switch rail {
        case .momo:
            guard let market = MomoMarket(named: number) else {
                throw Misuse("NUMBER is the market's name: \(MomoMarket.names.joined(separator: ", "))")
            }
            return Wanted(kind: .account, number: market.name, store: "", currency: market.currency)
        case .mpesa, .kcb, .jenga, .bank:
            let isFit = { (text: String) in
                (4...34).contains(text.utf8.count) && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            }
            guard isFit(number), store.isEmpty || isFit(store) else {
                throw Misuse("NUMBER and --store have 4 to 34 letters and digits, without spaces")
            }
            return Wanted(kind: .account, number: number, store: store, currency: currency)
        }
    }

    private static func mpesa(_ invocation: Invocation) throws -> MpesaOrder {
        guard let kind = RailAccount.Kind(rawValue: invocation["kind"] ?? "paybill"), kind != .account else {
            throw Misuse("--kind takes paybill or till")
        }
        let key = try option("consumer-key", invocation)
        let lines = try lines(2, "consumer secret and passkey as two lines")
        return try MpesaOrder(
            kind: kind, number: invocation.operand("NUMBER"), store: invocation["store"] ?? "",
            prefix: invocation["prefix"] ?? "",
            credentials: RailCredentials(
                address: invocation["address"] ?? DarajaSettings.production, consumerKey: key, consumerSecret: lines[0],
                passkey: lines[1]))
    }

    // MARK: Secrets

    private typealias Sealing = (PaymentRails, ID<RailAccount>) -> [UInt8]

    /// Reads what the account needs to be spoken for, to be sealed once there is an account.
    private static func sealing(_ rail: Rail, _ invocation: Invocation) throws -> Sealing {
        switch rail {
        case .momo:
            let user = try option("api-user", invocation)
            let lines = try lines(2, "subscription key and API key as two lines")
            let usual = invocation.operand("NUMBER") == "sandbox" ? MomoSettings.sandbox : MomoSettings.production
            return sealing([
                .address: Secret(invocation["address"] ?? usual), .apiUser: Secret(user), .subscriptionKey: lines[0],
                .apiKey: lines[1],
            ])
        case .kcb:
            let path = try option("public-key", invocation)
            let pem = try Files.text(of: path)
            guard RSAPublicKey(pem: pem) != nil else { throw Misuse("\(path) holds no RSA key or certificate as PEM") }
            return sealing([.publicKey: Secret(pem)])
        case .jenga:
            let user = try option("user", invocation)
            return sealing([.user: Secret(user), .password: try lines(1, "the password as a line")[0]])
        case .mpesa, .bank: return sealing([:])
        }
    }

    private static func sealing(_ secrets: [RailSecrets.Name: Secret]) -> Sealing {
        { $0.seal(RailSecrets(secrets), for: $1) }
    }

    private static func option(_ name: String, _ invocation: Invocation) throws -> String {
        guard let value = invocation[name], !value.isEmpty else { throw Misuse("--\(name) is wanted for this rail") }
        return value
    }

    private static func lines(_ count: Int, _ words: String) throws -> [Secret] {
        let lines = (0..<count).compactMap { _ in readLine() }.filter { !$0.isEmpty }
        guard lines.count == count else { throw Misuse("give \(words) on standard input") }
        return lines.map { Secret($0) }
    }
}
