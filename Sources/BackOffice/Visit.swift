import Crypto
import HTTPServer
import Locales
import SQL
package import Tenancy
import Values

/// What a member of staff may do in the back office.
package enum Right: Hashable, Sendable, CaseIterable {
    /// See the dashboard and the routers' states.
    case look
    /// See codes; make, print and void vouchers.
    case vouchers
    /// Trust a router's certificate.
    case routers
    /// See customers' lines, suspend, restore and close them.
    case lines
    /// See payments and accounts with providers, give out money that is nobody's.
    case payments
}

extension Staff.Role {
    /// Whether the role includes a right.
    package func has(_ right: Right) -> Bool {
        switch self {
        case .admin: true
        case .vouchers: right == .look || right == .vouchers
        }
    }
}

/// A signed-in member of staff, and whose rows this request may see.
struct Visit: Sendable {
    let staff: Staff
    let tenant: Tenant
    let zone: TimeZoneID
    /// The payload of the session's cookie: what forms are bound to.
    let session: [UInt8]
}

/// What a session's cookie holds: a key to a row, and the row's epoch, so that the row can end it.
struct SessionTicket: Sendable {
    let staff: ID<Staff>
    let tenant: ID<Tenant>
    let epoch: Int
    /// Makes two sessions of one person differ.
    let nonce: [UInt8]

    /// A ticket for a session that begins now.
    init(for staff: Staff) {
        self.staff = staff.id
        tenant = staff.tenant
        epoch = staff.sessionEpoch
        nonce = SystemRandom.bytes(16)
    }

    init?(_ payload: [UInt8]) {
        guard payload.count == 56 else { return nil }
        let numbers = stride(from: 0, to: 40, by: 8).map { start in
            payload[start..<start + 8].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        }
        staff = ID(high: numbers[0], low: numbers[1])
        tenant = ID(high: numbers[2], low: numbers[3])
        epoch = Int(truncatingIfNeeded: numbers[4])
        nonce = Array(payload[40...])
    }

    /// Keys and epoch as numbers of eight bytes, the most significant first, then the nonce.
    var payload: [UInt8] {
        let numbers = [staff.high, staff.low, tenant.high, tenant.low, UInt64(truncatingIfNeeded: epoch)]
        return numbers.flatMap(\.bytes) + nonce
    }
}

extension UInt64 {
    /// The eight bytes, the most significant first.
    var bytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> UInt64(56 - $0 * 8)) } }
}

extension BackOffice {
    /// Who asks, by the cookie and the row behind it.
    ///
    /// - Throws: `OfficeRefusal.signedOut` for a cookie that is missing, forged, too old, or of a session that was ended.
    func visit(_ request: Request) throws -> Visit {
        guard let payload = sessions.payload(of: request, at: now()), let ticket = SessionTicket(payload) else {
            throw OfficeRefusal.signedOut
        }
        let found = try store.read(.tenant(ticket.tenant)) { transaction in
            (try transaction.staff(ticket.staff, of: ticket.tenant), try transaction.tenant(ticket.tenant))
        }
        guard let staff = found.0, let tenant = found.1, staff.sessionEpoch == ticket.epoch else {
            throw OfficeRefusal.signedOut
        }
        return Visit(
            staff: staff, tenant: tenant, zone: TimeZoneID(validating: tenant.timeZone) ?? .utc, session: payload)
    }
}
