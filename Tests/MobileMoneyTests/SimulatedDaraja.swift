import DarajaSimulator
import HTTPClient
import JSON
import MobileMoney
import Synchronization
import TestKit
import Testing
import Values
import Wires

/// A simulated Daraja with a receiver of what it posts, for one test.
final class SimulatedDaraja: Sendable {
    let host: DarajaHost
    let client = HTTPClient()
    /// One for all tests: making it takes longer than all else.
    private static let key = CredentialKey(at: .now)
    private let receiver: WireServer
    private let port: UInt16

    /// `verdict` is how the receiver answers validations.
    init(plan: PayerPlan = .pays(after: 0), verdict: IncomingVerdict = .welcome) throws {
        var settings = try #require(DarajaHost.Settings(key: Self.key))
        settings.plan = plan
        host = try DarajaHost(settings)
        receiver = try WireServer()
        let posted = Mailbox()
        let opened = try receiver.open(IPv4Address(bits: 0x7F00_0001), port: 0) { stream in
            WireHTTP.serve(stream, as: "test") { request, _ in
                posted.put(request.target, request.body)
                let body = request.target.hasPrefix("/v/") ? verdict.body : Daraja.receivedBody
                return .answer(WireAnswer(200, headers: [("Content-Type", "application/json")], body: body))
            }
        }
        port = opened.number
        mailbox = posted
    }

    private let mailbox: Mailbox

    private final class Mailbox: Sendable {
        let letters = Mutex<[(path: String, body: [UInt8])]>([])
        func put(_ path: String, _ body: [UInt8]) { letters.withLock { $0.append((path, body)) } }
    }

    func stop() {
        client.close()
        host.stop()
        receiver.stop()
    }

    func address(_ path: String) -> String { "http://127.0.0.1:\(port)/\(path)" }

    var addresses: ResultAddresses { ResultAddresses(result: address("r/1"), timeout: address("t/1")) }

    /// What was posted to addresses that begin so, once there are as many.
    func posted(_ prefix: String, count: Int = 1) -> [PaymentNotice] {
        bodies(prefix, count: count).map { Daraja.notice($0) }
    }

    /// The same as it came.
    func bodies(_ prefix: String, count: Int) -> [[UInt8]] {
        _ = eventually { letters(prefix).count >= count }
        return letters(prefix)
    }

    private func letters(_ prefix: String) -> [[UInt8]] {
        mailbox.letters.withLock { $0.filter { $0.path.hasPrefix("/" + prefix) }.map(\.body) }
    }

    // MARK: Settings

    func daraja(till: Bool = false, secret: String = "consumer-secret", password: String = "Safaricom999!*!") throws
        -> Daraja
    {
        let (paybill, store) = (try #require(ShortCode("174379")), try #require(ShortCode("600100")))
        let settings = DarajaSettings(
            address: host.url, consumerKey: "consumer-key", consumerSecret: Secret(secret),
            business: till ? .till(try #require(ShortCode("5555555")), store: store) : .paybill(paybill),
            passkey: Secret(
                till ? "till-passkey" : "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919"),
            initiator: .init(name: "testapi", password: Secret(password), certificate: host.certificate))
        return Daraja(settings, over: RailTransport(client, rate: 1_000) { [host] in host.now })
    }

    func prompt(
        _ shillings: Int64 = 50, from payer: String = "254712345678", callback: String = "cb/1"
    ) throws -> PaymentPrompt {
        DarajaBench.prompt(
            shillings * 100, payer: try #require(PhoneNumber(digits: payer)), callback: address(callback))
    }

    // MARK: The control side

    @discardableResult
    func control(_ method: String, _ path: String, _ body: JSON = [:]) throws -> JSON {
        let answer = try Wire.ask(
            host.port, method, "/_simulator/" + path,
            headers: ["Authorization: Bearer \(host.settings.controlToken)"], body: body.serialized())
        #expect(answer.status == 200, "\(path): \(answer.text)")
        return try JSON(parsing: answer.body)
    }

    func fault(_ name: String, _ more: [(String, JSON)] = []) throws {
        try control(
            "POST", "faults",
            JSON.object(JSONObject(([("fault", .string(name))] + more).map { .init(key: $0.0, value: $0.1) })))
    }

    func advance(_ seconds: Int64) { host.advance(.seconds(seconds)) }
}
