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
    /// What the product Disbursements needs, by which money goes back; nil where it does not.
    package var payouts: Access?

    /// What MTN gives for one of its products.
    package struct Access: Sendable {
        package let subscriptionKey: Secret
        package let user: String
        package let apiKey: Secret

        package init(subscriptionKey: Secret, user: String, apiKey: Secret) {
            self.subscriptionKey = subscriptionKey
            self.user = user
            self.apiKey = apiKey
        }
    }

    package static let sandbox = "https://sandbox.momodeveloper.mtn.com"
    /// What others were given; the contract may name another one.
    package static let production = "https://proxy.momoapi.mtn.com"

    package init(
        address: String, subscriptionKey: Secret, apiUser: String, apiKey: Secret, environment: String,
        currency: Currency, payouts: Access? = nil
    ) {
        self.address = address
        self.subscriptionKey = subscriptionKey
        self.apiUser = apiUser
        self.apiKey = apiKey
        self.environment = environment
        self.currency = currency
        self.payouts = payouts
    }
}

/// MTN Mobile Money's collections, and its transfers for money that goes back, version 1.0.
///
/// Sources: MTN's published interface of Collections, corrected by what others observed in its sandbox in 2026. Callbacks
/// are not signed, come more than once, and name neither the prompt nor its key: the path they arrive at does.
package final class Momo: PaymentRail {
    package let settings: MomoSettings
    private let collections: MomoProduct
    let disbursements: MomoProduct?

    package init(_ settings: MomoSettings, over transport: RailTransport) {
        self.settings = settings
        let access = MomoSettings.Access(
            subscriptionKey: settings.subscriptionKey, user: settings.apiUser, apiKey: settings.apiKey)
        collections = MomoProduct(.collection, access, of: settings, over: transport)
        disbursements = settings.payouts.map { MomoProduct(.disbursement, $0, of: settings, over: transport) }
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
        var request = collections.request(.post, "requesttopay")
        request.headers += [("X-Reference-Id", prompt.key), ("X-Callback-Url", prompt.callback)]
        request.body =
            JSON(members: [
                ("amount", .string(amount)), ("currency", .string(settings.currency.code)),
                ("externalId", .string(prompt.reference.text)),
                ("payer", JSON(members: [("partyIdType", "MSISDN"), ("partyId", .string(prompt.payer.digits))])),
                ("payerMessage", .string(String(prompt.words.prefix(80)))),
                ("payeeNote", .string(prompt.reference.text)),
            ]).serialized()
        let response = try await collections.call(request)
        // The answer to a success is empty. A reference that is there already was taken the first time.
        guard response.status != 202, response.status != 409 else { return PromptAck(id: id) }
        throw Self.error(response)
    }

    package func ask(_ id: PromptID) async -> PaymentAnswer {
        do throws(RailError) {
            return try await collections.answer("requesttopay/" + id.revealed)
        } catch {
            return .open(.trouble(error))
        }
    }

    package func read(_ body: [UInt8]) -> PaymentNotice {
        guard let body = Self.object(body) else { return .unknown(flaw: "no object") }
        guard body["status"].text != nil else { return .unknown(flaw: "no status") }
        return .outcome(of: nil, Self.answer(body))
    }

    /// Major units, without a fraction where there is none.
    func amount(_ amount: Money) throws(RailError) -> String {
        guard amount.currency == settings.currency, amount.minorUnits > 0 else {
            throw RailError(.unsendable(.badAmount))
        }
        let plain = amount.plain
        return plain.hasSuffix(".00") ? String(plain.dropLast(3)) : plain
    }
}
