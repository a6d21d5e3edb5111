import HTTPClient
import JSON
package import Values

/// The verb of the Pull query: its page says GET and shows a body, programs that work use POST.
package enum PullVerb: String, Hashable, Sendable {
    case get
    case post
}

extension Daraja: StatementRail {
    /// Lets the payments of the last 48 hours be asked for; once, and again without harm.
    package func registerPull(number: PhoneNumber, callback: String) async throws(RailError) {
        guard DarajaCallback.isTaken(callback, plain: takesPlainAddresses) else {
            throw RailError(.unsendable(.badCallback))
        }
        _ = try await call(
            "/pulltransactions/v1/register",
            JSON(members: [
                ("ShortCode", .string(settings.payee.text)), ("RequestType", "Pull"),
                ("NominatedNumber", .string("0" + number.digits.dropFirst(3))), ("CallBackURL", .string(callback)),
            ]))
    }

    package func payments(
        from start: Instant, to end: Instant, after offset: Int
    ) async throws(RailError) -> StatementPage {
        try await pull(from: start, to: end, after: offset, verb: .post)
    }

    /// The payments of a time within the last 48 hours, a hundred a page.
    package func pull(
        from start: Instant, to end: Instant, after offset: Int, verb: PullVerb
    ) async throws(RailError) -> StatementPage {
        let body = JSON(members: [
            ("ShortCode", .string(settings.payee.text)), ("StartDate", .string(NairobiTime.spaced(start))),
            ("EndDate", .string(NairobiTime.spaced(end))), ("OffSetValue", .string(String(offset))),
        ])
        let answer = try await call("/pulltransactions/v1/query", body, method: verb == .get ? .get : .post)
        guard let page = Self.page(answer, shortCode: settings.payee.text, after: offset) else {
            throw RailError(.outcomeUnknown(.unknownShape(status: 200)))
        }
        return page
    }

    private static let pageSize = 100

    /// Reads rows in an array in an array; nil for an answer that is none.
    static func page(_ answer: LooseJSON, shortCode: String, after offset: Int) -> StatementPage? {
        switch answer["ResponseCode"].code {
        case "1001": return StatementPage(payments: [])
        case "1000": break
        default: return nil
        }
        let rows = answer["Response"].json.map { flat($0) } ?? []
        let payments = rows.compactMap { payment($0, shortCode: shortCode) }
        return StatementPage(
            payments: payments, unreadable: rows.count - payments.count,
            next: rows.count >= pageSize ? offset + rows.count : nil)
    }

    private static func flat(_ json: JSON) -> [LooseJSON] {
        switch json {
        case .array(let elements): elements.flatMap { flat($0) }
        case .object: [LooseJSON(json: json)]
        default: []
        }
    }

    private static func payment(_ row: LooseJSON, shortCode: String) -> IncomingPayment? {
        guard let receipt = row["transactionId"].text.flatMap({ ReceiptNumber($0) }),
            let amount = row["amount"].shillings
        else { return nil }
        // The number comes without its country's code.
        let number = row["msisdn"].text.map { $0.utf8.count == 9 ? "254" + $0 : $0 }
        return IncomingPayment(
            receipt: receipt, amount: amount, paidAt: row["trxDate"].text.flatMap { NairobiTime.read($0) },
            shortCode: shortCode, reference: TypedReference(row["billreference"].text ?? ""),
            payer: PayerMark(number), payerName: nil, balance: nil)
    }
}
