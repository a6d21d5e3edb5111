import TestKit
import Testing
import Values

@testable import Entitlements

@Suite struct UsageTests {
    @Test(
        "What a reading shows beyond the last is added; counters that fell back add nothing until they grow",
        arguments: [
            // seconds online, bytes up, bytes down; then what is added by each
            ([(0, 0, 0)], [(0, 0)]),
            ([(10, 100, 900)], [(10, 1_000)]),
            ([(10, 100, 900), (10, 100, 900)], [(10, 1_000), (0, 0)]),
            ([(10, 100, 900), (25, 200, 1_900)], [(10, 1_000), (15, 1_100)]),
            ([(10, 100, 900), (5, 10, 90)], [(10, 1_000), (0, 0)]),
            ([(10, 100, 900), (0, 0, 0), (4, 1, 1)], [(10, 1_000), (0, 0), (4, 2)]),
            ([(10, 100, 900), (8, 80, 820), (9, 90, 910)], [(10, 1_000), (0, 0), (1, 100)]),
            ([(10, 100, 900), (11, 5, 5)], [(10, 1_000), (0, 0)]),
        ] as [([(Int64, Int64, Int64)], [(Int64, Int64)])])
    func counting(readings: [(Int64, Int64, Int64)], added: [(Int64, Int64)]) {
        var usage = Usage()
        for (reading, wanted) in zip(readings, added) {
            let counted = usage.counting(
                CounterReading(online: .seconds(reading.0), bytesUp: reading.1, bytesDown: reading.2))
            #expect(counted.online == .seconds(wanted.0))
            #expect(counted.bytes == wanted.1)
            #expect(counted.usage.online == usage.online + counted.online)
            #expect(counted.usage.bytes == usage.bytes + counted.bytes)
            usage = counted.usage
        }
    }

    @Test("Of counters that fell back only the running session is new")
    func lostPower() {
        let before = Usage().counting(CounterReading(online: .hours(9), bytesUp: 100, bytesDown: 900)).usage
        let session = CounterReading(online: .seconds(3), bytesUp: 1, bytesDown: 6)
        let (after, online, bytes) = before.counting(
            CounterReading(online: .hours(8) + .seconds(3), bytesUp: 81, bytesDown: 726), session: session)
        #expect(bytes == 7 && online == .seconds(3))
        #expect(after.bytes == 1_007 && after.countedBytes == 807)
    }

    /// A router that is read at any times and restarts at any times, its counters from nothing.
    @Test("However readings and restarts fall, no byte counts twice", arguments: 0..<200 as Range<UInt64>)
    func neverDoubled(seed: UInt64) {
        var dice = Dice(seed: seed)
        var (truth, online) = (Int64(0), Int64(0))
        var (up, down, seconds) = (Int64(0), Int64(0), Int64(0))
        var usage = Usage()
        for _ in 0..<60 {
            if Int.random(in: 0..<8, using: &dice) == 0 { (up, down, seconds) = (0, 0, 0) }
            let more = (Int64.random(in: 0...5_000, using: &dice), Int64.random(in: 0...50_000, using: &dice))
            (up, down) = (up + more.0, down + more.1)
            seconds += 15
            (truth, online) = (truth + more.0 + more.1, online + 15)
            let before = usage
            usage = usage.counting(CounterReading(online: .seconds(seconds), bytesUp: up, bytesDown: down)).usage
            #expect(usage.bytesUp >= before.bytesUp && usage.bytesDown >= before.bytesDown)
        }
        #expect(usage.bytes <= truth)
        #expect(usage.online <= .seconds(online))
    }

    @Test("The largest counters there are do not trap")
    func large() {
        let whole = Int64.max / 4
        let (usage, _, bytes) = Usage().counting(CounterReading(online: .days(3_000), bytesUp: whole, bytesDown: whole))
        #expect(bytes == whole * 2)
        #expect(usage.bytesUp == whole)
    }

    @Test("A device's user has a short ASCII name of its own")
    func usernames() {
        var dice = Dice(seed: 5)
        var names: Set<String> = []
        for number in 0..<2_000 {
            let id = ID<Entitlement>(at: 1_795_165_200_000, dice: &dice)
            let name = Device.username(id, MACAddress(bits: 0x0250_0000_0000 + UInt64(number)))
            #expect(name.utf8.count <= 20)
            #expect(name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
            names.insert(name)
        }
        #expect(names.count == 2_000)
        let id = ID<Entitlement>(high: 1, low: 0)
        #expect(Device.username(id, MACAddress(bits: 1)) != Device.username(id, MACAddress(bits: 2)))
    }
}
