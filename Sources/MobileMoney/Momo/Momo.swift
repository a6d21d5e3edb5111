import HTTPClient
import JSON
package import Values

/// What one ISP has from MTN.
package struct MomoSettings: Sendable {
    /// Scheme, host and port, without a slash at the end; the production host stands in the contract.
    package var address: String
    /// The `Ocp-Apim-Subscription-Key` of the product Collections.
    package var subscriptionKey: Secret
    /// A UUID, and the key made for it.
    package var apiUser: String
    package var apiKey: Secret
    /// `mtnuganda`, `mtnrwanda`, …; `sandbox` for tests, which takes euros alone.
    package var environment: String
    package var currency: Currency

    package static let sandbox = "https://sandbox.momodeveloper.mtn.com"
    /// What others were given; the contract may name another one.
    package static let production = "https://proxy.momoapi.mtn.com"

    package init(
        address: String, subscriptionKey: Secret, apiUser: String, apiKey: Secret, environment: String,
        currency: Currency
    ) {
        self.address = address
        self.subscriptionKey = subscriptionKey
        self.apiUser = apiUser
        self.apiKey = apiKey
        self.environment = environment
        self.currency = currency
    }
}

/// MTN Mobile Money's collections, version 1.0.
///
/// Sources: MTN's published interface of Collections, corrected by what others observed in its sandbox in 2026. Callbacks
/// are not signed, come more than once, and name neither the prompt nor its key: the path they arrive at does.
package final class Momo: PaymentRail {
    package let settings: MomoSettings
    private let transport: RailTransport
    private let tokens: AccessTokens

    package init(_ settings: MomoSettings, over transport: RailTransport) {
        self.settings = settings
        let app = ProviderApp(address: settings.address, name: settings.apiUser, secret: settings.apiKey)
        let transport = transport.serving(app)
        self.transport = transport
        tokens = transport.tokens(of: app) { await Self.fetchToken(settings, transport) }
    }

    package var rail: Rail { .momo }

    /// The prompt's key is MTN's reference: a second one is refused, and the first one stands.
    package var repeatsSafely: Bool { true }

    /// The key itself: it is sent as `X-Reference-Id`.
    package func promptID(of key: String) -> PromptID? { PromptID(key) }

    package func prompt(_ prompt: PaymentPrompt) async throws(RailError) -> PromptAck {
        let amount = try amount(prompt.amount)
        guard let id = PromptID(prompt.key), prompt.key.utf8.count == 36 else {
            throw RailError(.unsendable(.malformedRequest))
        }
        var request = request(.post, "/collection/v1_0/requesttopay")
        request.headers += [("X-Reference-Id", prompt.key), ("X-Callback-Url", prompt.callback)]
        request.body =
            JSON(members: [
                ("amount", .string(amount)), ("currency", .string(settings.currency.code)),
                ("externalId", .string(prompt.reference.text)),
                ("payer", JSON(members: [("partyIdType", "MSISDN"), ("partyId", .string(prompt.payer.digits))])),
                ("payerMessage", .string(String(prompt.words.prefix(80)))),
                ("payeeNote", .string(prompt.reference.text)),
            ]).serialized()
        let response = try await call(request)
        // The answer to a success is empty. A reference that is there already was taken the first time.
        guard response.status != 202, response.status != 409 else { return PromptAck(id: id) }
        throw Self.error(response)
    }

    package func ask(_ id: PromptID) async -> PaymentAnswer {
        do throws(RailError) {
            let response = try await call(request(.get, "/collection/v1_0/requesttopay/" + id.revealed))
            guard response.status == 200 else { return .open(Self.openReason(response)) }
            guard let body = Self.object(response.body) else { return .open(.unknownShape) }
            return Self.answer(body)
        } catch {
            return .open(.trouble(error))
        }
    }

    package func read(_ body: [UInt8]) -> PaymentNotice {
        guard let body = Self.object(body) else { return .unknown(flaw: "no object") }
        guard body["status"].text != nil else { return .unknown(flaw: "no status") }
        return .outcome(of: nil, Self.answer(body))
    }

    // MARK: Requests

    private func request(_ method: OutgoingRequest.Method, _ path: String) -> OutgoingRequest {
        var request = OutgoingRequest(method, settings.address + path)
        request.headers = [
            ("Ocp-Apim-Subscription-Key", settings.subscriptionKey.revealed),
            ("X-Target-Environment", settings.environment), ("Content-Type", "application/json"),
        ]
        return request
    }

    /// Sends with a fresh token where the one it got is refused.
    private func call(_ request: OutgoingRequest) async throws(RailError) -> IncomingResponse {
        var request = request
        let token = try await tokens.current()
        request.authorization = .bearer(token)
        let response = try await transport.exchange(request)
        guard response.status == 401 else { return response }
        request.authorization = .bearer(try await tokens.current(insteadOf: token))
        return try await transport.exchange(request)
    }

    private static func fetchToken(_ settings: MomoSettings, _ transport: RailTransport) async -> AccessTokens.Outcome {
        var request = OutgoingRequest(.post, settings.address + "/collection/token/")
        request.headers = [("Ocp-Apim-Subscription-Key", settings.subscriptionKey.revealed)]
        request.authorization = .basic(user: settings.apiUser, password: settings.apiKey)
        // A length of nothing must be told, or the gateway answers 411.
        request.body = []
        let asked = transport.now()
        do throws(RailError) {
            let response = try await transport.exchange(request)
            if response.status == 401 { return .failure(RailError(.refused(code: "401", .wrongCredentials))) }
            guard response.status == 200, let body = object(response.body), let text = body["access_token"].text else {
                return .failure(RailError(.unreachable))
            }
            let seconds = body["expires_in"].text.flatMap { Int64($0) }
            return .success(AccessToken(text, goodFor: seconds, askedAt: asked))
        } catch {
            // Nothing of the call itself was sent.
            return .failure(error.isPossiblyCarriedOut ? RailError(.unreachable) : error)
        }
    }

    /// Major units, without a fraction where there is none.
    private func amount(_ amount: Money) throws(RailError) -> String {
        guard amount.currency == settings.currency, amount.minorUnits > 0 else {
            throw RailError(.unsendable(.badAmount))
        }
        let plain = amount.plain
        return plain.hasSuffix(".00") ? String(plain.dropLast(3)) : plain
    }
}
