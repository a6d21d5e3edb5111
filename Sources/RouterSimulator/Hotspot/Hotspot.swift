package import Values

/// What the hotspot knows besides its configuration: devices, sessions, cookies and counters.
struct Hotspot: Sendable {
    /// Devices on the network by hardware address, whether the hotspot has seen them or not.
    var phones: [MACAddress: Phone] = [:]
    /// Devices that the hotspot has seen, oldest first.
    var hosts: [Host] = []
    var sessions: [Session] = []
    var cookies: [Cookie] = []
    /// Lifetime counters by row of `/ip/hotspot/user`; they grow when a session ends.
    var totals: [UInt32: Usage] = [:]
    /// The counters as they were saved last.
    var savedTotals: [UInt32: Usage] = [:]
    var savedAt: Instant = 0
    /// The present hardware address of phones that have changed theirs, by number.
    var changedMACs: [UInt32: MACAddress] = [:]
    /// Since when devices that went away are gone.
    var goneSince: [MACAddress: Instant] = [:]
    /// How long each device has been on trial.
    var trials: [MACAddress: Trial] = [:]
    /// The number of the next host, session or cookie row.
    var nextID: UInt32 = 1

    mutating func newID() -> UInt32 {
        defer { nextID += 1 }
        return nextID
    }

    /// Numbers from the beginning, as after a restart, behind the rows that outlast one.
    mutating func startNumbers() { nextID = (cookies.map(\.id).max() ?? 0) + 1 }
}

/// A device on the network, with its lease.
package struct Phone: Hashable, Sendable {
    package let mac: MACAddress
    package let address: IPv4Address
    /// Whether it answers the router's ARP requests.
    package var isPresent = true
}

/// Time and traffic; `in` is what the router received from the device.
package struct Usage: Hashable, Sendable {
    package var uptime = Span.zero
    package var bytesIn: Int64 = 0
    package var bytesOut: Int64 = 0
    package var packetsIn: Int64 = 0
    package var packetsOut: Int64 = 0

    static func + (left: Usage, right: Usage) -> Usage {
        Usage(
            uptime: left.uptime + right.uptime, bytesIn: left.bytesIn + right.bytesIn,
            bytesOut: left.bytesOut + right.bytesOut, packetsIn: left.packetsIn + right.packetsIn,
            packetsOut: left.packetsOut + right.packetsOut)
    }

    /// Counts traffic, in packets of at most a thousand bytes.
    mutating func count(up: Int64, down: Int64) {
        bytesIn += up
        bytesOut += down
        packetsIn += (up + 999) / 1_000
        packetsOut += (down + 999) / 1_000
    }
}

/// A row of `/ip/hotspot/host`.
struct Host: Sendable {
    let id: UInt32
    let mac: MACAddress
    let address: IPv4Address
    let server: String
    let since: Instant
    var lastTraffic: Instant
    var usage = Usage()
    /// The open CHAP question of the login page.
    var challenge: Challenge?
}

/// What the login page asked; the answer is MD5(id ‖ password ‖ challenge).
struct Challenge: Hashable, Sendable {
    let id: UInt8
    let bytes: [UInt8]
    /// When the page was shown last; an hour later the question is forgotten.
    var shownAt: Instant

    static let lifetime = Span.hours(1)
}

/// How a session came in; the words of the `login-by` column.
enum LoginMethod: String, Sendable {
    case httpCHAP = "http-chap"
    case httpPAP = "http-pap"
    case cookie
    case mac
    case macCookie = "mac-cookie"
    case trial
    /// By `/ip/hotspot/active/login`; what a router writes there was never captured.
    case admin
}

/// A row of `/ip/hotspot/active`.
struct Session: Sendable {
    let id: UInt32
    let user: String
    /// The row of the user; nil for a trial.
    let userID: UInt32?
    let mac: MACAddress
    let address: IPv4Address
    let server: String
    let domain: String
    let method: LoginMethod
    let since: Instant
    let limits: Limits
    var lastTraffic: Instant
    var usage = Usage()
    /// The number at the end of the queue's name; the first session of a user has none.
    let queueNumber: Int

    /// What is left to a session, fixed when it begins.
    struct Limits: Hashable, Sendable {
        var time: Span?
        var bytesIn: Int64?
        var bytesOut: Int64?
        var bytesTotal: Int64?
        var idle: Span?
        var keepalive: Span?
        /// The profile's `rate-limit` as written.
        var rate = ""
    }

    /// When the time is up.
    var endsAt: Instant? { limits.time.map { since + $0 } }
}

/// A row of `/ip/hotspot/cookie`.
struct Cookie: Sendable {
    let id: UInt32
    let user: String
    let mac: MACAddress
    let domain: String
    let isMAC: Bool
    /// What the browser holds; empty for a MAC cookie.
    let value: String
    var expires: Instant
}

/// How much of the free trial a device has used.
struct Trial: Sendable {
    var used = Span.zero
    /// When the trial may begin anew.
    var resetsAt: Instant
}
