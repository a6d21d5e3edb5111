import HTTPClient
import JSON
import MobileMoney
import Synchronization
import Values

/// A Daraja that answers from a list, and remembers what it was asked.
final class DarajaBench: Sendable {
    struct Reply: Sendable {
        var status = 200
        var body = "{}"
        var error: HTTPClientError?
    }

    private struct State {
        var replies: [Reply] = []
        var tokens = 0
        var sent: [OutgoingRequest] = []
        var pauses: [Span] = []
        var now: Instant = 1_791_269_553_000  // 2026-10-06T06:52:33Z
    }

    private let state = Mutex(State())
    /// What the token's door answers where it is not a token.
    private let refusal: Reply?

    init(_ replies: [Reply], token refusal: Reply? = nil) {
        self.refusal = refusal
        state.withLock { $0.replies = replies }
    }

    convenience init(_ status: Int = 200, _ body: String) { self.init([Reply(status: status, body: body)]) }

    var sent: [OutgoingRequest] { state.withLock { $0.sent } }
    /// What was sent to products, tokens left out.
    var bodies: [JSON] { sent.compactMap { $0.body }.compactMap { try? JSON(parsing: $0) } }
    var tokens: Int { state.withLock { $0.tokens } }
    func pass(_ span: Span) { state.withLock { $0.now = $0.now + span } }

    var transport: RailTransport {
        RailTransport(rate: 1_000, now: { [self] in state.withLock { $0.now } }, pause: { _ in }) { [self] in
            answer($0)
        }
    }

    private func answer(_ request: OutgoingRequest) -> Result<IncomingResponse, HTTPClientError> {
        let reply = state.withLock { state -> Reply in
            if request.url.contains("/oauth/") || request.url.hasSuffix("/token/") {
                state.tokens += 1
                return refusal ?? Reply(body: #"{"access_token":"token-\#(state.tokens)","expires_in":"3599"}"#)
            }
            state.sent.append(request)
            return state.replies.isEmpty ? Reply(status: 599, body: "") : state.replies.removeFirst()
        }
        if let error = reply.error { return .failure(error) }
        return .success(IncomingResponse(status: reply.status, headers: [], body: Array(reply.body.utf8)))
    }

    // MARK: Settings and values of every test

    static func settings(till: Bool = false) -> DarajaSettings {
        guard let paybill = ShortCode("174379"), let number = ShortCode("5555555") else { preconditionFailure() }
        return DarajaSettings(
            address: DarajaSettings.sandbox, consumerKey: "key", consumerSecret: Secret("secret"),
            business: till ? .till(number, store: paybill) : .paybill(paybill), passkey: Secret("passkey"),
            initiator: .init(name: "testapi", password: Secret("Safaricom999!*!"), certificate: Self.certificate))
    }

    static let addresses = ResultAddresses(result: "https://isp.test/r/x", timeout: "https://isp.test/t/x")

    static var payer: PhoneNumber {
        guard let number = PhoneNumber(digits: "254708374149") else { preconditionFailure() }
        return number
    }

    static func prompt(
        _ minorUnits: Int64 = 100, payer: PhoneNumber = DarajaBench.payer, callback: String = "https://isp.test/cb/s/x",
        words: String = "One day"
    ) -> PaymentPrompt {
        guard let reference = AccountReference("ACC-1") else { preconditionFailure() }
        return PaymentPrompt(
            key: "00000000-0000-7000-8000-000000000000", amount: Money(minorUnits: minorUnits, in: .kes), payer: payer,
            reference: reference, words: words, callback: callback)
    }

    /// The public half of a key made for these tests alone.
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIDATCCAemgAwIBAgIUO1Zxv5wJ02X2SBkamufAAJiaBsgwDQYJKoZIhvcNAQEL
        BQAwDzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMzAxNzU4MjJaGA8yMTI2MTEwNjE3
        NTgyMlowDzENMAsGA1UEAwwEdGVzdDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCC
        AQoCggEBAJ4pVbzLGQL5XTXhyrnGwbpH5f/5NRVIC7ODGDQ5lDglXFmmexRrYqnr
        v1JlVXxAVFKRmDImWFrWvHocCg9h13vZAUuRYyN0D613EhO3N2xtQXHEcNmmPsnl
        P7W3m7I2vnJ8pY0YJCzQfbdLvt2cJOsRPGlB5KEu2LLSVkgYM7QXVSwpvKtDiLmQ
        VjEOGbNQRUPXQs2hjlxvR6qHMI/X1JZKYUBCYqbgyhK+mizAPm7DXwsQldk4LJ/r
        dzrIhT8Vx2t2hWFe9zmJe0vbkT1J8FBk/gAHLcqkJK1RTNgeTwvTk7kfNhuJaI9f
        FGT3GD/zRovuTtaemFqXfvmHUG9i7m0CAwEAAaNTMFEwHQYDVR0OBBYEFKQhAYRx
        NTEqEc1TMeAlXGOzEWwLMB8GA1UdIwQYMBaAFKQhAYRxNTEqEc1TMeAlXGOzEWwL
        MA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBADMKY5/uc7Go4wYI
        3ftplWdQVt59ZwxftQ0lMlsDOeyHpsEaKA+Is1WHzqxYPeET3KFU8PGazj987aiV
        nFHipBoOCRmYWeLqXGcl72lt8sZBsi9muqNbAmoCukOc9tGa6ES5Z5Dh4SN++AAB
        23z3JZ6Pl3ntPXkfQt7EW4f7YtBlV6HHj32Cs/mkap+stKqlf8jpHk2RcFFmt+Al
        Xb2e0BdECZEy9Jgbt2IabI0abpaTHeyM2DozRnKSqYp2CHSxfYPjol4XlTHraPjs
        zbZRhY/RwioRoBxdSxOAmY8MAA9qhuPGgFnMxOYsxx6NsNbm8x1n+Jc9GuTU7uQ/
        ZKMuNMg=
        -----END CERTIFICATE-----
        """
}
