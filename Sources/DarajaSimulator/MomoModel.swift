import Values
import Wires

/// MTN's collections and transfers beside Daraja: the same phones, another interface.
///
/// Built from what others observed of MTN's sandbox: an empty 202, our reference as the only name, unsigned callbacks that
/// come again three minutes later although they were answered.
struct MomoModel {
    struct Request: Sendable {
        let reference: String
        let members: [String: WireJSON]
        let payer: String
        /// When it is decided and how; nil for one that stays as it is.
        let end: (status: String, reason: String?, at: Instant)?
        let transaction: String

        func document(at now: Instant) -> WireJSON {
            var document = members
            guard let end, end.at <= now else {
                document["status"] = .string(end == nil && payer == "46733123454" ? "CREATED" : "PENDING")
                return .object(document)
            }
            document["status"] = .string(end.status)
            if end.status == "SUCCESSFUL" { document["financialTransactionId"] = .string(transaction) }
            if let reason = end.reason { document["reason"] = .string(reason) }
            return .object(document)
        }
    }

    var tokens: [String: Instant] = [:]
    var requests: [String: Request] = [:]
    /// Money that went to phones.
    var transfers: [String: Request] = [:]

    /// What the sandbox's numbers do; others do as their plan says.
    private static let numbers: [String: (status: String, reason: String?)] = [
        "46733123450": ("FAILED", "INTERNAL_PROCESSING_ERROR"), "46733123451": ("FAILED", "APPROVAL_REJECTED"),
        "46733123452": ("FAILED", "EXPIRED"), "56733123453": ("SUCCESSFUL", nil),
    ]

    /// When and how a request ends.
    static func end(_ payer: String, _ plan: PayerPlan, at now: Instant) -> (
        status: String, reason: String?, at: Instant
    )? {
        if let known = numbers[payer] { return (known.status, known.reason, now + .seconds(2)) }
        if payer == "46733123454" { return nil }
        return switch plan {
        case .pays(let seconds): ("SUCCESSFUL", nil, now + .seconds(seconds))
        case .cancels(let seconds): ("FAILED", "APPROVAL_REJECTED", now + .seconds(seconds))
        case .fails(let code, let seconds): ("FAILED", code, now + .seconds(seconds))
        // Not approved within five minutes.
        case .byHand, .ignores, .unreachable: ("FAILED", "COULD_NOT_PERFORM_TRANSACTION", now + .minutes(5))
        }
    }
}

extension DarajaModel {
    /// Takes a transfer, which nobody has to approve; false where the reference is there already.
    mutating func transfer(_ reference: String, _ members: [String: WireJSON], at now: Instant) -> Bool {
        guard momo.transfers[reference] == nil else { return false }
        let payee = members["payee"]?["partyId"]?.text ?? ""
        momo.transfers[reference] = MomoModel.Request(
            reference: reference, members: members, payer: payee,
            end: MomoModel.end(payee, .pays(after: 1), at: now),
            transaction: String(Int.random(in: 1_000_000_000...9_999_999_999)))
        return true
    }

    /// Takes a request to pay; false where the reference is there already.
    mutating func requestToPay(
        _ reference: String, _ members: [String: WireJSON], callback: String?, at now: Instant
    ) -> Bool {
        guard momo.requests[reference] == nil else { return false }
        let payer = members["payer"]?["partyId"]?.text ?? ""
        let request = MomoModel.Request(
            reference: reference, members: members, payer: payer,
            end: MomoModel.end(payer, plan(of: payer), at: now),
            transaction: String(Int.random(in: 1_000_000_000...9_999_999_999)))
        momo.requests[reference] = request
        if let callback, let end = request.end, fault(.callbackLost) == nil {
            let body = request.document(at: end.at).bytes
            for seconds in [0, 180] as [Int64] {
                letters.append(Letter(kind: .callback, url: callback, body: body, at: end.at + .seconds(seconds)))
            }
        }
        return true
    }
}
