import Testing
import Values

@testable import Monitoring

struct CounterTests {
    @Test(
        "A counter grows, starts again, or jumps further than any port could carry",
        arguments: [
            (last: 0, now: 0, seconds: 60, growth: 0), (100, 100, 60, 0), (100, 175, 60, 75),
            // Set to nothing in between.
            (1_000, 30, 60, 30),
            // 32 bits were full.
            (4_294_967_000, 500, 60, 500),
            // 64 bits of nonsense.
            (5, .max, 60, 0), (.max, 7, 60, 7),
            // A port of 100 Gbit/s for a minute passes; ten times as much does not.
            (0, 750_000_000_000, 60, 750_000_000_000), (0, 7_500_000_000_000, 60, 0),
            (10, 20, 0, 10), (10, 20, -5, 10),
        ] as [(last: Int64, now: Int64, seconds: Int64, growth: Int64)])
    func growth(last: Int64, now: Int64, seconds: Int64, growth: Int64) {
        let flow = Counter.growth(from: Flow(up: last, down: 0), to: Flow(up: now, down: 9), within: .seconds(seconds))
        #expect(flow == Flow(up: growth, down: 9))
    }

    @Test(
        "An age tells whether it is still the same",
        arguments: [
            (now: 160, last: 100, least: 60, isAnother: false), (158, 100, 60, false), (30, 100, 60, true),
            (99, 100, 60, true), (110, 100, 60, true), (100, 100, 0, false), (3_700, 100, 60, false),
            // A slow clock: two thousandths of three days.
            (258_900, 100, 259_200, false), (258_000, 100, 259_200, true),
        ] as [(now: Int64, last: Int64, least: Int64, isAnother: Bool)])
    func age(now: Int64, last: Int64, least: Int64, isAnother: Bool) {
        #expect(Age.isAnother(.seconds(now), after: .seconds(last), least: .seconds(least)) == isAnother)
    }

    @Test("What was packed is read again; bytes that are none of ours are not")
    func packing() throws {
        var page = TrafficPage(.fine, containing: 1_795_165_200_000)
        var slot = TrafficSlot()
        slot.readings = 2
        slot.covered = .seconds(90)
        slot.leastMemory = 0
        page.add(slot, [.hotspot: Flow(up: 1, down: .max), .interface("a\"\u{EFFF}🦁"): Flow()], at: 1_795_165_200_000)
        page.add(slot, [.interface(""): Flow(up: 5, down: 0)], at: 1_795_165_200_000 + .minutes(59))
        #expect(TrafficPage(.fine, startsAt: page.startsAt, packed: page.packed) == page)
        for length in 0..<page.packed.count {
            #expect(TrafficPage(.fine, startsAt: page.startsAt, packed: Array(page.packed.prefix(length))) == nil)
        }
        #expect(RouterWatch(packed: RouterWatch().packed) == RouterWatch())
        #expect(RouterWatch(packed: []) == nil && RouterWatch(packed: [1, 0, 255, 255]) == nil)
    }
}
