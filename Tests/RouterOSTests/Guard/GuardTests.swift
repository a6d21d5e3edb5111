import RouterOS
import TestKit
import Testing
import Values

@testable import RouterSimulator

/// The guard, part by part, on each dialect that a router may speak.
@Suite(.serialized, .ownThreads) struct GuardTests {
    private static func terms(_ bench: GuardBench, _ span: Span) -> RouterTerms { RouterTerms(end: bench.now + span) }

    @Test("An end by the clock ends a device that left and came back by its cookie", arguments: GuardBench.versions)
    func wallEnd(version: String) throws {
        let bench = try GuardBench(version)
        try bench.user("v1", device: 1, of: "e1", Self.terms(bench, .hours(1)), uptime: .hours(1))
        bench.run(for: .seconds(30))
        #expect(bench.enter("v1", device: 1))
        bench.run(for: .minutes(10))
        bench.leave(1)
        bench.run(for: .minutes(30))
        #expect(bench.passes(1))
        bench.run(until: Instant(milliseconds: 1_795_000_000_000) + .hours(1) - .seconds(1))
        #expect(bench.passes(1) && bench.row("/ip/hotspot/user", "v1")["disabled"] == "false")
        bench.run(for: .seconds(45))
        #expect(!bench.passes(1) && !bench.enter("v1", device: 1))
        #expect(bench.row("/ip/hotspot/user", "v1")["disabled"] == "true")
        #expect(bench.row("/ip/hotspot/cookie", "v1").isEmpty)
    }

    @Test("Without the guard the same device goes on: connected time stopped while it was away")
    func unguarded() throws {
        let bench = try GuardBench("7.16.2", guarded: false)
        try bench.user("v1", device: 1, of: "e1", Self.terms(bench, .hours(1)), uptime: .hours(1))
        bench.enter("v1", device: 1)
        bench.run(for: .minutes(10))
        bench.leave(1)
        bench.run(for: .minutes(30))
        #expect(bench.passes(1))
        bench.run(for: .minutes(21))
        #expect(bench.passes(1))
    }

    @Test("An end by the clock ends a line, and its modem is not let in again", arguments: GuardBench.versions)
    func lineEnd(version: String) throws {
        let bench = try GuardBench(version)
        try bench.line("house", RouterTag("line/1", terms: Self.terms(bench, .hours(1))))
        #expect(bench.dials("house", modem: 9))
        bench.run(for: .hours(1) - .seconds(1))
        #expect(bench.dials("house", modem: 9))
        bench.run(for: .seconds(45))
        #expect(!bench.dials("house", modem: 9))
        #expect(bench.row("/ppp/secret", "house")["disabled"] == "true")
    }

    @Test("Rows without our mark are never touched, whatever their comments say")
    func foreign() throws {
        let bench = try GuardBench("7.20")
        let comments = [
            "until=1000000000", "lango until=1000000000", " lango:x until=1000000000", "pay lango:x until=1000000000",
            "lango: until=1000000000", "lango:x note until=1000000000",
        ]
        for (number, comment) in comments.enumerated() {
            let fields = ["name": "f\(number)", "password": "pw", "comment": comment]
            try bench.router.perform(RouterCommand("/ip/hotspot/user", "add", fields))
            try bench.router.perform(RouterCommand("/ppp/secret", "add", fields))
        }
        try bench.user("ours", device: 99, of: "e", RouterTerms(end: bench.now - .hours(1)))
        #expect(bench.enter("f0", device: 1))
        bench.run(for: .minutes(5))
        bench.cutPower()
        bench.run(for: .minutes(5))
        #expect(bench.enter("f0", device: 1))
        bench.run(for: .minutes(5))
        #expect(bench.isOnline(1) && bench.row("/ip/hotspot/user", "ours")["disabled"] == "true")
        for number in comments.indices {
            #expect(bench.row("/ip/hotspot/user", "f\(number)")["disabled"] == "false")
            #expect(bench.row("/ppp/secret", "f\(number)")["disabled"] == "false")
        }
    }

    @Test("A device that is online by another entitlement keeps its session", arguments: ["6.49.10", "7.24"])
    func otherEntitlement(version: String) throws {
        let bench = try GuardBench(version)
        try bench.user("old", device: 1, of: "e1", Self.terms(bench, .minutes(5)))
        try bench.user("new", device: 1, of: "e2", Self.terms(bench, .hours(5)))
        #expect(bench.enter("new", device: 1))
        bench.run(for: .minutes(10))
        #expect(bench.row("/ip/hotspot/user", "old")["disabled"] == "true" && bench.isOnline(1))
    }

    @Test("A cut that the power ended half-way is made whole at the next start")
    func halfWay() throws {
        let bench = try GuardBench("7.16.2")
        try bench.user("v1", device: 1, of: "e1", Self.terms(bench, .minutes(5)))
        #expect(bench.enter("v1", device: 1))
        bench.run(for: .minutes(4) + .seconds(50))
        // Disabled, and then nothing more: the cookie would let it in for a month.
        try bench.router.perform(RouterCommand("/ip/hotspot/user", "disable", ["numbers": "v1"]))
        bench.cutPower(ntpAfter: .seconds(30))
        bench.run(for: .minutes(1))
        #expect(!bench.passes(1) && bench.row("/ip/hotspot/cookie", "v1").isEmpty)
    }

    // MARK: Time

    /// What the guard believes the time to be, less the truth; nil where it believes nothing.
    private static func error(_ bench: GuardBench) -> Int64? {
        let text = bench.console.run(":global langoBase; :put $langoBase").filter(\.isNumber)
        let bootedAt = bench.router.with { machine, _ in machine.bootedAt }
        return Int64(text).map { $0 - bootedAt.milliseconds / 1_000 }
    }

    @Test("The time is read in every form of dates and zones", arguments: GuardBench.versions, [10_800, -12_600, 0])
    func dates(version: String, zone: Int64) throws {
        let bench = try GuardBench(version)
        bench.router.with { $0.setZone(secondsAhead: zone, at: $1) }
        // Through the ends of months and a leap day.
        for days in [1, 31, 59, 300, 400] {
            bench.jump(.days(Int64(days)))
            bench.cutPower(ntpAfter: .seconds(5))
            bench.run(for: .seconds(43))
            let error = try #require(Self.error(bench))
            #expect((-2...0).contains(error), "\(version) \(days): \(error)")
        }
    }

    @Test("However many metered devices are online, each is looked at")
    func many() throws {
        let bench = try GuardBench("7.20")
        for number in 0..<1_000 {
            try bench.user("v\(number)", device: number, of: "e\(number)", RouterTerms(time: .seconds(30)))
            bench.enter("v\(number)", device: number)
        }
        #expect((0..<1_000).allSatisfy { bench.isOnline($0) })
        bench.run(for: .seconds(70))
        #expect(!(0..<1_000).contains { bench.isOnline($0) })
    }

    @Test("A clock that is set by hand moves nothing, forwards or backwards", arguments: [Span.hours(3), .hours(-3)])
    func steps(step: Span) throws {
        let bench = try GuardBench("7.12.1")
        bench.run(for: .minutes(1))
        bench.stepClock(step)
        bench.run(for: .hours(1) + .seconds(3))
        #expect((-2...0).contains(try #require(Self.error(bench))))
        // After a start a clock that the network has not set is not believed either.
        bench.cutPower(losingClock: false, ntpAfter: .minutes(5))
        bench.run(for: .minutes(4) + .seconds(3))
        #expect((-700...0).contains(try #require(Self.error(bench))))
        bench.run(for: .minutes(2))
        #expect((-2...0).contains(try #require(Self.error(bench))))
    }

    @Test("Without a network clock, time goes on from what was remembered: late by the outage, never early")
    func noNetworkTime() throws {
        let bench = try GuardBench("6.49.10")
        bench.run(for: .hours(1))
        try bench.user("v1", device: 1, of: "e1", Self.terms(bench, .hours(1)))
        bench.cutPower(ntpAfter: nil)
        bench.enter("v1", device: 1)
        bench.run(for: .hours(1) - .seconds(1))
        #expect(bench.passes(1))
        bench.run(for: .minutes(11))
        #expect(!bench.passes(1))
    }

    @Test("The gateway's word counts until the router starts again, over what the clock says")
    func word() throws {
        let bench = try GuardBench("7.8")
        bench.stepClock(.hours(3))
        bench.run(for: .seconds(30))
        #expect(try #require(Self.error(bench)) > 10_000)
        let memory = try #require(bench.row("/system/script", GuardScript.memory)["source"])
        let start = memory.split(separator: " ")[1]
        let fields = ["name": GuardScript.word, "source": "# \(start) 1795000000"]
        try bench.router.perform(RouterCommand("/system/script", "add", fields))
        bench.run(for: .minutes(2))
        #expect((-2...0).contains(try #require(Self.error(bench))))
        bench.cutPower(ntpAfter: .seconds(10))
        bench.run(for: .minutes(1) + .seconds(3))
        #expect((-2...0).contains(try #require(Self.error(bench))))
    }

    // MARK: Allowances

    @Test("Devices that share connected time use it up together", arguments: ["6.49.10", "7.24"])
    func sharedTime(version: String) throws {
        let bench = try GuardBench(version)
        let terms = RouterTerms(time: .hours(2), isShared: true)
        for number in 1...2 { try bench.user("v\(number)", device: number, of: "e", terms, uptime: .hours(2)) }
        try bench.user("v3", device: 3, of: "other", RouterTerms(time: .hours(2)), uptime: .hours(2))
        for number in 1...3 { #expect(bench.enter("v\(number)", device: number)) }
        bench.run(for: .hours(1) - .seconds(2))
        #expect(bench.passes(1) && bench.passes(2))
        bench.run(for: .seconds(45))
        #expect(!bench.passes(1) && !bench.passes(2) && bench.passes(3))
    }

    @Test(
        "Devices that share data use it up together; one alone stops at its last byte", arguments: ["6.49.10", "7.24"])
    func sharedData(version: String) throws {
        let bench = try GuardBench(version)
        let terms = RouterTerms(volume: DataVolume(bytes: 1_000_000), isShared: true)
        for number in 1...2 { try bench.user("v\(number)", device: number, of: "e", terms, volume: 1_000_000) }
        for number in 1...2 { #expect(bench.enter("v\(number)", device: number)) }
        #expect(bench.passes(1, bytes: 600_000) && bench.passes(2, bytes: 300_000))
        bench.run(for: .minutes(2))
        #expect(bench.passes(1) && bench.passes(2))
        #expect(bench.passes(2, bytes: 100_000))
        bench.run(for: .seconds(25))
        #expect(!bench.passes(1) && !bench.passes(2))
    }

    @Test("What a session had used when the power went stays used", arguments: GuardBench.versions)
    func usedBeforeCut(version: String) throws {
        let bench = try GuardBench(version)
        try bench.user("v1", device: 1, of: "e1", RouterTerms(time: .hours(2)), uptime: .hours(2))
        try bench.user(
            "v2", device: 2, of: "e2", RouterTerms(volume: DataVolume(bytes: 900_000)), volume: 900_000)
        for number in 1...2 { #expect(bench.enter("v\(number)", device: number)) }
        #expect(bench.passes(2, bytes: 800_000))
        bench.run(for: .hours(1))
        for _ in 0..<2 {
            bench.cutPower()
            for number in 1...2 { #expect(bench.enter("v\(number)", device: number)) }
            bench.run(for: .minutes(29))
        }
        #expect(bench.passes(1) && bench.passes(2))
        #expect(bench.passes(2, bytes: 99_000))
        bench.run(for: .minutes(1))
        #expect(bench.passes(2))
        bench.run(for: .minutes(2))
        #expect(!bench.passes(1))
        #expect(bench.passes(2, bytes: 2_000))
        bench.run(for: .seconds(25))
        #expect(!bench.passes(2))
    }

    @Test("The commands bring an older edition up to date and change nothing twice; the removal takes all away")
    func editions() throws {
        let bench = try GuardBench("7.16.2")
        bench.run(for: .minutes(1))
        let writes = { bench.router.with { machine, _ in machine.journal.entries.count } }
        let before = writes()
        #expect(bench.console.run(GuardScript.commands) == "" && writes() == before)
        try bench.router.perform(
            RouterCommand(
                "/system/script", "set",
                [".id": GuardScript.name, "comment": "lango:guard 00000000", "source": ":put 1"]))
        #expect(bench.console.run(GuardScript.commands) == "")
        #expect(bench.row("/system/script", GuardScript.name)["source"] == GuardScript.parts.last?.source)
        #expect(bench.console.run(GuardScript.removal) == "")
        #expect(bench.router.with { machine, _ in machine.records(of: "/system/script") }.isEmpty)
        #expect(bench.router.with { machine, _ in machine.records(of: "/system/scheduler") }.isEmpty)
    }
}
