import Values

/// A subscriber who is connected by PPPoE: a row of `/ppp/active` and an interface of its own.
struct PPPSession: Hashable, Sendable {
    let id: UInt32
    /// The row of `/interface`, named `<pppoe-NAME>`; it counts the bytes, `/ppp/active` has none (FACTS 7).
    let device: UInt32
    let user: String
    let caller: MACAddress
    let address: IPv4Address
    let since: Instant
    let comment: String
    let terms: PPPTerms
    /// What the subscriber has sent and received.
    var up: Int64 = 0
    var down: Int64 = 0
    var lastTraffic: Instant

    /// When time alone ends it, and why; nil where it does not.
    var end: (at: Instant, reason: String)? {
        let ends = [
            terms.session.map { (since + $0, "session-timeout") },
            terms.idle.map { (lastTraffic + $0, "idle-timeout") },
        ]
        return ends.compactMap(\.self).min { $0.0 < $1.0 }.map { (at: $0.0, reason: $0.1) }
    }
}

/// What holds for a session from its beginning on: of the secret and its profile as they were then.
struct PPPTerms: Hashable, Sendable {
    let rate: String
    let parentQueue: String
    let addressLists: [String]
    let session: Span?
    let idle: Span?
    /// What the subscriber may send, and receive; nil without limit.
    let limitIn: Int64?
    let limitOut: Int64?

    init(secret: [String: String], profile: [String: String]) {
        rate = profile["rate-limit"] ?? ""
        parentQueue = profile["parent-queue"] ?? ""
        addressLists = (profile["address-list"] ?? "").split(separator: ",").map(String.init)
        func span(_ name: String) -> Span? {
            profile[name].flatMap { RouterDuration.read($0) }.flatMap { $0 > .zero ? $0 : nil }
        }
        func limit(_ name: String) -> Int64? { secret[name].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil } }
        (session, idle) = (span("session-timeout"), span("idle-timeout"))
        (limitIn, limitOut) = (limit("limit-bytes-in"), limit("limit-bytes-out"))
    }
}

/// Why a subscriber is not let in.
package enum PPPRefusal: Error, Hashable, Sendable {
    case unknownUser, wrongPassword, disabled, noServer, noAddress, alreadyConnected
    /// The secret belongs to another modem.
    case wrongCaller
    /// The server takes no further session.
    case full
}
