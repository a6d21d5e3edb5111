import HTTPClient
import JSON
import Values

/// One of MTN's products, each with a subscription key, a user and tokens of its own.
final class MomoProduct: Sendable {
    /// The first part of its paths.
    enum Name: String, Sendable {
        case collection, disbursement
    }

    private let name: Name
    private let settings: MomoSettings
    private let access: MomoSettings.Access
    private let transport: RailTransport
    private let tokens: AccessTokens

    init(_ name: Name, _ access: MomoSettings.Access, of settings: MomoSettings, over transport: RailTransport) {
        self.name = name
        self.access = access
        self.settings = settings
        let app = ProviderApp(
            address: "\(settings.address)/\(name.rawValue)", name: access.user, secret: access.apiKey)
        let transport = transport.serving(app)
        self.transport = transport
        tokens = transport.tokens(of: app) { await Self.fetchToken(app, access, transport) }
    }

    func request(_ method: OutgoingRequest.Method, _ path: String) -> OutgoingRequest {
        var request = OutgoingRequest(method, "\(settings.address)/\(name.rawValue)/v1_0/\(path)")
        request.headers = [
            ("Ocp-Apim-Subscription-Key", access.subscriptionKey.revealed),
            ("X-Target-Environment", settings.environment), ("Content-Type", "application/json"),
        ]
        return request
    }

    /// Sends with a fresh token where the one it got is refused.
    func call(_ request: OutgoingRequest) async throws(RailError) -> IncomingResponse {
        var request = request
        let token = try await tokens.current()
        request.authorization = .bearer(token)
        let response = try await transport.exchange(request)
        guard response.status == 401 else { return response }
        request.authorization = .bearer(try await tokens.current(insteadOf: token))
        return try await transport.exchange(request)
    }

    /// What MTN says of a request that was made under a key.
    func answer(_ path: String) async throws(RailError) -> PaymentAnswer {
        let response = try await call(request(.get, path))
        guard response.status == 200 else { return .open(Momo.openReason(response)) }
        guard let body = Momo.object(response.body) else { return .open(.unknownShape) }
        return Momo.answer(body)
    }

    private static func fetchToken(
        _ app: ProviderApp, _ access: MomoSettings.Access, _ transport: RailTransport
    ) async -> AccessTokens.Outcome {
        var request = OutgoingRequest(.post, app.address + "/token/")
        request.headers = [("Ocp-Apim-Subscription-Key", access.subscriptionKey.revealed)]
        request.authorization = .basic(user: access.user, password: access.apiKey)
        // A length of nothing must be told, or the gateway answers 411.
        request.body = []
        let asked = transport.now()
        do throws(RailError) {
            let response = try await transport.exchange(request)
            if response.status == 401 { return .failure(RailError(.refused(code: "401", .wrongCredentials))) }
            guard response.status == 200, let body = Momo.object(response.body),
                let text = body["access_token"].text
            else { return .failure(RailError(.unreachable)) }
            let seconds = body["expires_in"].text.flatMap { Int64($0) }
            return .success(AccessToken(text, goodFor: seconds, askedAt: asked))
        } catch {
            // Nothing of the call itself was sent.
            return .failure(error.isPossiblyCarriedOut ? RailError(.unreachable) : error)
        }
    }
}
