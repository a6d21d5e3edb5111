import HTTPServer
import MobileMoney
import Payments
import Templates
import Values

/// The form of an account with M-PESA as it was filled in, right or wrong; secrets are never written back.
struct AccountForm: Sendable {
    enum Field: String, CaseIterable, Sendable { case kind, number, store, prefix, key, interface }

    private var texts: [Field: String]
    private let secret: Secret
    private let passkey: Secret

    init() {
        texts = [.kind: RailAccount.Kind.paybill.rawValue, .interface: DarajaSettings.production]
        (secret, passkey) = (Secret(""), Secret(""))
    }

    /// An empty form of other keys, for an account that is there.
    init(changing interface: String?) {
        self.init()
        texts[.interface] = interface ?? DarajaSettings.production
    }

    init(_ form: Form) {
        texts = [:]
        for field in Field.allCases { texts[field] = Self.trimmed(form[field.rawValue]) }
        secret = Secret(Self.trimmed(form["secret"]))
        passkey = Secret(Self.trimmed(form["passkey"]))
    }

    /// Keys are pasted with what stood around them.
    private static func trimmed(_ text: String?) -> String {
        let bytes = (text ?? "").utf8.drop { $0 <= 32 }.reversed().drop { $0 <= 32 }.reversed()
        return String(decoding: bytes.prefix(300), as: UTF8.self)
    }

    subscript(_ field: Field) -> String { texts[field] ?? "" }

    /// The keys of the form, for one of the addresses that may be chosen.
    func credentials(_ interfaces: [String]) throws(AccountRefusal) -> RailCredentials {
        guard interfaces.contains(self[.interface]) else { throw .secretsUnfit }
        return RailCredentials(
            address: self[.interface], consumerKey: self[.key], consumerSecret: secret, passkey: passkey)
    }

    /// The account that is ordered.
    func order(_ interfaces: [String]) throws(AccountRefusal) -> MpesaOrder {
        guard let kind = RailAccount.Kind(rawValue: self[.kind]) else { throw .numberUnfit }
        return try MpesaOrder(
            kind: kind, number: self[.number], store: self[.store], prefix: self[.prefix],
            credentials: credentials(interfaces))
    }

    func values(_ interfaces: [String], _ desk: Desk) -> TemplateValues {
        let kinds: [RailAccount.Kind] = [.paybill, .till]
        return [
            "number": .text(self[.number]), "store": .text(self[.store]), "prefix": .text(self[.prefix]),
            "key": .text(self[.key]),
            "kinds": .list(
                kinds.map { kind in
                    [
                        "value": .text(kind.rawValue), "label": .text(desk.words("account.kind.\(kind.rawValue)")),
                        "selected": .flag(kind.rawValue == self[.kind]),
                    ]
                }),
            "interfaces": .list(
                interfaces.map { address in
                    [
                        "value": .text(address), "label": .text(Self.label(address, desk)),
                        "selected": .flag(address == self[.interface]),
                    ]
                }),
        ]
    }

    private static func label(_ address: String, _ desk: Desk) -> String {
        switch address {
        case DarajaSettings.production: desk.words("account.interface.production")
        case DarajaSettings.sandbox: desk.words("account.interface.sandbox")
        default: address
        }
    }
}
