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

    package init(address: String, consumerKey: String, consumerSecret: Secret, passkey: Secret) {
        self.address = address
        self.consumerKey = consumerKey
        self.consumerSecret = consumerSecret
        self.passkey = passkey
    }

    fileprivate var bytes: [UInt8] {
        JSON.object([
            "address": .string(address), "consumerKey": .string(consumerKey),
            "consumerSecret": .string(consumerSecret.revealed), "passkey": .string(passkey.revealed),
        ]).serialized()
    }

    fileprivate init?(_ bytes: [UInt8]) {
        // What does not parse is no credentials; the caller tells it.
        guard let json = try? JSON(parsing: bytes), let address = json["address"]?.text,
            let key = json["consumerKey"]?.text, let secret = json["consumerSecret"]?.text,
            let passkey = json["passkey"]?.text
        else { return nil }
        self.init(address: address, consumerKey: key, consumerSecret: Secret(secret), passkey: Secret(passkey))
    }
}

/// The ways to providers: one for each account, kept while its credentials stay the same, so that its token is shared.
package final class PaymentRails: Sendable {
    /// An account whose credentials or number make no rail.
    package struct Unusable: Error, CustomStringConvertible {
        package let description = "The account's credentials cannot be read, or its number is none; add it anew."
    }

    private let keys: PaymentKeys
    private let transport: RailTransport
    private let open = Mutex<[ID<RailAccount>: (account: RailAccount, rail: Daraja)]>([:])

    package init(_ master: SecretKey, client: HTTPClient, now: @escaping @Sendable () -> Instant) {
        keys = PaymentKeys(master)
        transport = RailTransport(client, now: now)
    }

    package func seal(_ credentials: RailCredentials, for account: ID<RailAccount>) -> [UInt8] {
        keys.seal(credentials.bytes, for: account)
    }

    /// The way to the provider of an account.
    ///
    /// - Throws: `SealBroken` under another install's key, `Unusable`.
    package func rail(of account: RailAccount) throws -> any PaymentRail {
        if let kept = open.withLock({ $0[account.id] }), kept.account == account { return kept.rail }
        guard account.rail == .mpesa,
            let credentials = RailCredentials(try keys.open(account.credentialsSealed, for: account.id)),
            let business = account.business
        else { throw Unusable() }
        let settings = DarajaSettings(
            address: credentials.address, consumerKey: credentials.consumerKey,
            consumerSecret: credentials.consumerSecret, business: business, passkey: credentials.passkey)
        let rail = Daraja(settings, over: transport)
        open.withLock { $0[account.id] = (account, rail) }
        return rail
    }
}

extension RailAccount {
    fileprivate var business: DarajaSettings.Business? {
        guard let code = ShortCode(shortCode) else { return nil }
        switch kind {
        case .paybill: return .paybill(code)
        case .till: return ShortCode(storeNumber).map { .till(code, store: $0) }
        }
    }
}
