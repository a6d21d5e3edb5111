import Files
import Synchronization
package import Values

/// A time zone by its IANA name, such as `Africa/Nairobi`, with its rules.
///
/// The rules come from the system's own files, which Debian keeps current; ICU's are those of its release (2022e on
/// Debian 12, before Egypt took up summer time again).
package struct TimeZoneID: Hashable, Sendable, CustomStringConvertible {
    package let description: String
    private let zone: ZoneFile

    /// Takes the name of a zone that the system knows; nil for others.
    package init?(validating name: some StringProtocol) {
        let name = String(name)
        guard let zone = Self.zone(name) else { return nil }
        description = name
        self.zone = zone
    }

    private init() {
        description = "Etc/UTC"
        zone = .utc
    }

    /// Coordinated universal time, known without any file.
    package static let utc = TimeZoneID()

    package static func == (left: Self, right: Self) -> Bool { left.description == right.description }
    package func hash(into hasher: inout Hasher) { hasher.combine(description) }

    /// How far local time is ahead of UTC at an instant.
    package func offset(at instant: Instant) -> Span {
        let seconds = floorDivide(instant.milliseconds, by: 1_000).quotient
        return .seconds(Int64(zone.offset(at: seconds)))
    }

    /// The calendar day of an instant here.
    package func localDate(of instant: Instant) -> CivilDate { CivilDate(daysSinceEpoch: day(of: instant)) }

    /// The first instant of the day that an instant belongs to; where the clock skips midnight, the end of the gap.
    package func startOfDay(containing instant: Instant) -> Instant { start(ofDay: day(of: instant)) }

    /// The first instant of the day after the one that an instant belongs to.
    package func startOfNextDay(after instant: Instant) -> Instant { start(ofDay: day(of: instant) + 1) }

    /// Local time in milliseconds as if it were UTC.
    func wallTime(of instant: Instant) -> Int64 { (instant + offset(at: instant)).milliseconds }

    private func day(of instant: Instant) -> Int64 {
        floorDivide(wallTime(of: instant), by: 86_400_000).quotient
    }

    private func start(ofDay day: Int64) -> Instant {
        let midnight = Instant(milliseconds: day * 86_400_000)
        let (before, after) = (offset(at: midnight - .days(1)), offset(at: midnight + .days(1)))
        let candidates = [midnight - before, midnight - after].sorted()
        if let start = candidates.first(where: { $0 + offset(at: $0) == midnight }) { return start }
        // No such wall time: the clock jumped over midnight, and the day begins where it landed.
        var (early, late) = (midnight.milliseconds - 86_400_000, midnight.milliseconds + 86_400_000)
        while late - early > 1 {
            let middle = early + (late - early) / 2
            if self.day(of: Instant(milliseconds: middle)) < day { early = middle } else { late = middle }
        }
        return Instant(milliseconds: late)
    }

    /// Zones that were read once.
    private static let cache = Mutex<[String: ZoneFile]>([:])

    private static func zone(_ name: String) -> ZoneFile? {
        guard isName(name) else { return nil }
        if let known = cache.withLock({ $0[name] }) { return known }
        guard let bytes = try? Files.bytes(of: "/usr/share/zoneinfo/" + name), let zone = ZoneFile(bytes)
        else { return nil }
        cache.withLock { $0[name] = zone }
        return zone
    }

    /// Path components of letters, digits, `_`, `-` and `+` that start with a capital: no way out of the directory.
    private static func isName(_ name: String) -> Bool {
        guard name.utf8.count <= 64 else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.utf8.first, (65...90).contains(first) else { return false }
            return part.utf8.allSatisfy {
                (65...90).contains($0) || (97...122).contains($0) || (48...57).contains($0)
                    || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+")].contains($0)
            }
        }
    }
}
