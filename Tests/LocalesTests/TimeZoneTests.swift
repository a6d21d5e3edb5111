import FoundationEssentials
import TestKit
import Testing
import Values

@testable import Locales

@Suite struct TimeZoneTests {
    /// The expected offsets in minutes were read from `zdump -v` of tzdata 2025b.
    static let offsets: [(zone: String, at: Instant, minutes: Int64)] = [
        ("Africa/Nairobi", 1_784_000_000_000, 180),
        ("Africa/Cairo", 1_714_082_399_000, 120),  // 2024-04-25T21:59:59Z
        ("Africa/Cairo", 1_714_082_400_000, 180),  // one second later the clock jumps over midnight
        ("Africa/Cairo", 1_730_408_399_000, 180),  // 2024-10-31T20:59:59Z
        ("Africa/Cairo", 1_730_408_400_000, 120),
        ("Africa/Cairo", 2_540_000_000_000, 180),  // 2050-06-28, from the rule in the footer
        ("Africa/Casablanca", 1_773_500_000_000, 0),  // 2026-03-14, Ramadan
        ("Africa/Casablanca", 1_784_000_000_000, 60),
        ("Europe/London", 1_774_745_999_000, 0),  // 2026-03-29T00:59:59Z
        ("Europe/London", 1_774_746_000_000, 60),
        ("Europe/London", 1_792_889_999_000, 60),  // 2026-10-25T00:59:59Z
        ("Europe/London", 1_792_890_000_000, 0),
        ("Australia/Sydney", 2_525_000_000_000, 660),  // 2050-01-05: summer across the new year
        ("Australia/Sydney", 2_540_000_000_000, 600),
        ("Asia/Kolkata", 1_784_000_000_000, 330),
        ("America/New_York", -1_000, -300),
    ]

    @Test("Local time follows the zone's rules", arguments: offsets.indices)
    func offset(index: Int) throws {
        let (name, instant, minutes) = Self.offsets[index]
        let zone = try #require(TimeZoneID(validating: name))
        #expect(zone.offset(at: instant) == .minutes(minutes), "\(name) \(instant.iso8601)")
    }

    static let days: [(zone: String, at: String, date: String, start: String)] = [
        ("Africa/Nairobi", "2026-11-20T20:59:59Z", "2026-11-20", "2026-11-19T21:00:00Z"),
        ("Africa/Nairobi", "2026-11-20T21:00:00Z", "2026-11-21", "2026-11-20T21:00:00Z"),
        ("Africa/Cairo", "2024-04-26T12:00:00Z", "2024-04-26", "2024-04-25T22:00:00Z"),
        ("Africa/Cairo", "2024-10-31T12:00:00Z", "2024-10-31", "2024-10-30T21:00:00Z"),
        ("Africa/Cairo", "2024-11-01T12:00:00Z", "2024-11-01", "2024-10-31T22:00:00Z"),
        ("Europe/London", "2026-03-29T12:00:00Z", "2026-03-29", "2026-03-29T00:00:00Z"),
        ("Europe/London", "2026-03-30T12:00:00Z", "2026-03-30", "2026-03-29T23:00:00Z"),
        ("America/Havana", "2026-11-01T12:00:00Z", "2026-11-01", "2026-11-01T04:00:00Z"),
    ]

    @Test("A day begins at local midnight, or where the clock lands that skips it", arguments: days.indices)
    func day(index: Int) throws {
        let (name, at, date, start) = Self.days[index]
        let zone = try #require(TimeZoneID(validating: name))
        let instant = try Self.instant(at)
        #expect(zone.localDate(of: instant).description == date)
        #expect(zone.startOfDay(containing: instant).iso8601 == start)
    }

    @Test(
        "Every day of ten years starts once, in order",
        arguments: ["Africa/Cairo", "Africa/Casablanca", "Europe/London"])
    func everyDay(name: String) throws {
        let zone = try #require(TimeZoneID(validating: name))
        var start = zone.startOfDay(containing: 1_700_000_000_000)
        for _ in 0..<3_650 {
            let next = zone.startOfNextDay(after: start)
            #expect((23...25).contains((next - start).milliseconds / 3_600_000))
            #expect(zone.startOfDay(containing: next) == next)
            #expect(zone.startOfDay(containing: next - .seconds(1)) == start)
            start = next
        }
    }

    @Test(
        "A name that is no zone is refused",
        arguments: [
            "", "Nowhere/City", "../etc/passwd", "Africa/../Africa/Nairobi", "/etc/passwd", "Africa//Nairobi",
            "africa/nairobi",
            "Africa", "Africa/Nairobi\0", "posixrules",
        ])
    func refuses(name: String) {
        #expect(TimeZoneID(validating: name) == nil)
    }

    @Test("A broken zone file is refused, never trapped over", arguments: [0, 10, 43, 44, 60, 100, 200])
    func broken(length: Int) {
        var bytes = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 200)
        bytes[39] = 255
        #expect(ZoneFile(Array(bytes.prefix(length))) == nil)
    }

    @Test("A damaged zone file never traps", arguments: 1...4 as ClosedRange<UInt64>)
    func damaged(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let whole = Array(try #require(FileManager.default.contents(atPath: "/usr/share/zoneinfo/Africa/Cairo")))
        for _ in 0..<300 {
            var bytes = whole
            for _ in 0..<4 { bytes[.random(in: 0..<bytes.count, using: &dice)] = .random(in: 0...255, using: &dice) }
            _ = ZoneFile(bytes)?.offset(at: .random(in: -10_000_000_000...10_000_000_000, using: &dice))
            _ = ZoneFile(Array(bytes.prefix(.random(in: 0...bytes.count, using: &dice))))
        }
    }

    private static func instant(_ text: String) throws -> Instant {
        let numbers = text.split { !$0.isNumber }.compactMap { Int64($0) }
        try #require(numbers.count == 6)
        let day = (0...40_000 as ClosedRange<Int64>).first {
            CivilDate(daysSinceEpoch: $0).description == text.prefix(10)
        }
        let seconds = numbers[3] * 3_600 + numbers[4] * 60 + numbers[5]
        return Instant(milliseconds: (try #require(day) * 86_400 + seconds) * 1_000)
    }
}
