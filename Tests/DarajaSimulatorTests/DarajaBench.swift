import TestKit
import Testing
import Values
import Wires

@testable import DarajaSimulator

/// A simulated service, asked over a raw connection.
final class DarajaBench {
    let host: DarajaHost
    let token: String
    /// One for all tests: making it takes longer than all else.
    private static let key = CredentialKey(at: .now)

    init(_ plan: PayerPlan = .byHand, change: (inout DarajaHost.Settings) -> Void = { _ in }) throws {
        var settings = try #require(DarajaHost.Settings(key: Self.key))
        settings.plan = plan
        change(&settings)
        host = try DarajaHost(settings)
        let pair = WireBase64.encode(Array("consumer-key:consumer-secret".utf8))
        let answer = try Wire.ask(
            host.port, "GET", "/oauth/v1/generate?grant_type=client_credentials",
            headers: ["Authorization: Basic \(pair)"])
        token = WireJSON(answer.body, strict: true)?["access_token"]?.text ?? ""
    }

    deinit { host.stop() }

    func post(_ path: String, _ body: WireJSON, token: String? = nil) throws -> (status: Int, body: WireJSON) {
        let answer = try Wire.ask(
            host.port, "POST", path, headers: ["Authorization: Bearer \(token ?? self.token)"], body: body.bytes)
        return (answer.status, WireJSON(answer.body, strict: true) ?? .null)
    }

    static let passkey = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919"

    var signed: [String: WireJSON] {
        let time = "20261006095233"
        let password = WireBase64.encode(Array("174379\(Self.passkey)\(time)".utf8))
        return [
            "BusinessShortCode": .string("174379"), "Password": .string(password), "Timestamp": .string(time),
        ]
    }

    func prompt(_ changes: [String: WireJSON?] = [:], from payer: String = "254712345678") throws -> (
        status: Int, body: WireJSON
    ) {
        var body = signed.merging(
            [
                "TransactionType": .string("CustomerPayBillOnline"), "Amount": .number(10), "PartyA": .string(payer),
                "PartyB": .string("174379"), "PhoneNumber": .string(payer),
                "CallBackURL": .string("http://127.0.0.1:9/cb"), "AccountReference": .string("ACC7"),
                "TransactionDesc": .string("Test"),
            ]) { $1 }
        for (name, value) in changes { body[name] = value }
        return try post("/mpesa/stkpush/v1/processrequest", .object(body))
    }

    func query(_ id: String) throws -> (status: Int, body: WireJSON) {
        try post(
            "/mpesa/stkpushquery/v1/query", .object(signed.merging(["CheckoutRequestID": .string(id)]) { $1 }))
    }

    func advance(_ seconds: Int64) { host.advance(.seconds(seconds)) }

    /// The bodies that were posted so far, once there are as many.
    func posted(_ count: Int) -> [WireJSON] {
        let find = { self.host.with { model, _ in model.deliveries.map(\.body) } }
        _ = eventually { find().count >= count }
        return find().compactMap { WireJSON($0, strict: true) }
    }
}
