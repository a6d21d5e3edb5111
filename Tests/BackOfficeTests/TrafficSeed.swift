import RouterOS
import SQL
import Tenancy
import TestKit
import Values

@testable import Monitoring

/// A month of a router's life, reading by reading, as its keeper would have kept it.
struct TrafficSeed {
    /// A name as an operator may well type it, a byte of Windows among them.
    static let nasty = "<b>\"Duka\" = 50% 🦁</b> Ren\u{EFE9}"

    let router: Router
    let now: Instant
    /// How many days of it, one reading every five minutes in the last, one an hour before.
    var days: Int64 = 30
    /// When nobody could read it, hours before now.
    var gap: Range<Int64> = 5..<8

    func plant(in store: Store) throws {
        var dice = Dice(seed: 11)
        var watch = RouterWatch()
        var (uplink, guest, home) = (Flow(), Flow(), Flow())
        var at = now - .days(days)
        let began = at
        var ledgers: [(WatchLedger, RouterReading)] = []
        while at <= now {
            let step: Span = now - at > .hours(25) ? .minutes(20) : .minutes(5)
            let ago = (now - at).milliseconds / Span.hours(1).milliseconds
            // Quiet in the night, busy in the evening.
            let hour = floorDivide((at + .hours(3)).milliseconds, by: Span.days(1).milliseconds).remainder / 3_600_000
            let busy = [3, 2, 1, 1, 1, 2, 4, 6, 7, 7, 8, 8, 9, 9, 9, 10, 11, 13, 16, 19, 20, 17, 11, 6][Int(hour)]
            let seconds = step.milliseconds / 1_000
            func some(_ most: Int64) -> Int64 { seconds * Int64(busy) * .random(in: most / 2...most, using: &dice) }
            let (down, up) = (some(300_000), some(40_000))
            guest += Flow(up: up / 3, down: down / 3)
            home += Flow(up: up - up / 3, down: down - down / 3)
            uplink += Flow(up: down, down: up)
            if !gap.contains(ago) {
                let reading = reading(
                    at, since: began, load: Int64(2 * busy) + (Int64.random(in: 0...9, using: &dice)), uplink, guest,
                    home)
                let elapsed = watch.readAt.map { at - $0 } ?? .zero
                let ledger = WatchLedger(reading, after: watch, elapsed: elapsed...elapsed)
                watch = ledger.watch
                ledgers.append((ledger, reading))
            }
            at = at + step
        }
        let kept = ledgers
        try store.writeNow(.tenant(router.tenant)) { transaction in
            _ = try transaction.holdWatch(of: router.id, of: router.tenant, as: "seed", at: now, until: now)
            for (revision, (ledger, reading)) in kept.enumerated() {
                _ = try transaction.record(
                    ledger, TrafficEntry(ledger, reading), after: Int64(revision), at: reading.at, of: router.id,
                    of: router.tenant, heldUntil: now)
            }
        }
    }

    private func reading(
        _ at: Instant, since began: Instant, load: Int64, _ uplink: Flow, _ guest: Flow, _ home: Flow
    ) -> RouterReading {
        func id(_ number: Int) -> RouterID { RouterID("*\(number)") ?? Self.zero }
        let uptime = at - began + .days(3)
        let seen = [
            RouterReading.Seen(
                id: id(1), service: "hotspot", name: Self.nasty, mac: MACAddress(bits: 0x0250_0000_0001),
                address: IPv4Address("10.5.50.7"), uptime: at - began + .hours(1), flow: guest),
            RouterReading.Seen(
                id: id(2), service: "hotspot", name: "amina", mac: MACAddress(bits: 0x0250_0000_0002),
                address: IPv4Address("10.5.50.8"), uptime: at - began + .minutes(7), flow: Flow(up: 5_000, down: 70_000)
            ),
        ]
        let dialled = [
            RouterReading.Seen(
                id: id(3), service: "pppoe", name: "home-17", mac: MACAddress(bits: 0x0250_0000_0003),
                address: IPv4Address("10.8.0.17"), uptime: at - began + .days(1), flow: nil)
        ]
        // Who was there for a moment, to fill the list of those who went.
        let isShort =
            floorDivide(at.milliseconds, by: Span.hours(2).milliseconds).remainder < Span.minutes(20).milliseconds
        let guestOfAnHour = RouterReading.Seen(
            id: id(9), service: "hotspot", name: "guest", mac: MACAddress(bits: 0x0250_0000_0009),
            address: IPv4Address("10.5.50.99"), uptime: .minutes(1), flow: Flow(up: 1_000, down: 9_000))
        return RouterReading(
            at: at,
            board: .init(
                uptime: uptime, load: min(100, load), freeMemory: 71_000_000, totalMemory: 134_217_728, temperature: 47),
            sessions: [.hotspot: seen + (isShort ? [guestOfAnHour] : []), .ppp: dialled],
            devices: [
                .init(id: id(1), name: "ether1", isDynamic: false, flow: uplink),
                .init(
                    id: id(2), name: "bridge-hotspot", isDynamic: false,
                    flow: Flow(up: guest.up, down: guest.down)),
                .init(id: id(3), name: "<pppoe-home-17>", isDynamic: true, flow: home),
                .init(id: id(4), name: Self.nasty, isDynamic: false, flow: Flow()),
            ])
    }

    private static let zero: RouterID = {
        guard let id = RouterID("*0") else { preconditionFailure("*0 is an id") }
        return id
    }()
}
