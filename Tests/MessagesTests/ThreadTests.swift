import Crypto
import DarajaSimulator
import HTTPClient
import HTTPServer
import JSON
import MessageRoads
import Messaging
import SQL
import Synchronization
import Telemetry
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Messages

/// From the row in the outbox over real sockets to a simulated Africa's Talking, and its reports back through our door.
@Suite(.serialized, .ownThreads) struct ThreadTests {
    private static let key = CredentialKey(at: .now)

    @Test("A message is asked for, sent, and delivered", arguments: Engine.available)
    func delivered(engine: Engine) throws {
        let world = try World(engine)
        let host = try DarajaHost(try #require(DarajaHost.Settings(key: Self.key)))
        let client = HTTPClient()
        let senders = MessageSenders(world.masterKey, over: MessageTransport(client), mail: { _ in .unknown })
        let keeper = MessageKeeper(
            store: world.store, masterKey: world.masterKey, locales: try MessageBench.locales.get(), log: .silent,
            publicURL: "http://127.0.0.1", now: { .now }, sender: { try senders.sender(of: $0) })
        var settings = ServerSettings()
        (settings.port, settings.accessLog) = (0, false)
        let server = try Server(
            settings: settings,
            application: Application(mounts: [Mount(prefix: MessageRoads.path, MessageRoads(keeper: keeper))]),
            log: .silent, now: { .now })
        try server.start()
        keeper.start()
        let (tenant, id) = (world.tenant.id, ID<SenderAccount>(at: .now))
        let keys = MessageKeys(world.masterKey)
        let account = SenderAccount(
            id: id, tenant: tenant, kind: .africasTalking, name: "at", position: 1,
            credentialsSealed: senders.seal(
                .africasTalking(
                    AfricasTalkingSettings(
                        address: host.url, username: "sandbox", key: Secret("text-key"), from: "LANGO")), for: id))
        let reports = JSON.object(["reports": .string("http://127.0.0.1:\(server.port)/in/m/\(keys.token(of: id))")])
        let token = "Authorization: Bearer \(host.settings.controlToken)"
        _ = try Wire.ask(host.port, "POST", "/_simulator/texts", headers: [token], body: reports.serialized())
        let order = MessageOrder(
            sealing: .text("Asante sana"), by: keys, as: .receipt,
            to: .phone(try #require(PhoneNumber(digits: "254711000001"))), of: tenant, at: .now)
        try world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.insert(account, road: keys.hash(keys.token(of: id)), at: .now)
            _ = try transaction.ask(for: order)
        }
        keeper.nudge()
        func state() throws -> Message.State? {
            try world.store.read(.tenant(tenant)) { try $0.message(order.id, of: tenant)?.state }
        }
        #expect(try eventually(within: 30) { try state() == .sent })
        host.advance(.seconds(2))
        #expect(try eventually(within: 30) { try state() == .delivered })
        let ended = Atomic(false)
        Task {
            await keeper.stop()
            ended.store(true, ordering: .releasing)
        }
        #expect(eventually { ended.load(ordering: .acquiring) })
        server.stop(grace: .seconds(1))
        host.stop()
        client.close()
        world.store.close()
    }
}
