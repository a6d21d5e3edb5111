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
    /// The profile's `rate-limit`.
    let rate: String
}

/// Why a subscriber is not let in.
package enum PPPRefusal: Error, Hashable, Sendable {
    case unknownUser, wrongPassword, disabled, noServer, noAddress, alreadyConnected
}
