import TestWorld
import Testing
import Values

@testable import Payments

@Suite struct PollScheduleTests {
    // swift-format-ignore
    /// Seconds since the prompt, and when it is asked again, in seconds since the prompt.
    static let looks: [(now: Int64, next: Int64?)] = [
        (0, 5), (3, 8), (5, 10), (9, 14), (21, 35), (35, 60), (160, 300), (300, 900),
        (900, 3_600), (3_599, 3_604), (3_600, 7_200), (40 * 3_600 + 7, 41 * 3_600), (47 * 3_600, 48 * 3_600), (48 * 3_600, nil),
    ]

    @Test("The next question goes by the time since the prompt, however often was asked", arguments: looks.indices)
    func next(index: Int) {
        let (now, next) = Self.looks[index]
        #expect(
            PollSchedule.next(at: World.noon + .seconds(now), since: World.noon)
                == next.map { World.noon + .seconds($0) })
    }

    @Test("Money that comes late is looked for less and less often, for two days")
    func late() {
        var (now, hours): (Instant, [Int64]) = (World.noon + .minutes(15), [])
        while let next = PollSchedule.nextForLateMoney(at: now, since: World.noon) {
            hours.append((next - World.noon).milliseconds / 3_600_000)
            now = next
        }
        #expect(hours == [1, 4, 12, 24, 48])
        #expect(PollSchedule.nextForLateMoney(at: World.noon, since: World.noon) == World.noon + .seconds(5))
    }
}
