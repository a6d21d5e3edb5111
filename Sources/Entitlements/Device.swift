package import Tenancy
package import Values

/// A phone, laptop or television that uses an entitlement, and what it has used.
package struct Device: Hashable, Sendable {
    package let entitlement: ID<Entitlement>
    package let mac: MACAddress
    /// The router behind which it was last connected.
    package let router: ID<Router>
    /// The name of its own user on the router: one user a device, so that counters and limits are exact.
    package let username: String
    package let usage: Usage

    package init(
        entitlement: ID<Entitlement>, mac: MACAddress, router: ID<Router>, username: String, usage: Usage = Usage()
    ) {
        self.entitlement = entitlement
        self.mac = mac
        self.router = router
        self.username = username
        self.usage = usage
    }

    /// The same device behind another router.
    package func behind(_ router: ID<Router>) -> Device {
        Device(entitlement: entitlement, mac: mac, router: router, username: username, usage: usage)
    }

    /// The router user's name for a device: 13 characters of the entitlement's key and the tail of the address.
    ///
    /// ASCII and short, since the name travels through pages, cookies and logs of the router.
    package static func username(_ entitlement: ID<Entitlement>, _ mac: MACAddress) -> String {
        let key = String(entitlement.low & 0xFF_FFFF_FFFF | 0x100_0000_0000, radix: 36)
        return "v" + key + "-" + String(mac.bits & 0xFF_FFFF | 0x100_0000, radix: 16).dropFirst()
    }

    /// Whether a router user's name has the form of ours.
    package static func isUsername(_ name: String) -> Bool {
        let halves = name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard halves.count == 2, halves[0].first == UInt8(ascii: "v"), halves[0].count == 9, halves[1].count == 6
        else { return false }
        return halves.joined().allSatisfy { (48...57).contains($0) || (97...122).contains($0) }
    }
}

/// A device of an entitlement as the voucher's page shows it.
package struct DeviceStay: Hashable, Sendable {
    package let device: Device
    package let addedAt: Instant
    /// When a router's counters last showed it; nil before its first session.
    package let seenAt: Instant?
    /// Whether one of its sessions goes on as far as we know.
    package let isOnline: Bool
    /// Whether it has its place, or logged out or was sent away.
    package let isMember: Bool
}

/// What a device has used, and the router's counters as they stood when that was last added up.
package struct Usage: Hashable, Sendable {
    package var online = Span.zero
    package var bytesUp: Int64 = 0
    package var bytesDown: Int64 = 0
    /// The totals of the user's life on one router that are already counted; each router that a device was behind has
    /// its own, so that what the one before still had to tell is not lost when the device moves on.
    package var countedOnline = Span.zero
    package var countedBytes: Int64 = 0

    package init() {}

    package init(online: Span, bytesUp: Int64, bytesDown: Int64, countedOnline: Span, countedBytes: Int64) {
        self.online = online
        self.bytesUp = bytesUp
        self.bytesDown = bytesDown
        self.countedOnline = countedOnline
        self.countedBytes = countedBytes
    }

    package var bytes: Int64 { bytesUp + bytesDown }
}

/// The router's own counters of one user: totals over its life, the running session included.
package struct CounterReading: Hashable, Sendable {
    package let online: Span
    package let bytesUp: Int64
    package let bytesDown: Int64

    package init(online: Span, bytesUp: Int64, bytesDown: Int64) {
        self.online = online
        self.bytesUp = bytesUp
        self.bytesDown = bytesDown
    }

    package var bytes: Int64 { bytesUp + bytesDown }

    package static let zero = Self(online: .zero, bytesUp: 0, bytesDown: 0)

    package static func + (left: Self, right: Self) -> Self {
        Self(
            online: left.online + right.online, bytesUp: left.bytesUp + right.bytesUp,
            bytesDown: left.bytesDown + right.bytesDown)
    }
}

extension Usage {
    /// Adds what a reading shows beyond the last one; nothing is ever taken back.
    ///
    /// Counters that went backwards fell back to what a router had saved before it lost power, which was counted
    /// already: only the running session, which began after that, is new. `session` is that part of the reading.
    package func counting(
        _ reading: CounterReading, session: CounterReading? = nil
    ) -> (usage: Usage, online: Span, bytes: Int64) {
        let bytes = reading.bytes
        let fellBack = bytes < countedBytes || reading.online < countedOnline
        let newOnline = fellBack ? session?.online ?? .zero : reading.online - countedOnline
        let newBytes = fellBack ? session?.bytes ?? 0 : bytes - countedBytes
        var next = self
        next.online = online + newOnline
        // The split of the difference follows the reading's own split.
        let newUp = bytes == 0 ? 0 : Self.share(newBytes, reading.bytesUp, bytes)
        next.bytesUp += newUp
        next.bytesDown += newBytes - newUp
        next.countedOnline = reading.online
        next.countedBytes = bytes
        return (next, newOnline, newBytes)
    }

    private static func share(_ amount: Int64, _ part: Int64, _ whole: Int64) -> Int64 {
        let product = amount.multipliedFullWidth(by: part)
        return whole.dividingFullWidth(product).quotient
    }
}
