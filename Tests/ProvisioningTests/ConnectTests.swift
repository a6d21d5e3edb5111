import Catalog
import Crypto
import Entitlements
import RouterOS
import RouterSimulator
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers
import Wires

@testable import Provisioning

@Suite(.serialized, .ownThreads) struct ConnectTests {
    @Test(
        "A code becomes a user with its limits, an open session and a running clock, over each service",
        arguments: Engine.available, [.http, .api] as [RouterWay.Service])
    func connect(engine: Engine, service: RouterWay.Service) async throws {
        let bench = try RouterBench(engine, by: [service])
        bench.start()
        let offer = try bench.world.makePackage(
            .fromFirstUse(.hours(2)), data: .upTo(DataVolume(bytes: 5_000_000)), rate: "2M/5M")
        let (id, device) = try bench.redeem(bench.vouchers(offer)[0], 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        #expect(try bench.effect(id)?.note == .online)
        let user = try #require(bench.users().first { $0["name"] == device.username })
        #expect(["1h59m59s", "2h", "2h1s"].contains(user["limit-uptime"]))
        #expect(user["limit-bytes-total"] == "5000000")
        #expect(user["mac-address"] == World.mac(1).description)
        let profile = bench.rows("/ip/hotspot/user/profile").first { $0["name"] == user["profile"] }
        #expect(profile?["rate-limit"] == "2M/5M")
        #expect(bench.isOnline(1))
        let entitlement = try #require(try bench.entitlement(device.entitlement))
        let connected = try #require(entitlement.connectedAt)
        #expect(entitlement.endsAt == connected + .hours(2))
        #expect(try bench.router()?.state == .ready)
        #expect(try bench.router()?.version?.hasPrefix("7.16.2") == true)
        await bench.stop()
    }

    @Test("The waiting page is told at once; a code given again changes nothing on the router")
    func again() async throws {
        let bench = try RouterBench()
        let gateway = bench.start()
        let code = try bench.vouchers(bench.world.makePackage())[0]
        for round in 1...3 {
            let (id, _) = try bench.redeem(code, 1)
            gateway.nudge(bench.world.routers[0].id)
            await withCheckedContinuation { done in
                gateway.awaitSettlement(of: id, within: .seconds(10)) { done.resume() }
            }
            #expect(try bench.effect(id)?.state == .done, "\(round)")
            #expect(bench.users().count == 1)
            #expect(bench.online().count == 1)
        }
        await bench.stop()
    }

    @Test(
        "While the router is down nothing is lost and no clock runs; it goes on by itself", arguments: Engine.available)
    func down(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        bench.start()
        bench.host.closeREST()
        let offer = try bench.world.makePackage(.fromFirstUse(.hours(1)))
        let (id, device) = try bench.redeem(bench.vouchers(offer)[0], 1)
        #expect(try eventually { try bench.effect(id)?.note == .routerDown })
        #expect(try bench.router()?.state == .unreachable)
        #expect(try bench.entitlement(device.entitlement)?.connectedAt == nil)
        bench.skip(.hours(3))
        bench.join(1)
        try bench.host.reopenREST()
        #expect(try eventually { try bench.effect(id)?.state == .done })
        let left = try bench.entitlement(device.entitlement)?.balance(at: bench.clock.now()).remainder?.time.limit
        #expect(try #require(left) > .minutes(59))
        #expect(bench.isOnline(1))
        #expect(try bench.router()?.state == .ready)
        await bench.stop()
    }

    @Test("What ended while the router was down is not brought back")
    func tooLate() async throws {
        let bench = try RouterBench()
        bench.start()
        bench.host.closeREST()
        let (id, device) = try bench.redeem(bench.vouchers(bench.world.makePackage())[0], 1)
        #expect(try eventually { try bench.effect(id)?.note == .routerDown })
        try bench.withdraw(device.entitlement)
        try bench.host.reopenREST()
        #expect(try eventually { try bench.world.store.read(.platform) { try $0.allWaitingEffects() } == 0 })
        #expect(try bench.effect(id)?.state == .failed)
        #expect(try bench.effect(id)?.note == .tooLate)
        #expect(bench.users().isEmpty && bench.online().isEmpty)
        await bench.stop()
    }

    @Test("Wrong credentials are told in a sentence, and tried again when they are put right")
    func refused() async throws {
        let bench = try RouterBench()
        try bench.host.router.perform(RouterCommand("/user", "set", [".id": "lango", "password": "other"]))
        bench.start()
        let (id, _) = try bench.redeem(bench.vouchers(bench.world.makePackage())[0], 1)
        #expect(try eventually { try bench.effect(id)?.note == .routerRefused })
        #expect(try bench.router()?.state == .refusing)
        #expect(try bench.router()?.stateNote.isEmpty == false)
        #expect(try bench.router()?.stateNote.contains("open") == false)
        try bench.host.router.perform(RouterCommand("/user", "set", [".id": "lango", "password": "open"]))
        #expect(try eventually { try bench.effect(id)?.state == .done })
        await bench.stop()
    }

    @Test("A device that the router has not seen gets a user and must send the form itself")
    func needsForm() async throws {
        let bench = try RouterBench()
        let gateway = bench.start()
        let (id, _) = try bench.redeem(
            bench.vouchers(bench.world.makePackage())[0], 1, address: IPv4Address(bits: 0x0A05_32C8))
        #expect(try eventually { try bench.effect(id)?.state == .done })
        let effect = try #require(try bench.effect(id))
        #expect(effect.note == .needsForm)
        let sealed = try #require(effect.answerSealed)
        #expect(try gateway.password(sealed, of: effect).revealed.utf8.count == 14)
        #expect(bench.users().count == 1 && bench.online().isEmpty)
        await bench.stop()
    }

    @Test("Where nobody says where a device waits, the hotspot knows it")
    func findsTheHost() async throws {
        let bench = try RouterBench()
        bench.start()
        _ = bench.join(1, at: 0)
        let (id, _) = try bench.redeem(bench.vouchers(bench.world.makePackage())[0], 1, address: IPv4Address(bits: 0))
        #expect(try eventually { try bench.effect(id)?.state == .done })
        #expect(try bench.effect(id)?.note == .online)
        #expect(bench.isOnline(1))
        await bench.stop()
    }

    @Test("A stopped gateway leaves its work to the next one")
    func restart() async throws {
        let bench = try RouterBench()
        let first = bench.start()
        bench.host.closeREST()
        let (id, _) = try bench.redeem(bench.vouchers(bench.world.makePackage())[0], 1)
        #expect(try eventually { try bench.effect(id)?.note == .routerDown })
        await first.stop()
        try bench.host.reopenREST()
        bench.start()
        #expect(try eventually { try bench.effect(id)?.state == .done })
        #expect(bench.users().count == 1 && bench.online().count == 1)
        await bench.stop()
    }
}

@Suite(.serialized, .ownThreads) struct FaultTests {
    /// How many requests the connection of one phone takes when all goes well.
    private func requests(_ bench: RouterBench) -> Int {
        bench.host.router.with { machine, _ in machine.journal.counts.values.reduce(0, +) }
    }

    @Test("Whichever request goes wrong, and however, it ends with one user, one session, one entitlement")
    func everyStep() async throws {
        let bench = try RouterBench()
        bench.start()
        let offer = try bench.world.makePackage(.fromFirstUse(.hours(1)), rate: "1M/1M")
        let codes = try bench.vouchers(offer, 120)
        let (first, _) = try bench.redeem(codes[0], 1)
        #expect(try eventually { try bench.effect(first)?.state == .done })
        // A reading of the counters may come between, so the shortest of some connections is what one takes.
        var steps = Int.max
        for phone in 2...4 {
            let before = requests(bench)
            let (id, _) = try bench.redeem(codes[phone - 1], phone)
            #expect(try eventually { try bench.effect(id)?.state == .done })
            steps = min(steps, requests(bench) - before)
        }
        #expect((4...20).contains(steps))
        var phone = 5
        for kind in [Fault.Kind.loseReply, .closeBefore, .cut(30), .error500] {
            for step in 0..<steps {
                bench.host.router.plan(Fault(kind, skip: step))
                let (id, device) = try bench.redeem(codes[phone - 1], phone)
                let isDone = try eventually { try bench.effect(id)?.state == .done }
                #expect(isDone, "\(kind) at step \(step)")
                bench.host.router.clearFaults()
                let note = try bench.effect(id)?.note
                #expect(note == .online || note == .needsForm, "\(kind) at step \(step)")
                #expect(bench.users().filter { $0["name"] == device.username }.count == 1, "\(kind) at step \(step)")
                #expect(bench.isOnline(phone) || note == .needsForm, "\(kind) at step \(step)")
                #expect(try bench.entitlement(device.entitlement)?.connectedAt != nil)
                phone += 1
            }
        }
        #expect(bench.users().count == phone - 1)
        #expect(Set(bench.online().map { $0["mac-address"] }).count == bench.online().count)
        #expect(bench.rows("/ip/hotspot/user/profile").filter { $0["name"]?.hasPrefix("lango-") == true }.count == 1)
        await bench.stop()
    }

    @Test("Whichever request of a cut goes wrong, nobody stays")
    func everyStepOfACut() async throws {
        let bench = try RouterBench()
        bench.start()
        let codes = try bench.vouchers(bench.world.makePackage(), 100)
        var phone = 1
        for kind in [Fault.Kind.loseReply, .closeBefore, .error500] {
            for step in 0..<14 {
                let (id, device) = try bench.redeem(codes[phone - 1], phone)
                #expect(try eventually { try bench.effect(id)?.state == .done })
                bench.host.router.plan(Fault(kind, skip: step))
                try bench.withdraw(device.entitlement)
                #expect(try eventually { try bench.world.store.read(.platform) { try $0.allWaitingEffects() } == 0 })
                bench.host.router.clearFaults()
                #expect(bench.users().isEmpty && bench.online().isEmpty, "\(kind) at step \(step)")
                phone += 1
            }
        }
        await bench.stop()
    }

    @Test("A slow router is waited for; one that hangs is given up and tried again")
    func slow() async throws {
        let bench = try RouterBench()
        bench.start()
        let codes = try bench.vouchers(bench.world.makePackage(), 2)
        bench.host.router.plan(Fault(.slow(400), times: 6))
        let (slow, _) = try bench.redeem(codes[0], 1)
        #expect(try eventually(within: 20) { try bench.effect(slow)?.state == .done })
        bench.host.router.plan(Fault(.hang, skip: 2))
        let (hanging, device) = try bench.redeem(codes[1], 2)
        #expect(try eventually(within: 80) { try bench.effect(hanging)?.state == .done })
        #expect(bench.users().filter { $0["name"] == device.username }.count == 1)
        #expect(bench.isOnline(2))
        await bench.stop()
    }

    @Test("Where one service does not answer the next one is used, and what became of each is told")
    func otherWays() async throws {
        let bench = try RouterBench(by: [.api, .http])
        bench.host.closeAPI()
        bench.start()
        let codes = try bench.vouchers(bench.world.makePackage(), 2)
        let (first, _) = try bench.redeem(codes[0], 1)
        #expect(try eventually { try bench.effect(first)?.note == .online })
        bench.host.closeREST()
        let (second, _) = try bench.redeem(codes[1], 2)
        #expect(try eventually { try bench.router()?.state == .unreachable })
        let note = try bench.router()?.stateNote ?? ""
        #expect(note.contains("api://127.0.0.1") && note.contains("http://127.0.0.1"), "\(note)")
        try bench.host.reopenAPI()
        #expect(try eventually { try bench.effect(second)?.note == .online })
        await bench.stop()
    }

    @Test("A dead router holds up no other")
    func apart() async throws {
        let bench = try RouterBench(routers: 2)
        bench.start()
        bench.hosts[0].router.plan(Fault(.hang, times: nil))
        let codes = try bench.vouchers(bench.world.makePackage(), 2)
        let (stuck, _) = try bench.redeem(codes[0], 1)
        let (free, _) = try bench.redeem(codes[1], 2, at: 1)
        #expect(try eventually(within: 5) { try bench.effect(free)?.state == .done })
        #expect(try bench.effect(stuck)?.state == .waiting)
        bench.hosts[0].router.clearFaults()
        await bench.stop()
    }
}

@Suite(.serialized, .ownThreads) struct CertificateTests {
    @Test("Nothing is sent to a router whose certificate nobody confirmed, or that shows another one")
    func pinning() async throws {
        let bench = try RouterBench(by: [.https])
        bench.start(readings: Span(milliseconds: 100))
        let codes = try bench.vouchers(bench.world.makePackage(), 2)
        func sent() -> Int { bench.host.router.with { machine, _ in machine.journal.counts.values.reduce(0, +) } }
        let (first, _) = try bench.redeem(codes[0], 1)
        #expect(try eventually { try bench.router()?.state == .certificate })
        let seen = try #require(try bench.router()?.certificateSeen)
        #expect(seen == bench.host.router.certificate?.fingerprint)
        #expect(sent() == 0)
        #expect(try confirm(bench, seen))
        #expect(try eventually { try bench.effect(first)?.state == .done })
        try bench.host.changeCertificate()
        // Connections that were made under the old one are over too.
        bench.host.closeREST()
        try bench.host.reopenREST()
        #expect(try eventually { try bench.router()?.state == .certificate })
        let before = sent()
        let (second, _) = try bench.redeem(codes[1], 2)
        #expect(try eventually { try bench.router()?.state == .certificate })
        #expect(try eventually { try bench.effect(second)?.note == .routerRefused })
        #expect(sent() == before)
        #expect(try bench.router()?.certificatePin == seen)
        #expect(try !confirm(bench, seen))
        #expect(try confirm(bench, try #require(bench.host.router.certificate?.fingerprint)))
        #expect(try eventually { try bench.effect(second)?.state == .done })
        await bench.stop()
    }

    @Test("Over SSH the host key is confirmed; nothing is done before, and the code becomes a user after")
    func hostKey() async throws {
        let bench = try RouterBench(by: [.ssh])
        bench.start(readings: Span(milliseconds: 100))
        let (effect, _) = try bench.redeem(bench.vouchers(bench.world.makePackage())[0], 1)
        #expect(try eventually { try bench.router()?.state == .certificate })
        let seen = try #require(try bench.router()?.hostKeySeen)
        #expect(seen == bench.host.router.hostKey?.fingerprint)
        #expect(bench.users().isEmpty)
        #expect(try confirm(bench, seen))
        #expect(try eventually { try bench.effect(effect)?.state == .done })
        #expect(bench.isOnline(1))
        await bench.stop()
    }

    @Test("Certificate and host key are confirmed each by itself; a changed one is refused and the other way goes on")
    func both() async throws {
        let bench = try RouterBench(by: [.apiTLS, .ssh])
        bench.start(readings: Span(milliseconds: 100))
        let codes = try bench.vouchers(bench.world.makePackage(), 3)
        let (first, _) = try bench.redeem(codes[0], 1)
        #expect(try eventually { try bench.router()?.state == .certificate })
        let certificate = bench.host.router.certificate?.fingerprint
        let hostKey = bench.host.router.hostKey?.fingerprint
        #expect(try eventually { try bench.router()?.unconfirmed == [.certificate, .hostKey] })
        #expect(bench.users().isEmpty)
        #expect(try confirm(bench, try #require(certificate)))
        #expect(try eventually { try bench.effect(first)?.state == .done })
        // The other way was not needed, and its host key waits to be confirmed all the same.
        #expect(try bench.router()?.unconfirmed == [.hostKey])
        #expect(try confirm(bench, try #require(hostKey)))
        #expect(try eventually { try bench.router()?.state == .ready })
        #expect(try bench.router()?.certificatePin == certificate && bench.router()?.hostKeyPin == hostKey)

        try bench.host.changeCertificate()
        bench.host.closeAPI()
        try bench.host.reopenAPI()
        let (second, _) = try bench.redeem(codes[1], 2)
        #expect(try eventually { try bench.effect(second)?.state == .done })
        #expect(try eventually { try bench.router()?.unconfirmed == [.certificate] })
        #expect(try bench.router()?.certificatePin == certificate)
        let standings = try bench.standings()
        #expect(standings.map { $0.trouble.contains("shows another certificate") } == [true, false])
        #expect(standings.map(\.trouble.isEmpty) == [false, true])

        #expect(try confirm(bench, try #require(bench.host.router.certificate?.fingerprint)))
        #expect(try eventually { try bench.router()?.state == .ready && bench.router()?.unconfirmed == [] })
        await bench.stop()
    }

    static let addresses: [(String, Bool)] = [
        ("https://gate", true), ("apis://gate, https://gate", true), ("ssh://gate:2222", true),
        ("ssh://gate,api://gate,http://gate", true), ("ssh://gate,https://gate", true),
        ("apis://gate,ssh://gate", true), ("apis://gate,apis://gate:8729", false), ("https://gate,", false),
        ("ftp://gate", false), ("", false),
    ]

    @Test("Addresses of a router are several services, each of them once", arguments: addresses)
    func mixed(text: String, isTaken: Bool) { #expect((RouterAddresses(text) != nil) == isTaken) }

    private func confirm(_ bench: RouterBench, _ fingerprint: String) throws -> Bool {
        let (id, tenant) = (bench.world.routers[0].id, bench.world.tenant.id)
        return try bench.world.store.writeNow(.tenant(tenant)) {
            try $0.confirm(fingerprint, on: id, of: tenant)
        } != nil
    }
}
