import Locales
import RouterOS
import SQL
import Tenancy
import TestKit
import Testing
import Values

@testable import BackOffice
@testable import Monitoring

/// Days of the ISP that are longer or shorter than others.
@Suite struct TrafficDaysTests {
    /// A gigabyte an hour, found half past each hour, for four days until a moment.
    private static func plant(_ router: Router, until end: Instant, in store: Store) throws {
        let began = end - .days(4)
        var watch = RouterWatch()
        var kept: [(WatchLedger, RouterReading)] = []
        for hour in 0...Int64(96) {
            let at = began + .hours(hour) + .minutes(30)
            let flow = Flow(up: 1_000_000_000 * hour, down: 2_000_000_000 * hour)
            let reading = RouterReading(
                at: at,
                board: .init(
                    uptime: at - began + .days(3), load: 5, freeMemory: nil, totalMemory: nil, temperature: nil),
                sessions: [:],
                devices: [.init(id: try #require(RouterID("*1")), name: "ether1", isDynamic: false, flow: flow)])
            let elapsed = watch.readAt.map { at - $0 } ?? .zero
            let ledger = WatchLedger(reading, after: watch, elapsed: elapsed...elapsed)
            watch = ledger.watch
            kept.append((ledger, reading))
        }
        let readings = kept
        try store.writeNow(.tenant(router.tenant)) { transaction in
            _ = try transaction.holdWatch(of: router.id, of: router.tenant, as: "seed", at: end, until: end)
            for (revision, (ledger, reading)) in readings.enumerated() {
                _ = try transaction.record(
                    ledger, TrafficEntry(ledger, reading), after: Int64(revision), at: reading.at, of: router.id,
                    of: router.tenant, heldUntil: end)
            }
        }
    }

    /// Noon in Berlin two days after the change, and the hours of the two whole days before and the day of the change.
    static let cases: [(noon: Instant, hours: [Int64])] = [
        // 25 October 2026: the clocks go back.
        (1_793_098_800_000, [24, 25, 24]),
        // 29 March 2026: the clocks go ahead.
        (1_774_951_200_000, [24, 23, 24]),
    ]

    @Test("A day with 25 hours has the traffic of 25, one with 23 that of 23", arguments: cases)
    func changes(noon: Instant, hours: [Int64]) async throws {
        let office = try Office(.sqlite)
        let house = office.mtaani
        _ = try office.store.writeNow(.platform) { transaction in
            try transaction.run(
                "UPDATE main.tenant SET time_zone = 'Europe/Berlin' WHERE id = $1", house.tenant.id)
        }
        office.clock.advance(by: noon - .now)
        try Self.plant(house.router, until: noon, in: office.store)
        await office.traffic.care()
        let browser = try office.browser(as: house.admin.login)
        let page = try browser.get("/office/routers/\(house.router.id)/traffic?lang=en").text
        let section = try #require(page.split(separator: "id=\"days\"").last)
        let rows = section.split(separator: "<tr>").compactMap { row -> [String]? in
            let cells = row.split(separator: "<td class=\"end\">").dropFirst().map { String($0.prefix { $0 != "<" }) }
            return cells.count == 2 ? cells : nil
        }
        let locales = try Office.locales.get()
        func volume(_ gigabytes: Int64) -> String {
            locales.words(.volume(DataVolume(bytes: gigabytes * 1_000_000_000)), .english)
        }
        // Today first, of which half is over.
        try #require(rows.count == 5, "\(rows)")
        #expect(rows[1...3].map { $0[0] } == hours.map { volume(2 * $0) })
        #expect(rows[1...3].map { $0[1] } == hours.map { volume($0) })
        #expect(page.contains(noon < 1_780_000_000_000 ? "29 Mar" : "25 Oct"))
    }
}
