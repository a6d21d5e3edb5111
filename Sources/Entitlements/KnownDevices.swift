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
    private let devices: Mutex<Set<UInt64>>?

    /// Reads the devices of a store that this gateway has for itself.
    ///
    /// - Throws: `SQLError`.
    package init(_ store: Store) throws {
        guard case .sqlite = store.location else {
            devices = nil
            return
        }
        var found: Set<UInt64> = []
        try store.read(.platform) { transaction in
            try transaction.eachKnownDevice { tenant, mac in found.insert(Self.key(tenant, mac)) }
        }
        devices = Mutex(found)
    }

    /// Notes a device that just joined.
    package func add(_ mac: MACAddress, of tenant: ID<Tenant>) {
        _ = devices?.withLock { $0.insert(Self.key(tenant, mac)) }
    }

    /// False where the device is surely not part of any entitlement.
    package func mayKnow(_ mac: MACAddress, of tenant: ID<Tenant>) -> Bool {
        devices?.withLock { $0.contains(Self.key(tenant, mac)) } ?? true
    }

    /// One number for a device of a tenant; two that fall together cost one question to the store.
    private static func key(_ tenant: ID<Tenant>, _ mac: MACAddress) -> UInt64 {
        (tenant.low ^ tenant.high) &* 0x9E37_79B9_7F4A_7C15 ^ mac.bits &* 0xBF58_476D_1CE4_E5B9
    }
}
