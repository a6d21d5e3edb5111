import Locales
import Tenancy
import Values

extension Tenant {
    /// An instant on its clocks: `2026-11-20T12:00:00+03:00`.
    func time(_ instant: Instant) -> String {
        let zone = TimeZoneID(validating: timeZone) ?? .utc
        let offset = zone.offset(at: instant)
        let second = Instant(milliseconds: instant.milliseconds - (instant.milliseconds % 1_000))
        let minutes = abs(offset.milliseconds) / 60_000
        func two(_ number: Int64) -> String { String(String(100 + number).dropFirst()) }
        return (second + offset).iso8601.dropLast() + (offset < .zero ? "-" : "+")
            + "\(two(minutes / 60)):\(two(minutes % 60))"
    }
}
