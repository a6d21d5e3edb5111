import Testing
import Values

@testable import Catalog

@Suite struct FairUseTests {
    @Test(
        "What is written is read, and written again the same",
        arguments: [
            "5GB/day throttle 512k/1M", "50GB/week block", "100GB/month notify", "20GB throttle 1M/2M 2M/4M 1M/2M 8/8",
            "1.5GB notify",
        ])
    func reads(text: String) throws {
        let fairUse = try #require(FairUse(text))
        #expect(fairUse.description == text)
        #expect(FairUse(fairUse.description) == fairUse)
    }

    @Test(
        "What cannot be read is refused",
        arguments: [
            "", "5GB", "5GB/day", "5GB/day throttle", "5GB/day throttle fast", "5GB/year block", "5GB/ block",
            "5GB block",
            "0GB/day block", "5GB/day block 1M", "5GB/day notify me", "/day block", "5GB/day/day block",
            "5 GB/day block",
        ])
    func refuses(text: String) { #expect(FairUse(text) == nil) }

    /// Monday, 16 November 2026, 00:00 UTC.
    static let monday: Instant = 1_794_787_200_000

    @Test(
        "A period ends with the local day, week or month",
        arguments: [
            (.day, .hours(1), .hours(0), .days(1)), (.day, .zero, .hours(0), .days(1)),
            (.day, .hours(22), .hours(3), .days(1) + .hours(21)), (.day, .hours(20), .hours(3), .hours(21)),
            (.week, .hours(1), .hours(0), .days(7)), (.week, .days(6) + .hours(22), .hours(3), .days(14) - .hours(3)),
            (.month, .hours(1), .hours(0), .days(15)),
            (.month, .days(14) + .hours(23), .hours(-5), .days(15) + .hours(5)),
        ] as [(FairUse.Period, Span, Span, Span)])
    func periods(period: FairUse.Period, now: Span, offset: Span, end: Span) {
        #expect(period.end(after: Self.monday + now, offset: .fixed(offset)) == Self.monday + end)
    }

    @Test("A day on which clocks are put back has 25 hours")
    func clocksPutBack() {
        let change = Self.monday + .hours(5)
        let offset = UTCOffset { $0 < change ? .hours(2) : .hours(1) }
        #expect(FairUse.Period.day.end(after: Self.monday, offset: offset) == Self.monday + .hours(23))
    }
}
