import Crypto
import HTTPClient
import JSON
import Values

/// Safaricom's M-PESA through its Daraja interface, for one paybill or till.
///
/// Source of paths, fields and codes: the portal's pages as of December 2025, corrected by what others captured live;
/// where both differ, both are taken.
package final class Daraja: PaymentRail {
    package let settings: DarajaSettings
    let transport: RailTransport
    private let tokens: AccessTokens

    package init(_ settings: DarajaSettings, over transport: RailTransport) {
        self.settings = settings
        let app = ProviderApp(
            address: settings.address, name: settings.consumerKey, secret: settings.consumerSecret)
        let transport = transport.serving(app)
        self.transport = transport
        tokens = transport.tokens(of: app) { await Self.fetchToken(settings, transport) }
    }

    package var rail: Rail { .mpesa }

    /// Two same prompts are two prompts, and can be two debits.
    package var repeatsSafely: Bool { false }

    /// Whether addresses without TLS are taken: everywhere but at Safaricom's production.
    var takesPlainAddresses: Bool { settings.address != DarajaSettings.production }

    /// Calls a product, with a fresh token where Daraja says that the one it got is dead.
    ///
    /// Only such a refusal is followed by a second request, since nothing happened then.
    func call(
        _ path: String, _ body: JSON, method: OutgoingRequest.Method = .post, limit: Span = .seconds(30)
    ) async throws(RailError) -> LooseJSON {
        let token = try await tokens.current()
        let request = request(path, body, method, token, limit)
        var reply = DarajaReply(try await transport.exchange(request))
        if reply.isAboutToken {
            var second = request
            second.authorization = .bearer(try await tokens.current(insteadOf: token))
            reply = DarajaReply(try await transport.exchange(second))
        }
        switch reply {
        case .answer(let answer): return answer
        case .error(let code, let message, let status): throw Self.error(code, message, status)
        case .fault(let status): throw RailError(.outcomeUnknown(.fault(status: status)))
        case .page(let status): throw RailError(.outcomeUnknown(.page(status: status)))
        case .unknown(let status): throw RailError(.outcomeUnknown(.unknownShape(status: status)))
        }
    }

    private func request(
        _ path: String, _ body: JSON, _ method: OutgoingRequest.Method, _ token: Secret, _ limit: Span
    ) -> OutgoingRequest {
        var request = OutgoingRequest(method, settings.address + path)
        request.headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
        request.authorization = .bearer(token)
        request.body = body.serialized()
        request.totalLimit = limit
        return request
    }

    private static func error(_ code: String, _ message: String, _ status: Int) -> RailError {
        let code = String(code.prefix(40).filter { $0.isASCII && !$0.isNewline })
        return switch DarajaCodes.meaning(code: code, message: message) {
        case .refused(let reason): RailError(.refused(code: code, reason))
        case .busy: RailError(.busy(code: code))
        case .unclear where status == 429: RailError(.busy(code: code))
        // What is refused with a status of ours was not done; everything else nobody knows.
        case .unclear where (400..<500).contains(status): RailError(.refused(code: code, .refusedByProvider))
        case .unclear: RailError(.outcomeUnknown(.fault(status: status)))
        }
    }

    /// The fields by which a prompt or a query shows that it is ours.
    var signature: [(String, JSON)] {
        let time = NairobiTime.compact(transport.now())
        let password = Base64.encode(Array((settings.shortCode.text + settings.passkey.revealed + time).utf8))
        return [
            ("BusinessShortCode", .string(settings.shortCode.text)), ("Password", .string(password)),
            ("Timestamp", .string(time)),
        ]
    }
}

extension JSON {
    /// An object of members in their order.
    init(members: [(String, JSON)]) {
        self = .object(JSONObject(members.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }
}
