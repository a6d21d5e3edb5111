import Crypto
import HTTPServer
import MobileMoney
import Payments
import SQL
import Telemetry
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import PaymentRoads

/// What providers see of us.
@Suite(.serialized, .ownThreads) struct PaymentRoadsTests {
    /// A rail that nobody should use here.
    private struct NoRail: Error {}

    private func server(_ world: World) throws -> (Server, PaymentKeys) {
        let keeper = PaymentKeeper(
            store: world.store, masterKey: world.masterKey, log: .silent, publicURL: "https://pay.example",
            now: { World.noon }, nudgeRouter: { _ in }, rail: { _ in throw NoRail() })
        var settings = ServerSettings()
        settings.port = 0
        settings.accessLog = false
        let server = try Server(
            settings: settings,
            application: Application(mounts: [Mount(prefix: PaymentRoads.path, PaymentRoads(keeper: keeper))]),
            log: .silent, now: { World.noon })
        try server.start()
        return (server, PaymentKeys(world.masterKey))
    }

    private func account(_ world: World, _ keys: PaymentKeys) throws -> RailAccount {
        let account = RailAccount(
            id: ID(at: World.noon), tenant: world.tenant.id, rail: .mpesa, kind: .paybill, shortCode: "600100",
            currency: .kes, credentialsSealed: [])
        let road = keys.hash(keys.token(of: account.id))
        try world.store.writeNow(.tenant(account.tenant)) { try $0.insert(account, road: road, at: World.noon) }
        return account
    }

    @Test("News is kept before it is acknowledged; strangers find nothing", arguments: Engine.available)
    func confirms(engine: Engine) throws {
        let world = try World(engine)
        let (server, keys) = try server(world)
        defer {
            server.stop(grace: .seconds(1))
            world.store.close()
        }
        let token = keys.token(of: try account(world, keys).id)
        let body = Array(#"{"TransID":"UJ6T100001"}"#.utf8)
        for _ in 0..<2 {
            let answer = try Wire.ask(server.port, "POST", "/in/c/\(token)/confirm", body: body)
            #expect(answer.status == 200)
            #expect(answer.text.contains(#""ResultCode":0"#))
        }
        #expect(try world.count("SELECT count(*) FROM main.payment_notice") == 1)
        #expect(try Wire.ask(server.port, "POST", "/in/c/\(token)x/confirm", body: body).status == 404)
        #expect(try Wire.ask(server.port, "POST", "/in/s/x", body: body).status == 404)
        #expect(try Wire.ask(server.port, "GET", "/in/c/\(token)/confirm").status == 405)
        #expect(try Wire.ask(server.port, "POST", "/in/c/\(token)/validate", body: body).status == 200)
        let long = [UInt8](repeating: 0x20, count: 70_000)
        #expect(try Wire.ask(server.port, "POST", "/in/c/\(token)/confirm", body: long).status == 413)
        #expect(try world.count("SELECT count(*) FROM main.payment_notice") == 1)
    }

    @Test("What cannot be kept is not acknowledged")
    func refuses() throws {
        let world = try World(.sqlite)
        let (server, keys) = try server(world)
        defer { server.stop(grace: .seconds(1)) }
        let token = keys.token(of: try account(world, keys).id)
        world.store.close()
        #expect(try Wire.ask(server.port, "POST", "/in/c/\(token)/confirm", body: [0x7B]).status >= 500)
    }

    @Test("No address holds a word that providers refuse")
    func words() {
        for route in PaymentRoads.routes {
            let text = (PaymentRoads.path + "\(route.pattern)").lowercased()
            for word in ["mpesa", "safaricom", "query", "sql", "exe", "cmd"] { #expect(!text.contains(word)) }
        }
    }
}
