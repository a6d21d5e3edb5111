import Testing
import Values

@testable import Catalog

@Suite struct ScheduleTests {
    /// Monday, 16 November 2026, 00:00 UTC.
    static let monday: Instant = 1_794_787_200_000

    /// `tue 22:30` as minutes from Monday.
    static func at(_ text: String) -> Span {
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "mon+"]
        let (day, hour, minute) = (text.prefix { $0 != " " }, text.suffix(5).prefix(2), text.suffix(2))
        return .minutes(
            Int64((days.firstIndex(of: String(day)) ?? 0) * 1_440) + (Int64(hour) ?? 0) * 60 + (Int64(minute) ?? 0))
    }

    @Test(
        "It opens and closes by the tenant's clock",
        arguments: [
            // schedule, now, closes, or opens where closed
            ("08:00-17:00", "mon 08:00", "mon 17:00", nil), ("08:00-17:00", "mon 07:59", nil, "mon 08:00"),
            ("08:00-17:00", "mon 16:59", "mon 17:00", nil), ("08:00-17:00", "mon 17:00", nil, "tue 08:00"),
            ("22:00-06:00", "mon 23:00", "tue 06:00", nil), ("22:00-06:00", "mon 03:00", "mon 06:00", nil),
            ("22:00-06:00", "mon 06:00", nil, "mon 22:00"), ("mon-fri 22:00-06:00", "sat 05:00", "sat 06:00", nil),
            ("mon-fri 22:00-06:00", "sat 22:30", nil, "mon+ 22:00"), ("sun 22:00-06:00", "mon 05:00", "mon 06:00", nil),
            ("sun 22:00-06:00", "sun 23:00", "mon+ 06:00", nil), ("fri-mon 10:00-11:00", "sun 10:30", "sun 11:00", nil),
            ("fri-mon 10:00-11:00", "tue 10:30", nil, "fri 10:00"), ("sat 00:00-24:00", "sat 12:00", "sun 00:00", nil),
            ("08:00-12:00,10:00-17:00", "mon 11:00", "mon 17:00", nil),
            ("08:00-12:00,13:00-17:00", "mon 12:30", nil, "mon 13:00"),
            ("mon 08:00-09:00", "mon 09:00", nil, "mon+ 08:00"),
            // Windows that touch are one.
            ("22:00-24:00,00:00-06:00", "mon 23:00", "tue 06:00", nil),
            ("sat-sun 00:00-24:00", "sat 12:00", "mon+ 00:00", nil),
            ("08:00-12:00,12:00-17:00", "mon 09:00", "mon 17:00", nil),
            ("fri 20:00-08:00,sat 08:00-10:00", "fri 21:00", "sat 10:00", nil),
        ] as [(String, String, String?, String?)])
    func hours(text: String, now: String, closes: String?, opens: String?) throws {
        let schedule = try #require(Schedule(text))
        for offset in [Span.zero, .hours(3), .hours(-5), .minutes(345), .minutes(-210), .hours(14)] {
            let instant = Self.monday + Self.at(now) - offset
            #expect(
                schedule.closing(at: instant, offset: .fixed(offset))
                    == closes.map { Self.monday + Self.at($0) - offset })
            guard let opens else { continue }
            #expect(schedule.opening(after: instant, offset: .fixed(offset)) == Self.monday + Self.at(opens) - offset)
        }
    }

    @Test("Seconds inside a minute belong to it")
    func seconds() throws {
        let schedule = try #require(Schedule("08:00-09:00"))
        let last = Self.monday + .hours(9) - Span(milliseconds: 1)
        #expect(schedule.closing(at: last, offset: .zero) == Self.monday + .hours(9))
        #expect(
            schedule.opening(after: Self.monday + .hours(8) - Span(milliseconds: 1), offset: .zero) == Self.monday
                + .hours(8))
    }

    @Test("The same moment is open in summer time and closed in winter time")
    func daylightSaving() throws {
        let schedule = try #require(Schedule("08:00-17:00"))
        let moment = Self.monday + .hours(6) + .minutes(30)
        #expect(schedule.closing(at: moment, offset: .hours(2)) != nil)
        #expect(schedule.closing(at: moment, offset: .hours(1)) == nil)
        #expect(schedule.opening(after: moment, offset: .hours(1)) == Self.monday + .hours(7))
    }

    @Test("Before 1970 and far ahead the days are right too")
    func farAway() throws {
        let schedule = try #require(Schedule("thu 00:00-01:00"))
        #expect(schedule.closing(at: 0, offset: .zero) == 3_600_000)
        #expect(schedule.closing(at: -1, offset: .zero) == nil)
        #expect(schedule.opening(after: -1, offset: .zero) == 0)
        #expect(schedule.opening(after: 253_402_300_799_000, offset: .zero) > 253_402_300_799_000)
    }

    @Test("One that never closes lasts longer than any package")
    func always() throws {
        for text in ["00:00-24:00", "12:00-11:00,11:00-12:00"] {
            let closing = try #require(Schedule(text)).closing(at: Self.monday, offset: .hours(3))
            #expect(try #require(closing) > Self.monday + .days(3_000))
        }
    }

    @Test(
        "For every minute of a week: open or opening later, never both",
        arguments: [
            "mon-fri 22:00-06:00", "08:00-17:00", "sun 23:59-00:01", "sat-sun 00:00-24:00,wed 12:00-13:00",
        ])
    func everyMinute(text: String) throws {
        let schedule = try #require(Schedule(text))
        for minute in stride(from: 0, to: 10_080, by: 7) as StrideTo<Int64> {
            let now = Self.monday + .minutes(minute)
            if let closing = schedule.closing(at: now, offset: .hours(3)) {
                #expect(closing > now)
                #expect(schedule.closing(at: closing, offset: .hours(3)) == nil)
                #expect(schedule.closing(at: closing - Span(milliseconds: 1), offset: .hours(3)) == closing)
            } else {
                let opening = schedule.opening(after: now, offset: .hours(3))
                #expect(opening > now)
                #expect(schedule.closing(at: opening, offset: .hours(3)) != nil)
                #expect(schedule.closing(at: opening - Span(milliseconds: 1), offset: .hours(3)) == nil)
            }
        }
    }

    @Test(
        "What cannot be read is refused",
        arguments: [
            "", ",", " ", "mon", "08:00", "8:00-9:00", "08:00-08:00", "24:00-06:00", "08:00-25:00", "08:60-09:00",
            "08:00-24:01",
            "foo 08:00-09:00", "mon-foo 08:00-09:00", "mon-tue-wed 08:00-09:00", "mon fri 08:00-09:00",
            "08:00-09:00;10:00-11:00",
            "08:00–09:00", "-8:00-09:00", "+8:00-09:00", "08:00-09:00-10:00", "08.00-09.00", "٠٨:٠٠-٠٩:٠٠",
        ])
    func refused(text: String) { #expect(Schedule(text) == nil) }

    @Test("What was read prints what is read again, in lower case")
    func roundTrip() throws {
        let schedule = try #require(Schedule("Mon-Fri 22:00-06:00"))
        #expect(schedule.description == "mon-fri 22:00-06:00")
        #expect(Schedule(schedule.description) == schedule)
    }

    @Test("A window that summer time begins or ends in closes by the clock on the wall")
    func summerTime() throws {
        // Europe's clocks go back on Sunday 2026-10-25 at 01:00 UTC.
        let change = Instant(milliseconds: 1_792_890_000_000)
        #expect(change.iso8601.hasPrefix("2026-10-25T01:00:00"))
        let berlin = UTCOffset { $0 < change ? .hours(2) : .hours(1) }
        let night = try #require(Schedule("sun 00:00-06:00"))
        #expect(night.closing(at: change - .minutes(30), offset: berlin) == change + .hours(4))
        let morning = try #require(Schedule("mon 08:00-09:00"))
        #expect(morning.opening(after: change - .hours(37), offset: berlin) == change + .hours(30))
    }
}
