import Ledger
import Locales
import MobileMoney
import Provisioning
package import SQL
import Tenancy
package import Values

/// A day by the clock of whoever moves an account's money.
package struct AccountDay: Hashable, Sendable, CustomStringConvertible {
    package let start: Instant
    package let end: Instant
    package let description: String

    /// Reads `2026-11-30`; nil for what is no day.
    package init?(_ text: some StringProtocol, offset: UTCOffset) {
        guard let day = BookDay(text) else { return nil }
        func midnight(_ days: Int64) -> Instant {
            let wall = Instant(milliseconds: days * 86_400_000)
            return wall - offset(at: wall - offset(at: wall))
        }
        start = midnight(day.daysSinceEpoch)
        end = midnight(day.daysSinceEpoch + 1)
        description = day.description
    }
}

extension Transaction {
    /// The local time in which an account's days are counted and its statements are written: Nairobi's for M-PESA, the
    /// market's for MTN, the tenant's for banks.
    package borrowing func offset(of account: RailAccount) throws(SQLError) -> UTCOffset {
        switch account.rail {
        case .mpesa: return .hours(3)
        case .momo:
            guard let zone = MomoMarket(named: account.shortCode).flatMap({ TimeZoneID(validating: $0.timeZone) })
            else { return try offset(of: account.tenant) }
            return UTCOffset { zone.offset(at: $0) }
        case .kcb, .jenga, .bank: return try offset(of: account.tenant)
        }
    }
}
