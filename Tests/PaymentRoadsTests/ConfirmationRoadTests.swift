import DarajaSimulator
import Glibc
import HTTPServer
import Ledger
import MobileMoney
import Payments
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import PaymentRoads

/// Much money that came by hand, confirmed by the simulated M-PESA over real sockets.
@Suite(.serialized, .ownThreads) struct ConfirmationRoadTests {
    private static let key = CredentialKey(at: .now)

    @Test(
        "A message of much money is entered once M-PESA confirms its receipt", arguments: Engine.available,
        [true, false])
    func asks(engine: Engine, isTrue: Bool) async throws {
        let host = try DarajaHost(try #require(DarajaHost.Settings(key: Self.key)))
        let bench = try RoadBench(engine, now: { host.now })
        defer {
            bench.close()
            host.stop()
        }
        let id = ID<RailAccount>(at: World.noon)
        var credentials = RailCredentials(
            address: host.url, consumerKey: "consumer-key", consumerSecret: Secret("consumer-secret"),
            passkey: Secret("bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919"))
        credentials.initiator = DarajaSettings.Initiator(
            name: "testapi", password: Secret("Safaricom999!*!"), certificate: host.certificate)
        let account = RailAccount(
            id: id, tenant: bench.world.tenant.id, rail: .mpesa, kind: .paybill, shortCode: "174379", currency: .kes,
            credentialsSealed: bench.rails.seal(credentials, for: id))
        let token = bench.keys.token(of: id)
        try bench.world.store.writeNow(.tenant(account.tenant)) {
            try $0.insert(account, road: bench.keys.hash(token), at: World.noon)
        }
        let receipt = try isTrue ? pay(host, 2_000) : "UKK0000000"
        let body = """
            {"TransactionType":"Pay Bill","TransID":"\(receipt)","TransTime":"20261120120000","TransAmount":"2000.00",
            "BusinessShortCode":"174379","BillRefNumber":"peter","MSISDN":"2547 ***** 678","FirstName":"JANE"}
            """
        let posted = try Wire.ask(bench.server.port, "POST", "/in/c/\(token)/confirm", body: Array(body.utf8))
        #expect(posted.status == 200)
        try await bench.keeper.work()
        #expect(try bench.balance(account.suspense) == 0)
        // The simulator answers after some seconds, of a receipt that it does not know after a minute and a half.
        for _ in 0..<100 {
            host.advance(.seconds(3))
            usleep(50_000)
            try await bench.keeper.work()
            let notices = try bench.world.store.read(.tenant(account.tenant)) {
                try $0.vainNotices(of: account.tenant, atMost: 5)
            }
            if try !notices.isEmpty || bench.balance(account.suspense) != 0 { break }
        }
        let notices = try bench.world.store.read(.tenant(account.tenant)) {
            try $0.vainNotices(of: account.tenant, atMost: 5)
        }
        #expect(try bench.balance(account.suspense) == (isTrue ? 200_000 : 0))
        #expect(notices.map(\.note) == (isTrue ? [] : ["receipt-unknown"]))
    }

    private func pay(_ host: DarajaHost, _ amount: Int) throws -> String {
        let body = "{\"number\":\"254712345678\",\"shortcode\":\"174379\",\"amount\":\(amount),\"reference\":\"peter\"}"
        let answer = try Wire.ask(
            host.port, "POST", "/_simulator/payments",
            headers: ["Authorization: Bearer \(host.settings.controlToken)"], body: Array(body.utf8))
        #expect(answer.status == 200)
        let words = answer.text.split(separator: "\"").map(String.init)
        return try #require(words.firstIndex(of: "receipt").map { words[$0 + 2] })
    }
}
