import SQL
import Synchronization
import RouterOS
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Adoption
@testable import RouterSimulator

/// What goes wrong on the way, and that running the line again heals it.
@Suite(.serialized, .ownThreads) struct TroubleTests {
    @Test("Cut anywhere in the middle, then pasted again: as if nothing had been; and the same on the way out")
    func heals() async throws {
        let whole = try AdoptionBench("7.20")
        try whole.furnish()
        let before = whole.picture
        _ = whole.paste(try whole.offer())
        let changed = Self.tables(differences(before, whole.picture))
        #expect(changed.count >= 6)
        await whole.stop()
        var cuts = (coming: 0, going: 0)
        for commands in stride(from: 1, through: 130, by: 3) {
            let bench = try AdoptionBench("7.20")
            try bench.furnish()
            let clean = bench.picture
            let adoption = try bench.offer()
            if cut(bench, bench.desk.line(of: adoption), after: commands) { cuts.coming += 1 }
            #expect(bench.paste(adoption).contains("Lango: done."), "after \(commands)")
            #expect(Self.tables(differences(clean, bench.picture)) == changed, "after \(commands)")
            let release = try bench.release(adoption.router)
            if cut(bench, bench.desk.line(of: release), after: commands) { cuts.going += 1 }
            #expect(bench.paste(release).contains("Nothing of Lango is left"), "after \(commands)")
            #expect(differences(clean, bench.picture).isEmpty, "after \(commands)")
            await bench.stop()
        }
        #expect(cuts.coming > 15 && cuts.going > 10, "\(cuts)")
    }

    /// The tables that differ.
    private static func tables(_ differences: [String]) -> Set<Substring> {
        Set(differences.map { $0.prefix { $0 != ":" } })
    }

    /// The power goes after so many commands; false where the line had come to its end before.
    private func cut(_ bench: AdoptionBench, _ line: String, after commands: Int) -> Bool {
        let left = Mutex(commands)
        let said = bench.run(line) {
            left.withLock { left in
                left -= 1
                return left < 0
            }
        }
        bench.host.router.with { machine, now in machine.cutPower(losingClock: false, ntpAfter: .zero, at: now) }
        return said.hasSuffix("interrupted\r\n")
    }

    @Test("A router that fetched what undoes its adoption is left alone until its report, or for two minutes")
    func rests() async throws {
        let bench = try AdoptionBench("7.20")
        let adoption = try bench.offer()
        _ = bench.paste(adoption)
        #expect(try !bench.isResting(adoption.router))
        let release = try bench.release(adoption.router)
        #expect(try !bench.isResting(adoption.router), "an offer alone stops nothing")
        _ = bench.run("/tool fetch url=\"\(bench.desk.link(of: release))/script\" dst-path=lango-release.rsc")
        #expect(try bench.isResting(adoption.router))
        bench.clock.advance(by: .minutes(3))
        #expect(try !bench.isResting(adoption.router))
        #expect(bench.paste(release).contains("Nothing of Lango is left"))
        #expect(try !bench.isResting(adoption.router))
        await bench.stop()
    }

    @Test("A file that was cut short is refused as a whole", arguments: ["6.49.10", "7.20"])
    func refusesHalfAFile(version: String) async throws {
        let bench = try AdoptionBench(version)
        let before = bench.picture
        let adoption = try bench.offer()
        let script = try bench.desk.script(of: adoption, for: bench.router(adoption))
        for share in [2, 3, 5, 10, 50, 99] {
            let half = Array(script.utf8.prefix(script.utf8.count * share / 100))
            bench.host.router.with { machine, _ in machine.store(half, as: "half.rsc") }
            _ = bench.run("/import file-name=half.rsc; /file remove half.rsc")
            _ = bench.run("/file remove [find name=half.rsc]")
            #expect(differences(before, bench.picture).isEmpty, "\(share) %")
        }
        await bench.stop()
    }

    @Test("A link gives its script for an hour, then 410; a stranger's token 404", arguments: Engine.available)
    func expires(engine: Engine) async throws {
        let bench = try AdoptionBench(engine: engine)
        let adoption = try bench.offer()
        #expect(try bench.adoption(adoption.router).state == .offered)
        bench.clock.advance(by: .minutes(59))
        #expect(bench.paste(adoption).contains("Lango: done."))
        let done = try bench.adoption(adoption.router)
        #expect(done.state == .done && done.fetchedFrom == "127.0.0.1" && done.settledAt == bench.clock.now)
        bench.clock.advance(by: .minutes(2))
        #expect(bench.paste(adoption).contains("<410 Gone>"))
        let stranger = bench.desk.line(of: adoption).replacing("/links/", with: "/links/0")
        #expect(bench.run(stranger).contains("<404 Not Found>"))
        #expect(bench.rows("/file").allSatisfy { $0["name"] != "lango-adopt.rsc" })
        await bench.stop()
    }

    @Test("A newer line takes the place of an older one")
    func replaces() async throws {
        let bench = try AdoptionBench()
        let (first, second) = (try bench.offer(), try bench.offer())
        #expect(first.router == second.router)
        #expect(bench.paste(first).contains("<410 Gone>"))
        #expect(bench.paste(second).contains("Lango: done."))
        await bench.stop()
    }

    @Test("Only a keyed hash of the token is kept, and no secret in the clear")
    func keepsSecrets() async throws {
        let bench = try AdoptionBench()
        var options = AdoptionBench.options
        options.radius = .init(address: IPv4Address(bits: 0x0A01_0009), services: [.ppp])
        let adoption = try bench.offer(options, secret: Secret("sirikubwa"))
        let token = bench.desk.token(of: adoption.id)
        let script = try bench.desk.script(of: adoption, for: bench.router(adoption))
        #expect(script.contains("sirikubwa") && script.contains(token))
        guard case .sqlite(let path) = bench.world.store.location else { return }
        await bench.stop()
        let kept = Program.read(path)
        #expect(kept.contains("new-gate"))
        for secret in [token, "sirikubwa"] { #expect(!kept.contains(secret)) }
    }

    @Test("A router whose device-mode forbids fetch takes the script from a file and says what is missing")
    func withoutFetch() async throws {
        let bench = try AdoptionBench("7.20")
        for feature in ["fetch", "hotspot"] {
            bench.host.router.with { machine, now in machine.setDeviceMode(feature, false, at: now) }
        }
        let adoption = try bench.offer()
        #expect(bench.paste(adoption).contains("not allowed by device-mode"))
        let script = try bench.desk.script(of: adoption, for: bench.router(adoption))
        let said = bench.run(script)
        for words in ["forbids the hotspot", "forbids fetch", "Confirm the router's certificate"] {
            #expect(said.contains(words), "\(said)")
        }
        #expect(bench.rows("/user").contains { $0["name"] == RouterMark(adoption.router).name })
        #expect(bench.rows("/ip/hotspot/profile").last?["html-directory"] == "hotspot")
        await bench.stop()
    }

    @Test("Too old a router is left as it is, with a sentence")
    func tooOld() async throws {
        let bench = try AdoptionBench("6.42")
        let before = bench.picture
        let said = bench.paste(try bench.offer())
        #expect(said.contains("Version 6.43 is the first") && said.contains("Nothing was changed."), "\(said)")
        _ = bench.run("/file remove lango-adopt.rsc")
        #expect(differences(before, bench.picture).isEmpty)
        await bench.stop()
    }

    @Test("REST on a router that has none is refused before anything is done")
    func restOnSix() async throws {
        let bench = try AdoptionBench("6.49.10")
        var options = AdoptionBench.options
        options.service = .https
        let before = bench.picture
        #expect(bench.paste(try bench.offer(options)).contains("REST over www-ssl needs RouterOS 7.1"))
        _ = bench.run("/file remove lango-adopt.rsc")
        #expect(differences(before, bench.picture).isEmpty)
        await bench.stop()
    }

    @Test(
        "The licence is told in what it allows",
        arguments: [
            ("free", "lets 1 Mbit/s through"), ("1", "lets 1 hotspot user in"), ("4", "lets 200 hotspot users"),
        ])
    func licence(level: String, words: String) async throws {
        let bench = try AdoptionBench { $0.router.license = level }
        #expect(bench.paste(try bench.offer()).contains(words))
        await bench.stop()
    }

    @Test("A hotspot that is missing stops nothing else")
    func withoutHotspot() async throws {
        let bench = try AdoptionBench("7.16.2")
        for row in bench.rows("/ip/hotspot") { try bench.operate("/ip/hotspot", "remove", [".id": row[".id"] ?? ""]) }
        let said = bench.paste(try bench.offer())
        #expect(said.contains("no hotspot is set up yet") && said.contains("Lango: done."), "\(said)")
        await bench.stop()
    }
}
