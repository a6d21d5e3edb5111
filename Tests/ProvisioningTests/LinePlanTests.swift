import Catalog
import Entitlements
import RouterOS
import Subscribers
import Tenancy
import TestWorld
import Testing
import Values

@testable import Provisioning
@testable import RouterSimulator

/// The plan as a function of rows: what it writes is taken by every release, and does what it says.
@Suite struct LinePlanTests {
    private static let now = World.noon
    private static let page = BlockedPage(address: IPv4Address(bits: 0x0A00_0005), port: 8_090)

    /// A router of a release that keeps rows and takes commands; nobody is between it and the plan.
    private struct Shelf {
        var machine: RouterMachine

        init(_ release: RouterRelease) throws {
            var settings = RouterSettings()
            settings.version = release
            machine = RouterMachine(settings, at: LinePlanTests.now)
            let rows: [(String, String, [String: String])] = [
                ("/ip/pool", "add", ["name": "lines", "ranges": "10.9.0.2-10.9.0.200"]),
                (
                    "/ppp/profile", "set",
                    ["numbers": "default", "local-address": "10.9.0.1", "remote-address": "lines"]
                ),
                ("/interface/pppoe-server/server", "add", ["interface": "ether2", "disabled": "no"]),
                ("/ip/firewall/filter", "add", ["chain": "forward", "action": "accept", "comment": "theirs"]),
            ]
            for (menu, verb, values) in rows { try run(menu, verb, values) }
        }

        mutating func run(_ menu: String, _ verb: String, _ values: [String: String]) throws {
            _ = try machine.perform(RouterCommand(menu, verb, values), by: .full, at: LinePlanTests.now)
        }

        var look: LineLook {
            var records: [RouterOS.Menu: [RouterRecord]] = [:]
            for menu in LineLook.properties.keys {
                records[menu] = machine.records(of: menu.path).map { row in
                    RouterRecord(id: row[".id"].flatMap { RouterID($0) }, row.filter { $0.key != ".id" })
                }
            }
            return LineLook(records)
        }

        /// Carries steps out as a sweep does, property by property as the schema knows them.
        mutating func carryOut(_ steps: [SweepPlan.Step]) throws {
            for step in steps {
                switch step.deed {
                case .add(let row, _): try run(row.menu.path, "add", Self.values(row.initial))
                case .set(let menu, let id, let fields):
                    try run(menu.path, "set", Self.values(fields).merging(["numbers": id.description]) { $1 })
                case .remove(let menu, let id): try run(menu.path, "remove", ["numbers": id.description])
                case .move(let menu, let id, let target):
                    try run(menu.path, "move", ["numbers": id.description, "destination": target.description])
                case .cut: Issue.record("a line is no hotspot user")
                }
            }
        }

        private static func values(_ fields: [RouterField]) -> [String: String] {
            Dictionary(fields.map { ($0.name, $0.value) }) { $1 }
        }
    }

    private static func line(
        _ name: String, kind: Line.Kind = .pppoe, rate: String? = "2M/5M", state: Line.State = .active,
        address: UInt32? = nil, mac: MACAddress? = nil
    ) -> DesiredLine {
        let line = Line(
            id: ID(at: now), tenant: ID(at: now), kind: kind, name: name, passwordSealed: nil, passwordAt: now,
            package: ID(at: now), entitlement: ID(at: now), router: ID(at: now),
            address: address.map { IPv4Address(bits: $0) }, mac: mac, state: state, stateAt: now, createdAt: now,
            changedAt: now)
        let period = Entitlement(
            id: line.entitlement, tenant: line.tenant, package: line.package, source: .subscription,
            sourceID: line.id.rebound(to: Void.self), site: nil, startsAt: now, endsAt: now + .days(30),
            onlineLimit: .unlimited, dataLimit: .unlimited, rateLimit: rate.flatMap { RateLimit($0) }, deviceLimit: 1)
        return DesiredLine(
            line, period, counter: nil, password: kind == .pppoe ? Secret("open-sesame") : nil, at: now)
    }

    private static let lines = [
        line("asha"), line("burst", rate: "2M/5M 4M/10M 1M/2M 8/16"), line("full", rate: nil),
        line("fixed.pppoe", address: 0x0A09_0101), line("gone", state: .suspended),
        line("shop", kind: .fixed, address: 0x0A08_0005, mac: World.mac(7)),
        line("late", kind: .fixed, state: .suspended, address: 0x0A08_0006),
    ]

    private static func steps(_ shelf: Shelf, _ lines: [DesiredLine], _ strays: [ID<Line>: Drift.Cause] = [:])
        -> [SweepPlan.Step]
    {
        let rules = BlockedAccess(page: page).steps(shelf.look, isWanted: !lines.isEmpty)
        return rules + LinePlan(shelf.look, desired: lines, strays: strays, at: now).steps
    }

    @Test(
        "What is written is taken by every release, and the second plan writes nothing",
        arguments: [
            RouterRelease(6, 49, 10), RouterRelease(7, 9), RouterRelease(7, 16, 2), RouterRelease(7, 20),
            RouterRelease(7, 24),
        ])
    func releases(release: RouterRelease) throws {
        var shelf = try Shelf(release)
        try shelf.carryOut(Self.steps(shelf, Self.lines))
        #expect(Self.steps(shelf, Self.lines).isEmpty, "\(Self.steps(shelf, Self.lines).map(\.deed))")
        let secrets = shelf.machine.records(of: "/ppp/secret")
        #expect(secrets.compactMap { $0["name"] }.sorted() == ["asha", "burst", "fixed.pppoe", "full", "gone"])
        #expect(secrets.first { $0["name"] == "gone" }?["profile"] == "lango-suspended")
        let profile = shelf.machine.records(of: "/ppp/profile").first { $0["name"] == "lango-2M-5M" }
        #expect(profile?["remote-address"] == "lines" && profile?["only-one"] == "yes")

        // All lines closed: nothing of ours is left but profiles, and what others wrote stays.
        let strays = Dictionary(uniqueKeysWithValues: Self.lines.map { ($0.line.id, Drift.Cause.over) })
        try shelf.carryOut(Self.steps(shelf, [], strays))
        for menu in ["/ppp/secret", "/queue/simple", "/ip/firewall/nat", "/ip/firewall/address-list"] {
            #expect(
                shelf.machine.records(of: menu).allSatisfy { $0["comment"]?.hasPrefix("lango:") != true }, "\(menu)")
        }
        let filter = shelf.machine.records(of: "/ip/firewall/filter").filter { $0["dynamic"] != "true" }
        #expect(filter.compactMap { $0["comment"] } == ["theirs"])
    }

    @Test("Every property that is written is known by the schema of every release")
    func properties() throws {
        for version in [RouterVersion(7, 9), RouterVersion(7, 16), RouterVersion(7, 24)] {
            let rows = Self.lines.flatMap {
                [$0.secret(beside: nil, at: Self.now), $0.queue, $0.lease, $0.listEntry, $0.profile?.row]
            }
            for row in rows {
                guard let row, let menu = RouterSchema.menu(row.menu.path) else { continue }
                for field in row.fields {
                    #expect(menu.isWritable(field.name, in: version), "\(menu.path) \(field.name) in \(version)")
                }
            }
        }
    }

    @Test("Rules stand before others' in their order, whichever of them are there", arguments: 0..<16)
    func order(present: Int) throws {
        var shelf = try Shelf(RouterRelease(7, 16, 2))
        let access = BlockedAccess(page: Self.page)
        let rules = access.rules(.firewallFilter)
        // Some are there already, behind what somebody else wrote, in the wrong order.
        for (index, rule) in rules.enumerated().reversed() where present & 1 << index != 0 {
            try shelf.carryOut([SweepPlan.Step(deed: .add(rule, last: nil), drift: nil)])
        }
        try shelf.carryOut(access.steps(shelf.look, isWanted: true))
        let comments = shelf.machine.records(of: "/ip/firewall/filter").filter { $0["dynamic"] != "true" }
            .compactMap { $0["comment"] }
        let wanted = rules.compactMap { $0.key.first?.value } + ["theirs"]
        #expect(comments == wanted)
        #expect(access.steps(shelf.look, isWanted: true).isEmpty)
    }

    @Test("No password is told in a drift")
    func secretive() throws {
        var shelf = try Shelf(RouterRelease(7, 16, 2))
        try shelf.carryOut(Self.steps(shelf, [Self.lines[0]]))
        try shelf.run("/ppp/secret", "set", ["numbers": "asha", "password": "guessed"])
        let words = Self.steps(shelf, [Self.lines[0]]).compactMap { $0.drift?.description }
        #expect(words.count == 1)
        #expect(words.allSatisfy { !$0.contains("guessed") && !$0.contains("open-sesame") }, "\(words)")
    }

    /// What a router counted, and how long the session runs that it has now.
    struct Count: Sendable {
        var counted: Int64?
        /// Seconds since it was read.
        var age: Int64 = 10
        var isElsewhere = false
        var session: Int64?
        let mark: Int64
    }

    @Test(
        "The mark of a line says at which count of its session or queue its data is over",
        arguments: [
            Count(mark: 9_000), Count(session: 600, mark: 9_000), Count(counted: 700, session: 600, mark: 9_700),
            // The session began after the counter was read, or is over.
            Count(counted: 700, age: 700, session: 600, mark: 9_000), Count(counted: 700, mark: 9_000),
            Count(counted: 700, isElsewhere: true, session: 600, mark: 9_000),
        ])
    func dataMark(count: Count) throws {
        let router = ID<Router>(at: Self.now)
        let counter = count.counted.map {
            LineCounter(
                router: count.isElsewhere ? ID(at: Self.now) : router, bytesUp: $0 - 100, bytesDown: 100,
                seenAt: Self.now - .seconds(count.age))
        }
        let session = try count.session.map { seconds in
            try #require(PPPSession(RouterRecord(id: RouterID("*1"), ["name": "asha", "uptime": "\(seconds)s"])))
        }
        let login = Self.counted(.pppoe, router, counter)
        let comment = login.secret(beside: session, at: Self.now)?.fields.first { $0.name == "comment" }?.value
        #expect(RouterTag(comment: comment)?.terms.volume?.bytes == count.mark)
        // A queue has no sessions: what it counted counts.
        let fixed = Self.counted(.fixed, router, counter)
        let mark = fixed.queue?.fields.first { $0.name == "comment" }?.value
        let known = count.isElsewhere ? 0 : count.counted ?? 0
        #expect(
            RouterTag(comment: mark)?.terms
                == RouterTerms(end: Self.now + .days(30), volume: DataVolume(bytes: known + 9_000)))
    }

    /// A line of which 1,000 of 10,000 bytes are used.
    private static func counted(_ kind: Line.Kind, _ router: ID<Router>, _ counter: LineCounter?) -> DesiredLine {
        let line = Line(
            id: ID(at: now), tenant: ID(at: now), kind: kind, name: "asha", passwordSealed: nil, passwordAt: now,
            package: ID(at: now), entitlement: ID(at: now), router: router, address: IPv4Address(bits: 0x0A08_0007),
            mac: nil, state: .active, stateAt: now, createdAt: now, changedAt: now)
        let period = Entitlement(
            id: line.entitlement, tenant: line.tenant, package: line.package, source: .subscription,
            sourceID: line.id.rebound(to: Void.self), site: nil, startsAt: now, endsAt: now + .days(30),
            onlineLimit: .unlimited, dataLimit: .upTo(DataVolume(bytes: 10_000)), dataUsed: DataVolume(bytes: 1_000),
            rateLimit: nil, deviceLimit: 1)
        return DesiredLine(
            line, period, counter: counter, password: kind == .pppoe ? Secret("open-sesame") : nil, at: now)
    }
}
