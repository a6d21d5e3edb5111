import RouterOS
import Testing
import Values

@testable import Monitoring

/// What one more reading means, reading by reading; the router is what the test writes down.
struct LedgerTests {
    private static let noon: Instant = 1_795_165_200_000

    private struct Story {
        var watch = RouterWatch()
        var at = LedgerTests.noon
        var entries: [TrafficSeries: Flow] = [:]
        var closed: [WatchLedger.Closed] = []
        var resumed = 0
        var opened = 0

        /// A reading `seconds` after the last one; a table that is nil could not be read.
        mutating func read(
            _ seconds: Int64, uptime: Int64, _ hotspot: [RouterReading.Seen]? = [], ppp: [RouterReading.Seen]? = [],
            devices: [RouterReading.Device]? = [], calendar: Int64? = nil
        ) {
            at = at + .seconds(calendar ?? seconds)
            let reading = RouterReading(
                at: at, board: .init(uptime: .seconds(uptime)),
                sessions: [.hotspot: hotspot, .ppp: ppp].compactMapValues(\.self), devices: devices)
            let ledger = WatchLedger(reading, after: watch, elapsed: .seconds(seconds) ... .seconds(seconds))
            let kept = ledger.watch
            #expect(RouterWatch(packed: kept.packed) == kept)
            watch = kept
            closed += ledger.closed
            resumed += ledger.resumed.count
            opened += ledger.opened.count
            for (series, flow) in ledger.flows { entries[series, default: Flow()] += flow }
        }

        var live: Int { watch.count(.hotspot) + watch.count(.ppp) }
    }

    private static func guest(
        _ id: String, _ name: String = "amina", up: Int64, down: Int64 = 0, uptime: Int64
    ) throws -> RouterReading.Seen {
        .init(
            id: try #require(RouterID(id)), service: "hotspot", name: name, mac: MACAddress(bits: 5), address: nil,
            uptime: .seconds(uptime), flow: Flow(up: up, down: down))
    }

    private static func dialled(_ id: String, _ name: String, uptime: Int64) throws -> RouterReading.Seen {
        .init(
            id: try #require(RouterID(id)), service: "pppoe", name: name, mac: nil, address: nil,
            uptime: .seconds(uptime), flow: nil)
    }

    private static func device(_ id: String, _ name: String, _ up: Int64) throws -> RouterReading.Device {
        .init(
            id: try #require(RouterID(id)), name: name, isDynamic: name.hasPrefix("<"),
            flow: Flow(up: up, down: 0))
    }

    @Test("What was used before the first reading is known, but was not seen to pass")
    func first() throws {
        var story = Story()
        story.read(
            0, uptime: 900, [try Self.guest("*1", up: 5_000, uptime: 600)],
            devices: [try Self.device("*1", "ether1", 9_000)])
        #expect(story.entries.values.allSatisfy(\.isZero) && story.watch.open.first?.total == Flow(up: 5_000, down: 0))
        story.read(
            60, uptime: 960, [try Self.guest("*1", up: 5_100, uptime: 660)],
            devices: [try Self.device("*1", "ether1", 9_700)])
        #expect(story.entries[.hotspot] == Flow(up: 100, down: 0))
        #expect(story.entries[.interface("ether1")] == Flow(up: 700, down: 0))
    }

    @Test("Another session under the same key is another, though it is the same person at the same device")
    func reused() throws {
        var story = Story()
        story.read(0, uptime: 900)
        story.read(60, uptime: 960, [try Self.guest("*1", up: 300, uptime: 20)])
        story.read(60, uptime: 1_020, [try Self.guest("*1", up: 400, uptime: 55)])
        #expect(story.opened == 2 && story.closed.map(\.total.up) == [300] && story.live == 1)
        #expect(story.entries[.hotspot] == Flow(up: 700, down: 0))
        story.read(60, uptime: 1_080, [try Self.guest("*1", "baraka", up: 400, uptime: 115)])
        #expect(story.opened == 3 && story.closed.count == 2 && story.live == 1)
    }

    @Test("After a power cut everything is new, whatever the counters say")
    func powerCut() throws {
        var story = Story()
        let ether = { (bytes: Int64) in [try Self.device("*1", "ether1", bytes)] }
        story.read(0, uptime: 900, [try Self.guest("*1", up: 100, uptime: 30)], devices: try ether(100))
        // Up again for longer than before, with more on the counters: only the time tells.
        story.read(3_600, uptime: 1_500, [try Self.guest("*1", up: 900, uptime: 1_400)], devices: try ether(2_000))
        #expect(story.opened == 2 && story.closed.map(\.total.up) == [100])
        #expect(story.closed.first?.seenAt == Self.noon)
        #expect(story.entries[.hotspot] == Flow(up: 900, down: 0))
        #expect(story.entries[.interface("ether1")] == Flow(up: 2_000, down: 0))
    }

    @Test("A calendar that is set ahead is no power cut")
    func calendar() throws {
        var story = Story()
        story.read(0, uptime: 900, [try Self.guest("*1", up: 100, uptime: 30)])
        story.read(60, uptime: 960, [try Self.guest("*1", up: 150, uptime: 90)], calendar: 40_000)
        #expect(story.opened == 1 && story.closed.isEmpty && story.entries[.hotspot] == Flow(up: 50, down: 0))
        story.read(60, uptime: 1_020, [try Self.guest("*1", up: 170, uptime: 150)], calendar: -90_000)
        #expect(story.opened == 1 && story.entries[.hotspot] == Flow(up: 70, down: 0))
    }

    @Test("A session that is missing once goes on, and is not counted anew")
    func missing() throws {
        var story = Story()
        story.read(0, uptime: 900)
        story.read(60, uptime: 960, [try Self.guest("*1", up: 100, uptime: 30)])
        story.read(60, uptime: 1_020)
        #expect(story.live == 0 && story.closed.count == 1)
        story.read(60, uptime: 1_080, [try Self.guest("*1", up: 180, uptime: 150)])
        #expect(story.live == 1 && story.opened == 1 && story.resumed == 1)
        #expect(story.entries[.hotspot] == Flow(up: 180, down: 0))
        for _ in 0..<61 { story.read(60, uptime: 5_000) }
        #expect(story.watch.open.isEmpty, "remembered for ever")
    }

    @Test("A table that cannot be read ends nobody, and nothing of it is lost")
    func unreadable() throws {
        var story = Story()
        story.read(
            0, uptime: 900, [try Self.guest("*1", up: 10, uptime: 30)], devices: [try Self.device("*1", "e", 10)])
        story.read(60, uptime: 960, nil, devices: nil)
        #expect(story.live == 1 && story.closed.isEmpty)
        story.read(
            60, uptime: 1_020, [try Self.guest("*1", up: 70, uptime: 150)], devices: [try Self.device("*1", "e", 75)])
        #expect(
            story.entries == [.hotspot: Flow(up: 60, down: 0), .interface("e"): Flow(up: 65, down: 0), .ppp: Flow()])
        // After a restart those of a table that cannot be read are over all the same.
        story.read(60, uptime: 20, nil, devices: nil)
        #expect(story.live == 0 && story.closed.count == 1)
        story.read(60, uptime: 80, [try Self.guest("*1", up: 5, uptime: 30)], devices: [try Self.device("*1", "e", 7)])
        #expect(story.entries[.hotspot] == Flow(up: 65, down: 0))
        #expect(story.entries[.interface("e")] == Flow(up: 72, down: 0))
    }

    @Test("Each session of PPP keeps the interface that counts it, however they are numbered")
    func interfaces() throws {
        var story = Story()
        let first = { (uptime: Int64) in try Self.dialled("*1", "home", uptime: uptime) }
        let second = { (uptime: Int64) in try Self.dialled("*2", "home", uptime: uptime) }
        let bytes = { (a: Int64, b: Int64) in
            [
                try Self.device("*F1", "<pppoe-home>", a), try Self.device("*F2", "<pppoe-home-1>", b),
                try Self.device("*F3", "<pppoe-home-2x>", 999), try Self.device("*F4", "<pppoe-homestead>", 999),
            ]
        }
        story.read(0, uptime: 900)
        story.read(60, uptime: 960, ppp: [try first(20)], devices: try bytes(100, 0))
        story.read(60, uptime: 1_020, ppp: [try first(80), try second(5)], devices: try bytes(150, 30))
        story.read(60, uptime: 1_080, ppp: [try second(65)], devices: [try Self.device("*F2", "<pppoe-home-1>", 45)])
        #expect(story.entries[.ppp] == Flow(up: 195, down: 0) && story.live == 1)
        #expect(story.watch.open.first { !$0.isOver }?.total == Flow(up: 45, down: 0))
        #expect(story.closed.map(\.total.up) == [150])
    }

    @Test("Names that differ by more than plain letters are one person by any way; by a letter they are two")
    func names() throws {
        var story = Story()
        story.read(0, uptime: 900, [try Self.guest("*1", "Ren\u{EFE9}e", up: 10, uptime: 30)])
        story.read(60, uptime: 960, [try Self.guest("*1", "Ren\u{FFFD}e", up: 20, uptime: 90)])
        #expect(story.opened == 1)
        story.read(60, uptime: 1_020, [try Self.guest("*1", "Renee", up: 30, uptime: 150)])
        #expect(story.opened == 2)
    }

    @Test(
        "What passed is spread over the slots that it covers, to the byte",
        arguments: [(0, 60), (200, 60), (299, 1), (250, 300), (10, 1_200), (10, 1_201), (123, 86_400)]
            as [(Int64, Int64)])
    func spread(offset: Int64, length: Int64) throws {
        var watch = RouterWatch()
        let begin = Self.noon + .seconds(offset)
        func reading(_ at: Instant, _ uptime: Int64, _ bytes: Int64) throws -> RouterReading {
            RouterReading(
                at: at, board: .init(uptime: .seconds(uptime)), sessions: [:],
                devices: [try Self.device("*1", "e", bytes)])
        }
        watch = WatchLedger(try reading(begin, 100_000, 0), after: watch, elapsed: .zero ... .zero).watch
        let last = try reading(begin + .seconds(length), 100_000 + length, 1_000_003)
        let ledger = WatchLedger(last, after: watch, elapsed: .seconds(length) ... .seconds(length))
        let parts = TrafficEntry(ledger, last).parts
        #expect(parts.reduce(0) { $0 + ($1.flows[.interface("e")]?.up ?? 0) } == 1_000_003)
        #expect(parts.reduce(Span.zero) { $0 + $1.slot.covered } == .seconds(length))
        #expect(parts.count { $0.slot.readings == 1 } == 1)
        #expect(length <= 1_200 || parts.count == 1, "a pause is a gap")
        for part in parts {
            #expect((part.flows[.interface("e")]?.up ?? 0) >= 0 && part.at >= begin && part.at <= last.at)
        }
    }
}
