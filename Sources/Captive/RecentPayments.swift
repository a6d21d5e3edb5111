import Payments
import SQL
import Synchronization
import Tenancy
import Values

/// Which payment a device began last: a memory that spares the login page of all others its question to the store.
///
/// It is read once at the start and then knows what this gateway began; behind a proxy a device should come to one gateway.
final class RecentPayments: Sendable {
    private struct Key: Hashable {
        let tenant: ID<Tenant>
        let mac: MACAddress
    }

    /// Payments that are remembered; more than this and all are forgotten.
    private static let limit = 50_000
    private let payments = Mutex<[Key: ID<Payment>]>([:])
    /// Whether any was ever noted: where nobody pays from a phone, loops do not meet at the lock.
    private let isUsed = Atomic(false)

    /// - Throws: `SQLError`.
    init(_ store: Store, at now: Instant) throws {
        let found = try store.read(.platform) { try $0.payingDevices(since: now - PaymentOrder.basketSpan) }
        for row in found { note(row.payment, by: row.mac, of: row.tenant) }
    }

    func note(_ payment: ID<Payment>, by mac: MACAddress, of tenant: ID<Tenant>) {
        isUsed.store(true, ordering: .releasing)
        payments.withLock { payments in
            if payments.count >= Self.limit { payments.removeAll() }
            payments[Key(tenant: tenant, mac: mac)] = payment
        }
    }

    func forget(_ mac: MACAddress, of tenant: ID<Tenant>) {
        _ = payments.withLock { $0.removeValue(forKey: Key(tenant: tenant, mac: mac)) }
    }

    func payment(of mac: MACAddress, of tenant: ID<Tenant>) -> ID<Payment>? {
        guard isUsed.load(ordering: .acquiring) else { return nil }
        return payments.withLock { $0[Key(tenant: tenant, mac: mac)] }
    }
}
