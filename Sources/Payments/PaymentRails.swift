package import Crypto
package import HTTPClient
import JSON
package import MobileMoney
import Synchronization
package import Values

/// What a rail needs to speak for an account.
package struct RailCredentials: Sendable {
    /// Scheme, host and port of the provider's interface.
    package let address: String
    package let consumerKey: String
    package let consumerSecret: Secret
    package let passkey: Secret
    /// Who may order that money goes back; nil while nobody was named.
    package var initiator: DarajaSettings.Initiator?

    package init(address: String, consumerKey: String, consumerSecret: Secret, passkey: Secret) {
        self.address = address
        self.consumerKey = consumerKey
        self.consumerSecret = consumerSecret
        self.passkey = passkey
    }

    fileprivate var bytes: [UInt8] {
        var members: JSONObject = [
            "address": .string(address), "consumerKey": .string(consumerKey),
            "consumerSecret": .string(consumerSecret.revealed), "passkey": .string(passkey.revealed),
        ]
        if let initiator {
            members["initiator"] = .string(initiator.name)
            members["initiatorPassword"] = .string(initiator.password.revealed)
            members["certificate"] = .string(initiator.certificate)
        }
        return JSON.object(members).serialized()
    }

    fileprivate init?(_ bytes: [UInt8]) {
        // What does not parse is no credentials; the caller tells it.
        guard let json = try? JSON(parsing: bytes), let address = json["address"]?.text,
            let key = json["consumerKey"]?.text, let secret = json["consumerSecret"]?.text,
            let passkey = json["passkey"]?.text
        else { return nil }
        self.init(address: address, consumerKey: key, consumerSecret: Secret(secret), passkey: Secret(passkey))
        if let name = json["initiator"]?.text, let password = json["initiatorPassword"]?.text,
            let certificate = json["certificate"]?.text
        {
            initiator = DarajaSettings.Initiator(name: name, password: Secret(password), certificate: certificate)
        }
    }
}

/// What accounts beside M-PESA's have: named texts, all of them sealed.
package struct RailSecrets: Sendable {
    package enum Name: String, Sendable, CaseIterable {
        case address, subscriptionKey, apiUser, apiKey, publicKey, user, password
        case payoutKey, payoutUser, payoutApiKey
    }

    private var texts: [Name: Secret]

    package init(_ texts: [Name: Secret]) { self.texts = texts }

    fileprivate subscript(_ name: Name) -> Secret? {
        get { texts[name] }
        set { texts[name] = newValue }
    }

    fileprivate var bytes: [UInt8] {
        let members = texts.map { JSONObject.Member(key: $0.key.rawValue, value: .string($0.value.revealed)) }
        return JSON.object(JSONObject(members)).serialized()
    }

    fileprivate init?(_ bytes: [UInt8]) {
        // What does not parse is no credentials; the caller tells it.
        guard let json = try? JSON(parsing: bytes), json.object != nil else { return nil }
        texts = [:]
        for name in Name.allCases { texts[name] = json[name.rawValue]?.text.map { Secret($0) } }
    }
}

extension RailSecrets {
    fileprivate var payouts: MomoSettings.Access? {
        guard let key = self[.payoutKey], let user = self[.payoutUser], let apiKey = self[.payoutApiKey] else {
            return nil
        }
        return MomoSettings.Access(subscriptionKey: key, user: user.revealed, apiKey: apiKey)
    }
}

/// The ways to providers: one for each account, kept while its credentials stay the same.
///
/// Accounts of one app share its token and its rate.
package final class PaymentRails: Sendable {
    /// An account whose credentials or number make no rail.
    package struct Unusable: Error, CustomStringConvertible {
        package let description = "The account's credentials cannot be read, or its number is none; add it anew."

        package init() {}
    }

    private let keys: PaymentKeys
    private let transport: RailTransport
    private let open = Mutex<[ID<RailAccount>: (account: RailAccount, rail: any PaymentRail)]>([:])

    /// Each app of a provider is asked at most `rate` times a second.
    package init(
        _ master: SecretKey, client: HTTPClient, rate: Int64 = 5, now: @escaping @Sendable () -> Instant
    ) {
        keys = PaymentKeys(master)
        transport = RailTransport(client, rate: rate, now: now)
    }

    package func seal(_ credentials: RailCredentials, for account: ID<RailAccount>) -> [UInt8] {
        keys.seal(credentials.bytes, for: account)
    }

    package func seal(_ secrets: RailSecrets, for account: ID<RailAccount>) -> [UInt8] {
        keys.seal(secrets.bytes, for: account)
    }

    /// The credentials of an account with M-PESA, with somebody who may order that money goes back.
    ///
    /// - Throws: `SealBroken` under another install's key, `Unusable`.
    package func sealed(_ initiator: DarajaSettings.Initiator, for account: RailAccount) throws -> [UInt8] {
        let bytes = try keys.open(account.credentialsSealed, for: account.id)
        guard account.rail == .mpesa, var credentials = RailCredentials(bytes) else { throw Unusable() }
        credentials.initiator = initiator
        return seal(credentials, for: account.id)
    }

    /// The secrets of an account with MTN, with what its product Disbursements needs.
    ///
    /// - Throws: `SealBroken` under another install's key, `Unusable`.
    package func sealed(_ payouts: MomoSettings.Access, for account: RailAccount) throws -> [UInt8] {
        let bytes = try keys.open(account.credentialsSealed, for: account.id)
        guard account.rail == .momo, var secrets = RailSecrets(bytes) else { throw Unusable() }
        secrets[.payoutKey] = payouts.subscriptionKey
        secrets[.payoutUser] = Secret(payouts.user)
        secrets[.payoutApiKey] = payouts.apiKey
        return seal(secrets, for: account.id)
    }

    /// The way to the provider of an account.
    ///
    /// - Throws: `SealBroken` under another install's key, `Unusable`.
    package func rail(of account: RailAccount) throws -> any PaymentRail {
        if let kept = open.withLock({ $0[account.id] }), kept.account == account { return kept.rail }
        let bytes = try keys.open(account.credentialsSealed, for: account.id)
        let made = account.rail == .mpesa ? daraja(account, bytes) : RailSecrets(bytes).flatMap { other(account, $0) }
        guard let rail = made else { throw Unusable() }
        open.withLock { $0[account.id] = (account, rail) }
        return rail
    }

    private func daraja(_ account: RailAccount, _ bytes: [UInt8]) -> (any PaymentRail)? {
        guard let credentials = RailCredentials(bytes), let business = account.business else { return nil }
        let settings = DarajaSettings(
            address: credentials.address, consumerKey: credentials.consumerKey,
            consumerSecret: credentials.consumerSecret, business: business, passkey: credentials.passkey,
            initiator: credentials.initiator)
        return Daraja(settings, over: transport)
    }

    private func other(_ account: RailAccount, _ secrets: RailSecrets) -> (any PaymentRail)? {
        switch account.rail {
        case .mpesa: return nil
        case .momo:
            guard let address = secrets[.address], let key = secrets[.subscriptionKey], let user = secrets[.apiUser],
                let apiKey = secrets[.apiKey]
            else { return nil }
            let settings = MomoSettings(
                address: address.revealed, subscriptionKey: key, apiUser: user.revealed, apiKey: apiKey,
                environment: account.shortCode, currency: account.currency, payouts: secrets.payouts)
            return Momo(settings, over: transport)
        case .kcb:
            guard let key = secrets[.publicKey].flatMap({ RSAPublicKey(pem: $0.revealed) }) else { return nil }
            return BankRail(.kcb, .signature(key))
        case .jenga:
            guard let user = secrets[.user], let password = secrets[.password] else { return nil }
            return BankRail(.jenga, .basic(user: user.revealed, password: password))
        case .bank: return BankRail(.bank, .none)
        }
    }
}

extension RailAccount {
    fileprivate var business: DarajaSettings.Business? {
        guard let code = ShortCode(shortCode) else { return nil }
        switch kind {
        case .paybill: return .paybill(code)
        case .till: return ShortCode(storeNumber).map { .till(code, store: $0) }
        case .account: return nil
        }
    }
}
