import Crypto
import HTTPServer
import Locales
import Messages
import Messaging
import SQL
import Telemetry
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import MessageRoads

/// What those who send messages see of us.
@Suite(.serialized, .ownThreads) struct MessageRoadsTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
    private static let locales = Result { try Locales(directory: root + "/locales") }

    /// A sender that nobody should use here.
    private struct NoSender: Error {}

    private func server(_ world: World) throws -> (Server, MessageKeys) {
        let keeper = MessageKeeper(
            store: world.store, masterKey: world.masterKey, locales: try Self.locales.get(), log: .silent,
            publicURL: "https://isp.example", now: { World.noon }, sender: { _ in throw NoSender() })
        var settings = ServerSettings()
        settings.port = 0
        settings.accessLog = false
        let server = try Server(
            settings: settings,
            application: Application(mounts: [Mount(prefix: MessageRoads.path, MessageRoads(keeper: keeper))]),
            log: .silent, now: { World.noon })
        try server.start()
        return (server, MessageKeys(world.masterKey))
    }

    private func token(_ world: World, _ keys: MessageKeys) throws -> String {
        let account = SenderAccount(
            id: ID(at: World.noon), tenant: world.tenant.id, kind: .kannel, name: "k", position: 1,
            credentialsSealed: [])
        let token = keys.token(of: account.id)
        try world.store.writeNow(.tenant(account.tenant)) {
            try $0.insert(account, road: keys.hash(token), at: World.noon)
        }
        return token
    }

    @Test(
        "Reports are kept before they are acknowledged, once each; strangers find nothing", arguments: Engine.available)
    func keeps(engine: Engine) throws {
        let world = try World(engine)
        let (server, keys) = try server(world)
        defer {
            server.stop(grace: .seconds(1))
            world.store.close()
        }
        let token = try token(world, keys)
        let form = Array("id=ATXid_1&status=Success&phoneNumber=%2B254711000001".utf8)
        for _ in 0..<2 { #expect(try Wire.ask(server.port, "POST", "/in/m/\(token)", body: form).status == 200) }
        let query = "/in/m/\(token)?id=1&type=1&reply=id%3A1+stat%3ADELIVRD&ts=1"
        for _ in 0..<2 { #expect(try Wire.ask(server.port, "GET", query).status == 200) }
        #expect(try world.count("SELECT count(*) FROM main.message_report") == 2)
        #expect(try Wire.ask(server.port, "POST", "/in/m/\(token)x", body: form).status == 404)
        #expect(try Wire.ask(server.port, "GET", "/in/m/x?id=1&type=1").status == 404)
        let long = [UInt8](repeating: 0x61, count: 20_000)
        #expect(try Wire.ask(server.port, "POST", "/in/m/\(token)", body: long).status == 413)
        #expect(try world.count("SELECT count(*) FROM main.message_report") == 2)
    }

    @Test("What cannot be kept is not acknowledged")
    func refuses() throws {
        let world = try World(.sqlite)
        let (server, keys) = try server(world)
        defer { server.stop(grace: .seconds(1)) }
        let token = try token(world, keys)
        world.store.close()
        #expect(try Wire.ask(server.port, "POST", "/in/m/\(token)", body: [0x61]).status >= 500)
    }
}
