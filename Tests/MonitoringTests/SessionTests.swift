import RouterOS
import RouterSimulator
import SQL
import TestKit
import TestWorld
import Testing
import Values

@testable import Monitoring

@Suite(.serialized, .ownThreads) struct SessionTests {
    @Test("Whoever is online is listed by each way, with what was used", arguments: WatchBench.Way.allCases)
    func ways(way: WatchBench.Way) async throws {
        let bench = try WatchBench(by: way)
        let mac = try bench.logIn("amina", 1)
        try bench.dial("home-1", 2)
        #expect(await bench.keeper.read(bench.router) == .read(sessions: 2))
        bench.skip(.seconds(60))
        bench.surf(mac, up: 1_000, down: 5_000)
        bench.stream("home-1", up: 70, down: 800)
        #expect(await bench.keeper.read(bench.router) == .read(sessions: 2))
        let live = try bench.live()
        let amina = try #require(live.first { $0.name == "amina" })
        #expect(amina.service == "hotspot" && amina.mac == mac && amina.address != nil)
        #expect(amina.flow == Flow(up: 1_000, down: 5_000))
        let home = try #require(live.first { $0.name == "home-1" })
        #expect(home.service == "pppoe" && home.mac == World.mac(2) && home.flow == Flow(up: 70, down: 800))
        let day = try bench.day()
        #expect(day.total(of: .hotspot) == Flow(up: 1_000, down: 5_000))
        #expect(day.total(of: .ppp) == Flow(up: 70, down: 800))
        #expect(day.total(of: .interface("ether1")) == Flow(up: 5_800, down: 1_070))
        await bench.stop()
    }
}
