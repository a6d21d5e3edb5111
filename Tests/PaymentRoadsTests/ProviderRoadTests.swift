import DarajaSimulator
import Glibc
import HTTPClient
import HTTPServer
import MobileMoney
import Payments
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import PaymentRoads

/// Staff's questions to the simulated M-PESA, and its own question whether money by hand is welcome.
@Suite(.serialized, .ownThreads) struct ProviderRoadTests {
    private static let key = CredentialKey(at: .now)

    @Test(
        "What accounts hold and what became of a payment is told to an address of the question",
        arguments: Engine.available)
    func questions(engine: Engine) async throws {
        let host = try DarajaHost(#require(DarajaHost.Settings(key: Self.key)))
        let bench = try RoadBench(engine, now: { host.now })
        defer {
            bench.close()
            host.stop()
        }
        let account = try open(bench, host)
        let desk = self.desk(bench, host)
        _ = try control(host, "POST", "businesses", "{\"shortcode\":\"174379\",\"balance\":500}")
        let balance = try await answer(desk, .balance, account, host)
        #expect(AccountBalances(balance)?.available.values.contains(Money(minorUnits: 50_000, in: .kes)) == true)
        _ = try control(
            host, "POST", "payments",
            "{\"shortcode\":\"174379\",\"number\":\"254712345678\",\"amount\":35,\"reference\":\"mama\"}")
        let state = try control(host, "GET", "state")
        let receipt = try #require(state.split(separator: "\"receipt\":\"").dropFirst().first?.prefix { $0 != "\"" })
        let told = try await answer(desk, .status(#require(ReceiptNumber(receipt))), account, host)
        let status = try #require(TransactionStatus(told))
        #expect(status.isCompleted && status.facts.amount == Money(minorUnits: 3_500, in: .kes))
        let port = bench.server.port
        #expect(try Wire.ask(port, "POST", "/in/r/00ff/answer", body: [0x7B, 0x7D]).status == 404)
        #expect(try bench.world.count("SELECT count(*) FROM main.provider_question WHERE answered_at IS NOT NULL") == 2)
    }

    @Test("Without an initiator nothing is asked, and what came late is told as late")
    func refusals() async throws {
        let host = try DarajaHost(#require(DarajaHost.Settings(key: Self.key)))
        let bench = try RoadBench(.sqlite, now: { host.now })
        defer {
            bench.close()
            host.stop()
        }
        let desk = self.desk(bench, host)
        let nameless = try open(bench, host, number: "600100", isNamed: false)
        let error = await #expect(throws: RailError.self) { _ = try await desk.ask(.balance, about: nameless) }
        #expect(error?.reason == .initiatorWrong)
        let account = try open(bench, host)
        let id = try await desk.ask(.balance, about: account)
        #expect(try desk.answer(to: id, of: account.tenant) == nil)
        let token = bench.keys.token(of: id)
        #expect(
            try Wire.ask(bench.server.port, "POST", "/in/r/\(token)/answer/late", body: [0x7B, 0x7D]).status == 200)
        #expect(try desk.answer(to: id, of: account.tenant) == .late)
    }

    struct Wish: Sendable {
        var reference: String?
        var amount = "50.00"
        var shortCode = "174379"
        let verdict: String
    }

    static let wishes = [
        Wish(verdict: "0"), Wish(reference: "peter", verdict: "C2B00012"), Wish(reference: "", verdict: "C2B00012"),
        Wish(amount: "49", verdict: "C2B00013"), Wish(shortCode: "999999", verdict: "C2B00015"),
        Wish(amount: "x", verdict: "0"),
    ]

    @Test(
        "Money by hand is turned away only where staff want it so, by M-PESA's own codes", arguments: Engine.available)
    func validation(engine: Engine) async throws {
        let host = try DarajaHost(#require(DarajaHost.Settings(key: Self.key)))
        let bench = try RoadBench(engine, now: { host.now })
        defer {
            bench.close()
            host.stop()
        }
        let account = try open(bench, host)
        let payment = try await begin(bench, account, host)
        let path = "/in/c/\(bench.keys.token(of: account.id))/validate"
        func ask(_ wish: Wish) throws -> String {
            let body = """
                {"TransID":"UJ6HAND001","TransAmount":"\(wish.amount)","BusinessShortCode":"\(wish.shortCode)",\
                "BillRefNumber":"\(wish.reference ?? payment.code.text.lowercased())"}
                """
            let answer = try Wire.ask(bench.server.port, "POST", path, body: Array(body.utf8))
            #expect(answer.status == 200)
            return String(answer.text.split(separator: "\"ResultCode\":")[1].prefix { $0 != "," }.filter { $0 != "\"" })
        }
        for wish in Self.wishes { #expect(try ask(wish) == "0", "all is welcome at the beginning") }
        try await bench.world.store.write(.tenant(account.tenant)) {
            try $0.set(account.id, validates: true, of: account.tenant)
        }
        for wish in Self.wishes { #expect(try ask(wish) == wish.verdict, "\(wish)") }
        #expect(try Wire.ask(bench.server.port, "POST", path, body: [0xFF]).text.contains("\"ResultCode\":0"))

        // The same over the simulated M-PESA: what is refused does not happen.
        let desk = self.desk(bench, host)
        #expect(try await desk.register(account) == .made)
        _ = try control(host, "POST", "businesses", "{\"shortcode\":\"174379\",\"validates\":true}")
        for reference in ["peter", payment.code.text] {
            _ = try control(
                host, "POST", "payments",
                "{\"shortcode\":\"174379\",\"number\":\"254712345678\",\"amount\":50,\"reference\":\"\(reference)\"}")
            host.advance(.seconds(10))
        }
        #expect(try eventually(within: 30) { try bench.world.count("SELECT count(*) FROM main.payment_notice") >= 1 })
        try await bench.keeper.work()
        #expect(try bench.world.count("SELECT count(*) FROM main.payment_receipt") == 1)
        #expect(try bench.world.count("SELECT count(*) FROM main.payment WHERE state = 'paid'") == 1)
    }

    // MARK: Furniture

    private func desk(_ bench: RoadBench, _ host: DarajaHost) -> AccountDesk {
        AccountDesk(
            store: bench.world.store, masterKey: bench.world.masterKey, rails: bench.rails,
            publicURL: "http://127.0.0.1:\(bench.server.port)", now: { host.now })
    }

    private func answer(
        _ desk: AccountDesk, _ question: ProviderQuestion, _ account: RailAccount, _ host: DarajaHost
    ) async throws -> OperationResult {
        let id = try await desk.ask(question, about: account)
        host.advance(.seconds(100))
        #expect(try eventually(within: 30) { try desk.answer(to: id, of: account.tenant) != nil })
        guard case .told(let result) = try desk.answer(to: id, of: account.tenant) else {
            throw PaymentRefusal.unknown
        }
        return result
    }

    private func begin(_ bench: RoadBench, _ account: RailAccount, _ host: DarajaHost) async throws -> Payment {
        let order = PaymentOrder(
            tenant: account.tenant, wish: .topUp(Money(minorUnits: 5_000, in: .kes)),
            phone: try #require(PhoneNumber(digits: "254712345678")), now: host.now)
        return try await bench.keeper.begin(order)
    }

    private func open(
        _ bench: RoadBench, _ host: DarajaHost, number: String = "174379", isNamed: Bool = true
    ) throws -> RailAccount {
        let id = ID<RailAccount>(at: World.noon)
        var credentials = RailCredentials(
            address: host.url, consumerKey: "consumer-key", consumerSecret: Secret("consumer-secret"),
            passkey: Secret("bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919"))
        if isNamed {
            credentials.initiator = DarajaSettings.Initiator(
                name: "testapi", password: Secret("Safaricom999!*!"), certificate: host.certificate)
        }
        let account = RailAccount(
            id: id, tenant: bench.world.tenant.id, rail: .mpesa, kind: .paybill, shortCode: number, currency: .kes,
            credentialsSealed: bench.rails.seal(credentials, for: id))
        let road = bench.keys.hash(bench.keys.token(of: id))
        try bench.world.store.writeNow(.tenant(account.tenant)) { try $0.insert(account, road: road, at: World.noon) }
        return account
    }

    private func control(_ host: DarajaHost, _ method: String, _ path: String, _ body: String = "") throws -> String {
        let answer = try Wire.ask(
            host.port, method, "/_simulator/" + path, headers: ["Authorization: Bearer \(host.settings.controlToken)"],
            body: Array(body.utf8))
        #expect(answer.status == 200)
        return answer.text
    }
}
