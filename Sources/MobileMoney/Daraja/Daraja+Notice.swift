import JSON
import Values

extension Daraja {
    package func read(_ body: [UInt8]) -> PaymentNotice { Self.notice(body) }

    /// Reads what Daraja posts: results of prompts, confirmations of money, results of requests.
    package static func notice(_ body: [UInt8]) -> PaymentNotice {
        // Bytes that are no JSON are no notice; what is wrong with them is all that is told.
        do throws(JSONError) {
            let json = LooseJSON(json: try JSON(parsing: body, lenientControls: true))
            if json["Body"]["stkCallback"].isObject { return outcome(json["Body"]["stkCallback"]) }
            if json["Result"].isObject { return operation(json["Result"]) }
            if json["TransID"].json != nil { return incoming(json) }
            return .unknown(flaw: "no known member at the top")
        } catch {
            return .unknown(flaw: error.description)
        }
    }

    // MARK: Prompts

    private static func outcome(_ callback: LooseJSON) -> PaymentNotice {
        guard let id = callback["CheckoutRequestID"].text.flatMap({ PromptID($0) }) else {
            return .unknown(flaw: "stkCallback without CheckoutRequestID")
        }
        guard let code = callback["ResultCode"].code else {
            return .unknown(flaw: "stkCallback without ResultCode")
        }
        return .outcome(of: id, answer(code, facts(callback["CallbackMetadata"]["Item"].list)))
    }

    /// Items are found by name: their order changes, some have no value, and others are added.
    private static func facts(_ items: [LooseJSON]) -> PaymentFacts {
        func value(_ name: String) -> LooseJSON? {
            items.first { $0["Name"].text?.lowercased() == name.lowercased() && $0["Value"].text != nil }?["Value"]
        }
        return PaymentFacts(
            receipt: value("MpesaReceiptNumber")?.text.flatMap { ReceiptNumber($0) },
            amount: value("Amount")?.shillings,
            paidAt: value("TransactionDate")?.text.flatMap { NairobiTime.read($0) },
            payer: PayerMark(value("PhoneNumber")?.text))
    }

    // MARK: Money paid by hand

    private static func incoming(_ json: LooseJSON) -> PaymentNotice {
        guard let receipt = json["TransID"].text.flatMap({ ReceiptNumber($0) }) else {
            return .unknown(flaw: "TransID is no receipt")
        }
        guard let amount = json["TransAmount"].shillings else { return .unknown(flaw: "TransAmount is no amount") }
        guard let shortCode = json["BusinessShortCode"].text else {
            return .unknown(flaw: "no BusinessShortCode")
        }
        let names = ["FirstName", "MiddleName", "LastName"].compactMap { json[$0].text }
        return .incoming(
            IncomingPayment(
                receipt: receipt, amount: amount, paidAt: json["TransTime"].text.flatMap { NairobiTime.read($0) },
                shortCode: String(shortCode.prefix(20)), reference: TypedReference(json["BillRefNumber"].text ?? ""),
                payer: PayerMark(json["MSISDN"].text),
                payerName: names.isEmpty ? nil : String(names.joined(separator: " ").prefix(100)),
                balance: json["OrgAccountBalance"].shillings))
    }

    // MARK: Requests of the business side

    private static func operation(_ result: LooseJSON) -> PaymentNotice {
        guard let code = result["ResultCode"].code else { return .unknown(flaw: "Result without ResultCode") }
        let conversation = result["ConversationID"].text ?? ""
        let originator = result["OriginatorConversationID"].text ?? ""
        guard !conversation.isEmpty || !originator.isEmpty else {
            return .unknown(flaw: "Result without a name of its request")
        }
        let outcome: OperationResult.Outcome =
            switch DarajaCodes.operationOutcome(code) {
            case .paid: .done(parameters(result))
            case .failed(let reason, let isCertain):
                .failed(PaymentFailure(code: code, reason: reason, isCertain: isCertain))
            case .pending, .unlisted:
                .failed(PaymentFailure(code: code, reason: .refusedByProvider, isCertain: false))
            }
        return .operation(OperationResult(conversation: conversation, originator: originator, outcome: outcome))
    }

    private static func parameters(_ result: LooseJSON) -> [OperationFact] {
        let listed = result["ResultParameters"]["ResultParameter"].list.compactMap { item in
            item["Key"].text.map { OperationFact(name: $0, value: item["Value"].text) }
        }
        return listed + [OperationFact(name: "TransactionID", value: result["TransactionID"].text)]
    }
}
