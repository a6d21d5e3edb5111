import HTTPClient
import Values

/// The access token of one app, shared by all who need it: a new one may make the one before invalid.
actor DarajaTokens {
    private struct Token {
        let text: Secret
        /// When another one is fetched, a minute before it ends.
        let renewal: Instant
    }

    private let settings: DarajaSettings
    private let transport: DarajaTransport
    private var token: Token?
    private var flight: Task<Result<Token, RailError>, Never>?

    init(_ settings: DarajaSettings, _ transport: DarajaTransport) {
        self.settings = settings
        self.transport = transport
    }

    /// A token that is good by all that is known; `dead` is one that Daraja has just refused.
    ///
    /// However many ask at once, one request fetches it.
    func current(insteadOf dead: Secret? = nil) async throws(RailError) -> Secret {
        if let token, token.text != dead, transport.now() < token.renewal { return token.text }
        let flight = flight ?? start()
        let outcome = await flight.value
        return try outcome.get().text
    }

    private func start() -> Task<Result<Token, RailError>, Never> {
        token = nil
        let started = Task {
            let outcome = await fetch()
            land(outcome)
            return outcome
        }
        flight = started
        return started
    }

    private func land(_ outcome: Result<Token, RailError>) {
        flight = nil
        token = try? outcome.get()
    }

    private func fetch() async -> Result<Token, RailError> {
        var request = OutgoingRequest(.get, settings.address + "/oauth/v1/generate?grant_type=client_credentials")
        request.authorization = .basic(user: settings.consumerKey, password: settings.consumerSecret)
        request.totalLimit = .seconds(20)
        let asked = transport.now()
        do throws(RailError) {
            let reply = try await transport.exchange(request)
            guard case .answer(let body) = reply, let text = body["access_token"].text else {
                return .failure(Self.error(of: reply))
            }
            // A number or a text; what cannot be read is taken for the shortest that was ever seen.
            let seconds = body["expires_in"].text.flatMap { Int64($0) } ?? 180
            let early = min(60, seconds / 2)
            return .success(Token(text: Secret(text), renewal: asked + .seconds(seconds - early)))
        } catch {
            return .failure(error)
        }
    }

    /// Fetching a token does nothing, so whatever went wrong can be tried again.
    private static func error(of reply: DarajaReply) -> RailError {
        switch reply {
        case .error(let code, let message, _):
            switch DarajaCodes.meaning(code: code, message: message) {
            case .refused(let reason): RailError(.refused(code: code, reason))
            case .busy, .unclear: RailError(.busy(code: code))
            }
        // A wrong key is said to be answered by an empty 400.
        case .unknown(400): RailError(.refused(code: "400", .wrongCredentials))
        case .answer, .fault, .page, .unknown: RailError(.unreachable)
        }
    }
}
