import HTTPClient
import Values

extension Daraja {
    /// Asks for a token by the app's key and secret.
    static func fetchToken(_ settings: DarajaSettings, _ transport: RailTransport) async -> AccessTokens.Outcome {
        var request = OutgoingRequest(.get, settings.address + "/oauth/v1/generate?grant_type=client_credentials")
        request.authorization = .basic(user: settings.consumerKey, password: settings.consumerSecret)
        request.totalLimit = .seconds(20)
        let asked = transport.now()
        do throws(RailError) {
            let reply = DarajaReply(try await transport.exchange(request))
            guard case .answer(let body) = reply, let text = body["access_token"].text else {
                return .failure(tokenError(reply))
            }
            // A number or a text.
            let seconds = body["expires_in"].text.flatMap { Int64($0) }
            return .success(AccessToken(text, goodFor: seconds, askedAt: asked))
        } catch {
            return .failure(error.isPossiblyCarriedOut ? RailError(.unreachable) : error)
        }
    }

    /// Without a token nothing of the call itself was sent, whatever became of fetching it.
    private static func tokenError(_ reply: DarajaReply) -> RailError {
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

extension Daraja {
    /// Asks for a token anew, so that key and secret are tried as they are now.
    package func checkKeys() async throws(RailError) {
        _ = try await Self.fetchToken(settings, transport).get()
    }
}
