import HTTPClient
import JSON
import Values

extension Momo {
    static func object(_ bytes: [UInt8]) -> LooseJSON? {
        do throws(JSONError) {
            let json = LooseJSON(json: try JSON(parsing: bytes))
            return json.isObject ? json : nil
        } catch {
            return nil
        }
    }

    /// What a status document says, asked for or posted.
    static func answer(_ body: LooseJSON) -> PaymentAnswer {
        let status = body["status"].text ?? ""
        switch status {
        case "PENDING", "CREATED": return .open(.pending)
        case "SUCCESSFUL":
            let currency = body["currency"].text.flatMap { Currency(code: $0) }
            return .paid(
                PaymentFacts(
                    receipt: body["financialTransactionId"].text.flatMap { ReceiptNumber($0) },
                    amount: currency.flatMap { currency in body["amount"].text.flatMap { Money($0, in: currency) } },
                    payer: PayerMark(body["payer"]["partyId"].text)))
        case "FAILED", "REJECTED", "TIMEOUT":
            // A text in the sandbox, an object in some markets; without one the status is the reason.
            let code = body["reason"].text ?? body["reason"]["code"].text ?? status
            return .failed(PaymentFailure(code: String(code.prefix(60)), reason: reasons[code] ?? .notAllowed))
        default: return status.isEmpty ? .open(.unknownShape) : .open(.unlisted(code: String(status.prefix(40))))
        }
    }

    // swift-format-ignore
    private static let reasons: [String: PaymentReason] = [
        "PAYER_NOT_FOUND":                .payerUnknown,
        "NOT_ENOUGH_FUNDS":               .noMoney,
        "APPROVAL_REJECTED":              .cancelled,
        "REJECTED":                       .cancelled,
        "EXPIRED":                        .expired,
        "TIMEOUT":                        .expired,
        // Not approved within five minutes.
        "COULD_NOT_PERFORM_TRANSACTION":  .expired,
        "PAYER_LIMIT_REACHED":            .dailyLimit,
        "NOT_ALLOWED":                    .notAllowed,
        // Often just too little money, which nobody says.
        "INTERNAL_PROCESSING_ERROR":      .notAllowed,
        "SERVICE_UNAVAILABLE":            .providerBusy,
        "PAYEE_NOT_FOUND":                .badShortCode,
        "INVALID_CURRENCY":               .badAmount,
        "INVALID_CALLBACK_URL_HOST":      .badCallback,
        "NOT_ALLOWED_TARGET_ENVIRONMENT": .wrongAddress,
    ]

    /// What a refused prompt means: with a status of ours nothing was done, with one of theirs nobody knows.
    static func error(_ response: IncomingResponse) -> RailError {
        let status = response.status
        guard let body = object(response.body) else {
            let isPage = response.body.first == UInt8(ascii: "<")
            return RailError(.outcomeUnknown(isPage ? .page(status: status) : .unknownShape(status: status)))
        }
        let code = String((body["code"].text ?? String(status)).prefix(60))
        switch status {
        case 401: return RailError(.refused(code: code, .wrongCredentials))
        case 429: return RailError(.busy(code: code))
        case 400..<500: return RailError(.refused(code: code, reasons[code] ?? .refusedByProvider))
        default: return RailError(.outcomeUnknown(.fault(status: status)))
        }
    }

    /// A question that was refused says nothing about the payment; a reference that is not there was perhaps never taken.
    static func openReason(_ response: IncomingResponse) -> OpenReason {
        let code = object(response.body)?["code"].text ?? String(response.status)
        return .noAnswer(code: String(code.prefix(60)))
    }
}
