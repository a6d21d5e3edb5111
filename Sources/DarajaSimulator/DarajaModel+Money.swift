import Values
import Wires

extension DarajaModel {
    // MARK: Money paid by hand

    /// Somebody pays by hand: asked about first where the business wants that.
    mutating func payByHand(_ hand: ByHand, at now: Instant) -> String? {
        guard let business = business(paid: hand.payee), subscriber(hand.payer).balance >= hand.amount else {
            return nil
        }
        guard business.validates, let addresses = business.addresses else { return book(hand, at: now) }
        letters.append(
            Letter(
                kind: .validation, url: addresses.validation, body: confirmation(hand, "", business, at: now).bytes,
                at: now, waiting: hand))
        return ""
    }

    /// The answer to a validation; nil where none came in time.
    mutating func validated(_ hand: ByHand, answer: WireJSON?, at now: Instant) {
        let isCancelled = business(paid: hand.payee)?.addresses?.isCancelledByDefault == true
        let answer = fault(.validationTimeout) == nil ? answer : nil
        let code = answer?["ResultCode"]?.text
        guard code.map({ $0 == "0" }) ?? !isCancelled else { return }
        var hand = hand
        hand.thirdParty = answer?["ThirdPartyTransID"]?.text ?? ""
        _ = book(hand, at: now)
    }

    /// Moves the money and tells the business where it wants to be told.
    @discardableResult
    mutating func book(_ hand: ByHand, at now: Instant, confirmingAfter seconds: Int64 = 0) -> String {
        let receipt = DarajaWords.receipt(now)
        var subscriber = subscriber(hand.payer)
        subscriber.balance -= hand.amount
        subscribers[hand.payer] = subscriber
        change(hand.payee) { $0.balance += hand.amount }
        let isTill = business(paid: hand.payee)?.till != nil
        payments.append(
            SimulatedPayment(
                receipt: receipt, at: now, amount: hand.amount, payer: hand.payer, payerName: subscriber.name,
                payee: hand.payee, reference: isTill ? "" : hand.reference,
                kind: isTill ? "c2b-buy-goods-debit" : "c2b-pay-bill-debit"))
        confirm(hand, receipt, at: now + .seconds(seconds))
        return receipt
    }

    /// Whether tills are told too nobody has seen, so they are told of payments by hand and prompts alike.
    private mutating func confirm(_ hand: ByHand, _ receipt: String, at due: Instant) {
        guard var business = business(paid: hand.payee), let addresses = business.addresses,
            fault(.confirmationLost) == nil
        else { return }
        if fault(.confirmationForeign) != nil { business.shortCode = "999999" }
        let letter = Letter(
            kind: .confirmation, url: addresses.confirmation,
            body: confirmation(hand, receipt, business, at: due).bytes, at: due)
        letters.append(letter)
        if fault(.confirmationTwice) != nil {
            letters.append(Letter(kind: letter.kind, url: letter.url, body: letter.body, at: due + .seconds(1)))
        }
    }

    /// All values are texts; middle and last name are often absent in real traffic.
    private func confirmation(
        _ hand: ByHand, _ receipt: String, _ business: DarajaBusiness, at now: Instant
    ) -> WireJSON {
        let isTill = business.till != nil
        let isHashed = business.addresses?.version == "v1"
        return .record([
            "TransactionType": isTill ? "Buy Goods" : "Pay Bill",
            "TransID": receipt.isEmpty ? DarajaWords.receipt(now) : receipt, "TransTime": DarajaWords.time(now),
            "TransAmount": DarajaWords.amount(hand.amount),
            "BusinessShortCode": business.till ?? business.shortCode,
            "BillRefNumber": isTill ? "" : String(hand.reference.prefix(20)), "InvoiceNumber": "",
            "OrgAccountBalance": receipt.isEmpty ? "" : DarajaWords.amount(business.balance),
            "ThirdPartyTransID": hand.thirdParty,
            "MSISDN": isHashed ? WireDigest.sha256(hand.payer) : DarajaWords.masked(hand.payer),
            "FirstName": subscriber(hand.payer).name,
        ])
    }

    // MARK: Results of the business side

    /// Plans a result; `parameters` in their order, those without a value stay without.
    mutating func result(
        _ code: String, to url: String, originator: String, conversation: String, transaction: String,
        _ parameters: [(String, WireJSON?)], reference: (String, String?), at due: Instant
    ) {
        var members: [String: WireJSON] = [
            "ResultType": .number(0), "ResultCode": code.allSatisfy(\.isNumber) ? .number(code) : .string(code),
            "ResultDesc": .string(Self.operationWords(code)), "OriginatorConversationID": .string(originator),
            "ConversationID": .string(conversation), "TransactionID": .string(transaction),
            "ReferenceData": .object(["ReferenceItem": Self.pair(reference.0, reference.1.map { .string($0) })]),
        ]
        if code == "0" {
            members["ResultParameters"] = .object([
                "ResultParameter": .array(parameters.map { Self.pair($0.0, $0.1) })
            ])
        }
        let body = WireJSON.object(["Result": .object(members)])
        letters.append(Letter(kind: .result, url: url, body: body.bytes, at: due))
    }

    private static func pair(_ key: String, _ value: WireJSON?) -> WireJSON {
        .object(["Key": .string(key)].merging(value.map { ["Value": $0] } ?? [:]) { $1 })
    }

    private static func operationWords(_ code: String) -> String {
        switch code {
        case "0": "The service request is processed successfully."
        case "1": "The balance is insufficient for the transaction."
        case "2001": "The initiator information is invalid."
        case "2032": "The transaction receipt number does not exist."
        case "2040": "The receiver's account cannot take this."
        case "8006": "The security credential is locked."
        case "R000001": "The transaction has already been reversed."
        case "R000002": "The OriginalTransactionID is invalid."
        default: "The request failed."
        }
    }
}
