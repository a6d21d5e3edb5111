package import Crypto
import HTTPClient
import JSON
package import Messaging
import Synchronization
package import Values

/// What an account needs to send.
package enum SenderCredentials: Sendable {
    case africasTalking(AfricasTalkingSettings)
    case kannel(KannelSettings)
    case smtp(SMTPSettings)

    package var kind: SenderAccount.Kind {
        switch self {
        case .africasTalking: .africasTalking
        case .kannel: .kannel
        case .smtp: .smtp
        }
    }

    fileprivate var bytes: [UInt8] {
        switch self {
        case .africasTalking(let settings):
            JSON.object([
                "address": .string(settings.address), "username": .string(settings.username),
                "key": .string(settings.key.revealed), "from": .string(settings.from),
            ]).serialized()
        case .kannel(let settings):
            JSON.object([
                "address": .string(settings.address), "username": .string(settings.username),
                "password": .string(settings.password.revealed), "from": .string(settings.from),
                "link": .string(settings.link),
            ]).serialized()
        case .smtp(let settings): Self.json(settings).serialized()
        }
    }

    private static func json(_ settings: SMTPSettings) -> JSON {
        var members: JSONObject = [
            "host": .string(settings.host), "port": .number(settings.port),
            "privacy": .string(settings.privacy.rawValue), "from": .string(settings.from.full),
            "name": .string(settings.name),
        ]
        if let credentials = settings.credentials {
            members["user"] = .string(credentials.user)
            members["password"] = .string(credentials.password.revealed)
        }
        if let bounces = settings.bounces { members["bounces"] = .string(bounces.full) }
        if case .pinned(let certificate) = settings.trust { members["certificate"] = .string(certificate.description) }
        return .object(members)
    }

    fileprivate init?(_ bytes: [UInt8], of kind: SenderAccount.Kind) {
        // What does not parse is no credentials; the caller tells it.
        guard let json = try? JSON(parsing: bytes) else { return nil }
        func text(_ name: String) -> String { json[name]?.text ?? "" }
        switch kind {
        case .africasTalking:
            self = .africasTalking(
                AfricasTalkingSettings(
                    address: text("address"), username: text("username"), key: Secret(text("key")), from: text("from")))
        case .kannel:
            self = .kannel(
                KannelSettings(
                    address: text("address"), username: text("username"), password: Secret(text("password")),
                    from: text("from"), link: text("link")))
        case .smtp:
            guard let from = EmailAddress(text("from")), let privacy = OutgoingMail.Privacy(rawValue: text("privacy")),
                let port = json["port"]?.integer.flatMap({ UInt16(exactly: $0) })
            else { return nil }
            let user = json["user"]?.text.map {
                OutgoingMail.Credentials(user: $0, password: Secret(text("password")))
            }
            self = .smtp(
                SMTPSettings(
                    host: text("host"), port: port, privacy: privacy, credentials: user, from: from, name: text("name"),
                    bounces: EmailAddress(text("bounces")),
                    trust: CertificateFingerprint(text("certificate")).map { .pinned($0) } ?? .system))
        }
    }
}

/// The ways to those who send: one for each account, kept while its credentials stay the same.
package final class MessageSenders: Sendable {
    /// An account whose credentials make no sender.
    package struct Unusable: Error, CustomStringConvertible {
        package let description = "The account's credentials cannot be read; add it anew."
    }

    private let keys: MessageKeys
    private let transport: MessageTransport
    private let mail: SMTP.Send
    private let open = Mutex<[ID<SenderAccount>: (sealed: [UInt8], sender: any MessageSender)]>([:])

    package init(_ master: SecretKey, over transport: MessageTransport, mail: @escaping SMTP.Send) {
        keys = MessageKeys(master)
        self.transport = transport
        self.mail = mail
    }

    package func seal(_ credentials: SenderCredentials, for account: ID<SenderAccount>) -> [UInt8] {
        keys.seal(credentials.bytes, for: account)
    }

    /// The way to the provider of an account.
    ///
    /// - Throws: `SealBroken` under another install's key, `Unusable`.
    package func sender(of account: SenderAccount) throws -> any MessageSender {
        if let kept = open.withLock({ $0[account.id] }), kept.sealed == account.credentialsSealed { return kept.sender }
        let bytes = try keys.open(account.credentialsSealed, for: account.id)
        guard let credentials = SenderCredentials(bytes, of: account.kind) else { throw Unusable() }
        let sender: any MessageSender =
            switch credentials {
            case .africasTalking(let settings): AfricasTalking(settings, over: transport)
            case .kannel(let settings): Kannel(settings, over: transport)
            case .smtp(let settings): SMTP(settings, over: mail)
            }
        open.withLock { $0[account.id] = (account.credentialsSealed, sender) }
        return sender
    }
}
