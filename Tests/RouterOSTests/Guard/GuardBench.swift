import RouterOS
import Synchronization
import Testing
import Values

@testable import RouterSimulator

/// A simulated router with the guard on it, no gateway anywhere, and a clock that the test moves.
final class GuardBench: Sendable {
    static let versions = ["6.49.10", "7.8", "7.12.1", "7.16.2", "7.20", "7.24"]
    static let modemPool = "10.64.0.2-10.64.31.254"

    let router: SimulatedRouter
    let console: Console

    init(_ version: String, guarded: Bool = true) throws {
        var settings = RouterSettings()
        settings.version = try #require(RouterRelease(version))
        settings.loginBy = "cookie,http-pap,mac-cookie"
        settings.seed = 7
        // The guard looks at each metered device: a few hundred steps.
        settings.longestScript = 100_000_000
        let clock = ClockHand()
        hand = clock
        let machine = RouterMachine(settings, at: clock.now.withLock { $0 })
        router = SimulatedRouter(machine) { clock.now.withLock { $0 } }
        console = Console(router, .full)
        if guarded { #expect(console.run(GuardScript.commands) == "") }
        let profile = ["name": "lines", "remote-address": "lines", "local-address": "10.64.0.1"]
        try router.perform(RouterCommand("/ip/pool", "add", ["name": "lines", "ranges": Self.modemPool]))
        try router.perform(RouterCommand("/ppp/profile", "add", profile))
        let server = ["interface": "ether2", "service-name": "isp", "disabled": "false"]
        try router.perform(RouterCommand("/interface/pppoe-server/server", "add", server))
        // A cookie of a month: nothing but the guard keeps anybody out.
        try router.perform(
            RouterCommand(
                "/ip/hotspot/user/profile", "add",
                ["name": "lango-full-speed", "mac-cookie-timeout": "30d", "keepalive-timeout": "2m"]))
    }

    private final class ClockHand: Sendable {
        let now = Mutex<Instant>(1_795_000_000_000)
    }

    private let hand: ClockHand

    var now: Instant { hand.now.withLock { $0 } }

    // MARK: Time

    /// Time passes, up to an instant; scripts run when they are due.
    func run(until end: Instant) {
        // The first look of a start says when each is due.
        router.runDueScripts()
        while true {
            let due = router.with { machine, _ in machine.schedule.values.min() }
            let next = min(end, max(now, due ?? end))
            hand.now.withLock { $0 = next }
            router.with { $0.advance(to: $1) }
            router.runDueScripts()
            if next >= end { return }
        }
    }

    /// Time passes in which no script runs.
    func jump(_ span: Span) {
        hand.now.withLock { $0 = $0 + span }
        router.with { $0.advance(to: $1) }
    }

    func run(for span: Span) { run(until: now + span) }

    func cutPower(losingClock: Bool = true, ntpAfter: Span? = .seconds(30)) {
        router.with { $0.cutPower(losingClock: losingClock, ntpAfter: ntpAfter, at: $1) }
    }

    func stepClock(_ span: Span) { router.with { $0.stepClock(by: span, at: $1) } }

    // MARK: Rows

    static func mac(_ number: Int) -> MACAddress { MACAddress(bits: 0x0250_0000_0000 + UInt64(number)) }

    /// The user of a device as the gateway writes it.
    func user(
        _ name: String, device number: Int, of subject: String, _ terms: RouterTerms, uptime: Span? = nil,
        volume: Int64? = nil
    ) throws {
        let mac = Self.mac(number)
        var user = HotspotUser(
            name: name, password: Secret("pw"), profile: "lango-full-speed",
            tag: RouterTag("\(subject)/\(mac)", terms: terms))
        user.device = mac
        if let uptime { user.uptimeLimit = .upTo(uptime) }
        if let volume { user.volumeLimit = .upTo(DataVolume(bytes: volume)) }
        let fields = Dictionary(user.row.fields.map { ($0.name, $0.value) }) { first, _ in first }
        try router.perform(RouterCommand("/ip/hotspot/user", "add", fields))
    }

    /// A PPPoE line as the gateway writes it.
    func line(_ name: String, _ tag: RouterTag) throws {
        let fields = ["name": name, "password": "pw", "profile": "lines", "comment": tag.comment]
        try router.perform(RouterCommand("/ppp/secret", "add", fields))
    }

    /// The queue of a line with a fixed address as the gateway writes it.
    func fixed(_ name: String, number: Int, _ tag: RouterTag) throws {
        let fields = [
            "name": "lango-\(name)", "target": "\(Self.office(number))/32", "max-limit": "0/0", "comment": tag.comment,
        ]
        try router.perform(RouterCommand("/queue/simple", "add", fields))
    }

    func row(_ path: String, _ name: String) -> Record {
        router.with { machine, _ in machine.records(of: path) }.first { $0["name"] == name || $0["user"] == name }
            ?? [:]
    }

    // MARK: People

    private static func address(_ number: Int) -> IPv4Address { IPv4Address(bits: 0x0A32_0002 + UInt32(number)) }

    /// A device appears and is let in with its password; whether the router took it.
    @discardableResult
    func enter(_ name: String, device number: Int) -> Bool {
        if passes(number) { return true }
        let login = [
            "ip": "\(Self.address(number))", "mac-address": "\(Self.mac(number))", "user": name, "password": "pw",
        ]
        return (try? router.perform(RouterCommand("/ip/hotspot/active", "login", login))) != nil
    }

    /// Whether a device's traffic passes; one with a cookie that is accepted is let in by that.
    func passes(_ number: Int, bytes: Int64 = 0) -> Bool {
        let (mac, address) = (Self.mac(number), Self.address(number))
        let outcome: TrafficOutcome = router.with { machine, now in
            // A network of any size; the simulated pool has 253 addresses.
            if machine.hotspot.phones[mac] == nil { machine.hotspot.phones[mac] = Phone(mac: mac, address: address) }
            return machine.traffic(mac, up: 0, down: bytes, at: now)
        }
        return outcome == .passed
    }

    func isOnline(_ number: Int) -> Bool {
        let mac = Self.mac(number)
        return router.with { machine, _ in machine.session(of: mac) != nil }
    }

    func leave(_ number: Int) {
        let mac = Self.mac(number)
        router.with { $0.phoneLeaves(mac, at: $1) }
    }

    /// A modem dials unless it is connected; whether it is then.
    func dials(_ name: String, modem number: Int) -> Bool {
        let mac = Self.mac(number)
        return router.with { machine, now in
            machine.advance(to: now)
            if machine.pppSessions.contains(where: { $0.user == name }) { return true }
            return (try? machine.dial(name, password: "pw", from: mac, at: now)) != nil
        }
    }

    /// Traffic over a line's session, where there is one.
    func moves(_ name: String, bytes: Int64) {
        router.with { _ = $0.pppTraffic(name, up: bytes / 4, down: bytes - bytes / 4, at: $1) }
    }

    /// The address of a line that has a fixed one.
    private static func office(_ number: Int) -> IPv4Address { IPv4Address(bits: 0x0A60_0002 + UInt32(number)) }

    /// Traffic of a fixed address.
    func moves(fixed number: Int, bytes: Int64) {
        router.with { machine, _ in
            machine.countQueue(of: Self.office(number), on: nil, up: bytes / 4, down: bytes - bytes / 4)
        }
    }

    /// Whether a fixed address reaches nothing but the provider's page.
    func isKeptOut(_ number: Int) -> Bool {
        router.with { machine, _ in machine.records(of: "/ip/firewall/address-list") }.contains {
            $0["list"] == GuardScript.blockedList && $0["address"] == Self.office(number).description
        }
    }
}
