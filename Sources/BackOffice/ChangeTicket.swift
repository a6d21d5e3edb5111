import Crypto
import JSON
import RouterChanges
import Tenancy
import Values

/// What a preview hands on to its confirmation: the order, the mark of what was read, and the key the change will have.
///
/// It is sealed, since an order may hold a password, and bound to session and router; the key makes a form that is sent
/// twice one change.
struct ChangeTicket: Sendable {
    let order: ChangeOrder
    let fingerprint: String
    let id: ID<RouterChange>
    /// The first instant at which it is no longer good.
    let expires: Instant

    static let lifetime = Span.minutes(30)

    /// The ticket as text for a hidden field.
    func text(key: SecretKey, router: ID<Router>, session: [UInt8]) -> String {
        let json: JSON = [
            "order": order.json, "mark": .string(fingerprint), "id": .string(id.description),
            "expires": .number(expires.milliseconds),
        ]
        return Base64URL.encode(
            Seal.seal(json.serialized(), key: key, boundTo: Self.context(router, session)))
    }

    init(_ plan: ChangePlan, at now: Instant) {
        order = plan.order
        fingerprint = plan.fingerprint
        id = ID(at: now)
        expires = now + Self.lifetime
    }

    /// Nil for a ticket of another session or router, one that is too old, and anything else.
    init?(_ text: String, key: SecretKey, router: ID<Router>, session: [UInt8], at now: Instant) {
        guard text.utf8.count <= 200_000, let sealed = Base64URL.decode(text),
            let bytes = try? Seal.open(sealed, key: key, boundTo: Self.context(router, session)),
            let json = try? JSON(parsing: bytes), let order = json["order"].flatMap({ ChangeOrder($0) }),
            let mark = json["mark"]?.text, let id = json["id"]?.text.flatMap({ ID<RouterChange>($0) }),
            let expires = json["expires"]?.integer, now < Instant(milliseconds: expires)
        else { return nil }
        self.order = order
        fingerprint = mark
        self.id = id
        self.expires = Instant(milliseconds: expires)
    }

    private static func context(_ router: ID<Router>, _ session: [UInt8]) -> [UInt8] {
        Array(router.description.utf8) + session
    }
}
