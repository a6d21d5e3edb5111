import RouterOS
import RouterSimulator
import SQL
import TestKit
import TestWorld
import Testing
import Values

@testable import Monitoring

/// Any sequence of what befalls a router and its readings, against a model that knows what really passed.
@Suite(.serialized, .ownThreads) struct HistoryModelTests {
    /// What the router carried, as far as anybody could see it.
    struct Model {
        /// What a session has used that was not read yet, and what was read.
        struct Customer {
            var unread = Flow()
            var read = Flow()
            let isHotspot: Bool
        }

        var online: [String: Customer] = [:]
        /// What was seen to pass in sessions.
        var hotspot = Flow()
        var ppp = Flow()
        /// What an interface counted since it was last read.
        var uplinkUnread = Flow()
        var uplink = Flow()
        var isFirst = true

        mutating func use(_ name: String, _ flow: Flow) {
            online[name]?.unread += flow
            // The uplink receives what customers download.
            uplinkUnread += Flow(up: flow.down, down: flow.up)
        }

        mutating func read() {
            for name in online.keys {
                guard var customer = online[name] else { continue }
                if !isFirst {
                    if customer.isHotspot { hotspot += customer.unread } else { ppp += customer.unread }
                }
                customer.read += customer.unread
                customer.unread = Flow()
                online[name] = customer
            }
            if !isFirst { uplink += uplinkUnread }
            uplinkUnread = Flow()
            isFirst = false
        }

        /// What was not read before is never seen.
        mutating func cutPower() {
            online = [:]
            uplinkUnread = Flow()
        }
    }

    @Test("Nothing is counted twice, nothing shrinks, nobody stays who is not there", arguments: Engine.available)
    func model(engine: Engine) async throws {
        for round in 0..<(engine == .sqlite ? 6 : 2) {
            let seed = UInt64.random(in: 0 ... .max)
            let bench = try WatchBench(engine, by: WatchBench.Way.allCases[round % 2])
            do {
                try await run(bench, seed: seed)
            } catch {
                Issue.record("seed \(seed): \(error)")
            }
            await bench.stop()
        }
    }

    private func run(_ bench: WatchBench, seed: UInt64) async throws {
        var dice = Dice(seed: seed)
        var model = Model()
        var macs: [String: MACAddress] = [:]
        var highest: [TrafficSeries: Flow] = [:]
        for step in 0..<70 {
            let say = "seed \(seed), step \(step)"
            bench.skip(.seconds(.random(in: 4...90, using: &dice)))
            switch Int.random(in: 0..<20, using: &dice) {
            case 0..<3:
                let name = "guest-\(Int.random(in: 1...4, using: &dice))"
                guard model.online[name] == nil else { break }
                macs[name] = try bench.logIn(name, Int(name.dropFirst(6)) ?? 0)
                model.online[name] = Model.Customer(isHotspot: true)
            case 3..<5:
                let name = "home-\(Int.random(in: 1...3, using: &dice))"
                guard model.online[name] == nil else { break }
                try bench.dial(name, 100 + (Int(name.dropFirst(5)) ?? 0))
                model.online[name] = Model.Customer(isHotspot: false)
            case 5..<10:
                guard let name = model.online.keys.sorted().randomElement(using: &dice) else { break }
                let flow = Flow(
                    up: .random(in: 0...90_000_000, using: &dice), down: .random(in: 0...4_000_000_000, using: &dice))
                if let mac = macs[name] {
                    bench.surf(mac, up: flow.up, down: flow.down)
                } else {
                    bench.stream(name, up: flow.up, down: flow.down)
                }
                model.use(name, flow)
            case 10..<12:
                guard let name = model.online.keys.sorted().randomElement(using: &dice) else { break }
                try leave(bench, name)
                macs[name] = nil
                model.online[name] = nil
            case 12:
                bench.cutPower(outage: .seconds(.random(in: 5...4_000, using: &dice)))
                macs = [:]
                model.cutPower()
            case 13:
                // The answer of a table is lost: nothing of this reading counts.
                let menu = ["/ip/hotspot/active", "/interface", "/system/resource"].randomElement(using: &dice) ?? ""
                bench.host.router.plan(Fault(.closeBefore, menu: menu, times: 9))
                let outcome = await bench.keeper.read(bench.router)
                bench.host.router.clearFaults()
                if case .trouble = outcome {} else { Issue.record("\(say): \(outcome) though \(menu) was lost") }
            case 14:
                // The program ends between reading and writing: it is as if nothing had been read.
                _ = try await Self.reading(bench)
            case 15:
                // Read twice: the second adds nothing.
                let outcome = (await bench.keeper.read(bench.router), await bench.keeper.read(bench.router))
                #expect(outcome.0 == outcome.1, "\(say)")
                model.read()
            default:
                let outcome = await bench.keeper.read(bench.router)
                #expect(outcome == .read(sessions: model.online.count), "\(say)")
                model.read()
                try check(bench, model, say)
            }
            let history = try bench.day()
            for series in history.series {
                for flow in history.points.compactMap({ $0.flows[series] }) {
                    #expect(flow.up >= 0 && flow.down >= 0, "\(say)")
                }
                let total = try bench.month().total(of: series)
                let before = highest[series] ?? Flow()
                #expect(total.up >= before.up && total.down >= before.down, "\(say): \(series) shrank")
                highest[series] = total
            }
        }
    }

    private func leave(_ bench: WatchBench, _ name: String) throws {
        guard name.hasPrefix("guest") else {
            return bench.host.router.with { $0.hangUp(name, at: $1) }
        }
        let reply = try bench.host.router.perform(
            RouterCommand("/ip/hotspot/active", "print", query: ["user=\(name)"], properties: [".id"]))
        guard case .records(let rows) = reply, let id = rows.first?[".id"] else { return }
        try bench.operate("/ip/hotspot/active", "remove", [".id": id])
    }

    /// What is known after a reading is what the router has.
    private func check(_ bench: WatchBench, _ model: Model, _ say: String) throws {
        let live = try bench.live()
        #expect(Set(live.map(\.name)) == Set(model.online.keys), "\(say)")
        #expect(live.count == model.online.count, "\(say): one is listed twice")
        for session in live {
            #expect(session.flow == model.online[session.name]?.read, "\(say): \(session.name)")
        }
        let month = try bench.month()
        #expect(month.total(of: .hotspot) == model.hotspot, "\(say): hotspot")
        #expect(month.total(of: .ppp) == model.ppp, "\(say): ppp")
        #expect(month.total(of: .interface("ether1")) == model.uplink, "\(say): uplink")
        for session in try bench.past() {
            #expect(session.endedAt == session.seenAt && session.seenAt <= bench.clock.now, "\(say)")
        }
    }

    /// A reading that nobody keeps.
    static func reading(_ bench: WatchBench) async throws -> RouterReading {
        let clock = bench.clock
        let reader = RouterReader(bench.transport, now: { clock.now })
        return try await reader.read(after: try await reader.knock(), isKnown: { _ in true }, wantsHealth: true)
    }
}
