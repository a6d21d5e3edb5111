import Catalog
import Entitlements
import RouterOS
import TestKit
import TestWorld
import Testing
import Values

@testable import Provisioning
@testable import RouterSimulator

/// The fault table: each row on each release that differs in what a sweep meets.
@Suite(.serialized, .ownThreads) struct FaultTableTests {
    static let releases = [
        RouterRelease(6, 49), RouterRelease(7, 8), RouterRelease(7, 12), RouterRelease(7, 16), RouterRelease(7, 20),
        RouterRelease(7, 24),
    ]

    @Test(
        "Each fault is told in one sweep and repaired where it is ours; the next sweep writes nothing",
        arguments: RouterFault.all, releases)
    func fault(_ fault: RouterFault, release: RouterRelease) async throws {
        // REST is there from 7.1 on, without a certificate from 7.9 on.
        let bench = try RouterBench(by: [release < RouterRelease(7, 9) ? .api : .http], release: release)
        let gateway = bench.start()
        let offer = try bench.world.makePackage(
            .fromFirstUse(.hours(2)), data: .upTo(DataVolume(bytes: 50_000_000)), rate: "2M/5M")
        let (id, device) = try bench.redeem(bench.vouchers(offer)[0], 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        // The first sweep of a router brings the guard.
        #expect(try await bench.sweep(gateway).drifts.isEmpty)
        let sound = try await bench.sweep(gateway)
        #expect(sound.writes == 0 && sound.drifts.isEmpty, "\(sound.drifts)")

        bench.clock.skip(Span(milliseconds: 5))
        let start = bench.clock.now()
        try await fault.deed(bench, device)
        let foreign = bench.foreign()
        let writes = try await bench.sweep(gateway).writes
        // A sweep that was asked for before may have come first.
        let found = try bench.drifts(since: start)
        let drift = try #require(found.first { $0.cause == fault.cause }, "\(found)")
        #expect(drift.outcome == fault.outcome)
        #expect("\(drift)".hasSuffix(".") && (drift.cause == .hotspotMissing || "\(drift)".contains(drift.name)))
        #expect(bench.foreign() == foreign, "somebody else's rows were written")
        if fault.outcome == .told { #expect(found.allSatisfy { $0.outcome == .told } && writes == 0) }

        let again = try await bench.sweep(gateway)
        #expect(again.writes == 0, "\(again.drifts)")
        #expect(again.drifts.allSatisfy { $0.outcome == .told })
        #expect(bench.foreign() == foreign, "somebody else's rows were written")
        if fault.cause == .unknown { #expect(bench.users().contains { $0["name"] == "ghost" }, "it was cut") }
        if fault.outcome == .repaired {
            #expect(again.drifts.isEmpty)
            expectSound(bench, device, at: fault.rate)
        }
        await bench.stop()
    }

    private func expectSound(_ bench: RouterBench, _ device: Device, at rate: String) {
        let users = bench.users()
        #expect(users.map { $0["name"] } == [device.username])
        let user = users.first ?? [:]
        #expect(user["disabled"] != "true" && user["profile"] == HotspotProfile(for: RateLimit(rate)).name)
        #expect(user["mac-address"] == device.mac.description && user["limit-bytes-total"] == "50000000")
        #expect(["1h59m59s", "2h", "2h1s"].contains(user["limit-uptime"]), "\(user)")
        #expect(bench.rows("/ip/hotspot/user/profile").contains { $0["rate-limit"] == rate })
        // RouterOS reads a profile at the login only: who is online has the speed as well.
        let limit = RouterRateLimit(rate).map { "\($0.rate)" }
        let queues = bench.rows("/queue/simple").filter { $0["name"]?.hasPrefix("<hotspot-\(device.username)") == true }
        #expect(queues.map { $0["max-limit"] } == [limit], "\(rate): the session goes on with another speed")
    }
}
