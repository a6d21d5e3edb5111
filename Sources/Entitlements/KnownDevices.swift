package import SQL
package import Tenancy
package import Values
import Synchronization

/// The devices that are part of an entitlement which was not ended when last looked: a memory that spares the login
/// page of a new phone its question to the database.
///
/// "No" is believed; "perhaps" is asked of the store. A device that joined through another gateway in the last second
/// may be missed: that person sees the login page once more and nothing is lost.
package final class KnownDevices: Sendable {
    private struct State {
        var devices: Set<UInt64> = []
        var newest = ID<Entitlement>(high: 0, low: 0)
        var hasLoaded = false
    }

    /// Ten seconds in the upper half of a key.
    private static let overlap: UInt64 = 10_000 << 16

    private let state = Mutex(State())

    package init() {}

    /// Adds the devices that joined since the last call; call about once a second.
    ///
    /// With SQLite there is no other gateway: the first call reads all, and this process adds the rest itself.
    package func refresh(from store: Store) throws {
        let (newest, hasLoaded) = state.withLock { ($0.newest, $0.hasLoaded) }
        if case .sqlite = store.location, hasLoaded { return }
        // The last ten seconds are read again, since keys come from several gateways' clocks.
        let from = ID<Entitlement>(high: newest.high &- Self.overlap, low: 0)
        var found: [(UInt64, ID<Entitlement>)] = []
        try store.read(.platform) { transaction in
            try transaction.eachKnownDevice(after: newest.high < Self.overlap ? newest : from) {
                tenant, entitlement, mac in
                found.append((Self.key(tenant, mac), entitlement))
            }
        }
        state.withLock { state in
            state.hasLoaded = true
            for (key, entitlement) in found {
                state.devices.insert(key)
                state.newest = max(state.newest, entitlement)
            }
        }
    }

    /// Notes a device that just joined.
    package func add(_ mac: MACAddress, of tenant: ID<Tenant>) {
        state.withLock { _ = $0.devices.insert(Self.key(tenant, mac)) }
    }

    /// False where the device is surely not part of any entitlement.
    package func mayKnow(_ mac: MACAddress, of tenant: ID<Tenant>) -> Bool {
        state.withLock { $0.devices.contains(Self.key(tenant, mac)) }
    }

    /// One number for a device of a tenant; two that fall together cost one question to the store.
    private static func key(_ tenant: ID<Tenant>, _ mac: MACAddress) -> UInt64 {
        (tenant.low ^ tenant.high) &* 0x9E37_79B9_7F4A_7C15 ^ mac.bits &* 0xBF58_476D_1CE4_E5B9
    }
}
