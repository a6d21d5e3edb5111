package import SQL
import Synchronization
package import Tenancy
package import Values

/// The devices that are part of an entitlement which was not ended at the start or came later: a memory that spares the
/// login page of a new phone its question to the database.
///
/// "No" is believed; "perhaps" is asked of the store. On PostgreSQL other gateways add devices too, so there every
/// answer is "perhaps".
package final class KnownDevices: Sendable {
    private let marks: Marks?

    /// Reads the devices of a store that this gateway has for itself.
    ///
    /// - Throws: `SQLError`.
    package init(_ store: Store) throws {
        guard case .sqlite = store.location else {
            marks = nil
            return
        }
        var found: [UInt64] = []
        try store.read(.platform) { transaction in
            try transaction.eachKnownDevice { tenant, mac in found.append(Self.key(tenant, mac)) }
        }
        let marks = Marks(forAbout: found.count)
        for key in found { marks.set(key) }
        self.marks = marks
    }

    /// Notes a device that just joined.
    package func add(_ mac: MACAddress, of tenant: ID<Tenant>) { marks?.set(Self.key(tenant, mac)) }

    /// False where the device is surely not part of any entitlement.
    package func mayKnow(_ mac: MACAddress, of tenant: ID<Tenant>) -> Bool {
        marks?.mayHold(Self.key(tenant, mac)) ?? true
    }

    /// One number for a device of a tenant; two that fall together cost one question to the store.
    private static func key(_ tenant: ID<Tenant>, _ mac: MACAddress) -> UInt64 {
        let mixed = (tenant.low ^ tenant.high) &* 0x9E37_79B9_7F4A_7C15 ^ mac.bits &* 0xBF58_476D_1CE4_E5B9
        return (mixed ^ mixed >> 31) &* 0x94D0_49BB_1331_11EB
    }
}

/// A Bloom filter: three bits of one word for each key, set and read by all threads without a lock.
///
/// A filter that more keys came to than it was made for says "perhaps" more often, and never a wrong "no".
@safe private final class Marks: Sendable {
    // Allocated by `init` and freed by `deinit`; the words themselves are atomic.
    nonisolated(unsafe) private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let count: Int

    /// Words at the least: half a mebibyte, which takes two strangers in a hundred for one of 400,000 devices.
    private static let least = 1 << 16

    init(forAbout keys: Int) {
        var count = Self.least
        while count * 2 < keys { count *= 2 }
        self.count = count
        unsafe words = .allocate(capacity: count)
        for index in 0..<count { unsafe (words + index).initialize(to: Atomic(0)) }
    }

    deinit { unsafe words.deallocate() }

    func set(_ key: UInt64) { unsafe words[place(of: key)].bitwiseOr(Self.bits(of: key), ordering: .releasing) }

    func mayHold(_ key: UInt64) -> Bool {
        let bits = Self.bits(of: key)
        return unsafe words[place(of: key)].load(ordering: .acquiring) & bits == bits
    }

    private func place(of key: UInt64) -> Int { Int(truncatingIfNeeded: key >> 18) & (count - 1) }

    private static func bits(of key: UInt64) -> UInt64 {
        1 << (key & 63) | 1 << (key >> 6 & 63) | 1 << (key >> 12 & 63)
    }
}
