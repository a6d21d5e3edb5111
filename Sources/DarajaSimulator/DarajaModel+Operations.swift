import Values
import Wires

/// Requests of the business side: taken at once, worked on later, their end posted once.
extension DarajaModel {
    /// What such a request shares.
    private struct Operation {
        let door: DarajaDoor
        let result: String
        let timeout: String
        let conversation: String
        var originator: String
        /// The code of the initiator's trouble; nil where the password is right.
        let trouble: String?

        var ack: WireJSON {
            .record([
                "OriginatorConversationID": originator, "ConversationID": conversation, "ResponseCode": "0",
                "ResponseDescription": "Accept the service request successfully.",
            ])
        }
    }

    /// Who asks is found out only while the work is done, so a wrong password is told in the result.
    private mutating func operation(
        _ call: DarajaRequest, _ command: [String], initiator field: String, _ now: Instant
    ) throws(DarajaRefusal) -> Operation {
        let (initiator, credential) = (try call.required(field), try call.required("SecurityCredential"))
        guard command.contains(call.text("CommandID") ?? "") else { throw .invalid("CommandID") }
        let result = try call.address("ResultURL")
        let timeout = try call.address("QueueTimeOutURL")
        let isRight =
            initiator == settings.initiator
            && settings.key.password(in: credential) == settings.initiatorPassword.revealed
        wrongCredentials = isRight && wrongCredentials < 3 ? 0 : wrongCredentials + 1
        let trouble: String? = wrongCredentials == 0 ? nil : wrongCredentials > 3 ? "8006" : "2001"
        return Operation(
            door: call.door, result: result, timeout: timeout, conversation: DarajaWords.conversation(now),
            originator: call.text("OriginatorConversationID") ?? DarajaWords.request(), trouble: trouble)
    }

    private mutating func finish(
        _ operation: Operation, _ code: String, _ transaction: String?, _ parameters: [(String, WireJSON?)] = [],
        reference: (String, String?) = ("QueueTimeoutURL", nil), after seconds: Int64, _ now: Instant
    ) {
        let due = now + .seconds(seconds)
        // A failure carries a number that is none.
        let none = "\(DarajaWords.receipt(now).prefix(3))0000000"
        let door = operation.door.name
        if fault(.resultLost, at: door) != nil { return }
        let isLate = fault(.resultLate, at: door) != nil
        let isTwice = fault(.resultTwice, at: door) != nil
        result(
            operation.trouble ?? code, to: isLate ? operation.timeout : operation.result,
            originator: operation.originator,
            conversation: operation.conversation, transaction: transaction ?? none, parameters, reference: reference,
            at: due)
        if isTwice, var again = letters.last {
            again.at = due + .seconds(2)
            letters.append(again)
        }
    }

    mutating func status(_ call: DarajaRequest, _ now: Instant) throws(DarajaRefusal) -> WireJSON {
        let operation = try operation(call, ["TransactionStatusQuery"], initiator: "Initiator", now)
        let receipt = call.text("TransactionID") ?? ""
        _ = try call.shortCode("PartyA")
        let occasion = ("Occasion", call.text("Occasion"))
        let key = call.text("OriginalConversationID") ?? ""
        let wanted = receipt.isEmpty ? payouts[key] ?? "" : receipt
        guard let payment = payments.first(where: { $0.receipt == wanted }) else {
            finish(operation, "2032", nil, reference: occasion, after: 85, now)
            return operation.ack
        }
        let name = business(paid: payment.payee)?.name ?? ""
        let parameters: [(String, WireJSON?)] = [
            ("DebitPartyName", .string("\(payment.payer) - \(payment.payerName)")),
            ("CreditPartyName", .string("\(payment.payee) - \(name)")),
            ("OriginatorConversationID", .string(DarajaWords.request())),
            ("InitiatedTime", .number(DarajaWords.time(payment.at))), ("CreditPartyCharges", nil),
            ("DebitAccountType", .string("MMF Account For Customer")), ("TransactionReason", nil),
            ("ReasonType", .string("Pay Utility Online")),
            ("TransactionStatus", .string(payment.isReversed ? "Reversed" : "Completed")),
            ("FinalisedTime", .number(DarajaWords.time(payment.at))),
            ("Amount", .number(DarajaWords.amount(payment.amount))),
            ("ConversationID", .string(DarajaWords.conversation(payment.at))),
            ("ReceiptNo", .string(payment.receipt)),
        ]
        finish(operation, "0", nil, parameters, reference: occasion, after: 3, now)
        return operation.ack
    }

    mutating func reversal(_ call: DarajaRequest, _ now: Instant) throws(DarajaRefusal) -> WireJSON {
        let operation = try operation(call, ["TransactionReversal"], initiator: "Initiator", now)
        let (receipt, amount) = (try call.required("TransactionID"), try call.amount())
        guard call.text("RecieverIdentifierType") == "11" else { throw .invalid("RecieverIdentifierType") }
        let payee = try call.shortCode("ReceiverParty")
        let place = payments.firstIndex { $0.receipt == receipt && $0.payee == payee && $0.amount >= amount }
        guard let place, operation.trouble == nil else {
            finish(operation, "R000002", nil, after: 2, now)
            return operation.ack
        }
        guard !payments[place].isReversed else {
            finish(operation, "R000001", nil, after: 2, now)
            return operation.ack
        }
        let (payment, own) = (payments[place], DarajaWords.receipt(now))
        reverse(receipt)
        let parameters: [(String, WireJSON?)] = [
            ("DebitAccountBalance", .string(account("Utility Account", business(paid: payee)?.balance ?? 0))),
            ("Amount", .number(DarajaWords.amount(amount))),
            ("TransCompletedTime", .number(DarajaWords.time(now + .seconds(2)))),
            ("OriginalTransactionID", .string(receipt)), ("Charge", .number("0.00")),
            ("CreditPartyPublicName", .string("\(payment.payer) - \(payment.payerName)")),
            ("DebitPartyPublicName", .string("\(payee) - \(business(paid: payee)?.name ?? "")")),
        ]
        finish(operation, "0", own, parameters, after: 2, now)
        return operation.ack
    }

    /// Gives a payment back, asked by the business or by the payer at the service's desk; false where there is none.
    @discardableResult
    mutating func reverse(_ receipt: String) -> Bool {
        guard let place = payments.firstIndex(where: { $0.receipt == receipt && !$0.isReversed }) else { return false }
        let payment = payments[place]
        payments[place].isReversed = true
        change(payment.payee) { $0.balance -= payment.amount }
        var subscriber = subscriber(payment.payer)
        subscriber.balance += payment.amount
        subscribers[payment.payer] = subscriber
        return true
    }

    mutating func payOut(_ call: DarajaRequest, _ now: Instant) throws(DarajaRefusal) -> WireJSON {
        let key = try call.required("OriginatorConversationID")
        let commands = ["BusinessPayment", "SalaryPayment", "PromotionPayment"]
        let operation = try operation(call, commands, initiator: "InitiatorName", now)
        let (code, payee, amount) = (try call.shortCode("PartyA"), try call.phone("PartyB"), try call.amount())
        guard originators.insert(key).inserted else {
            throw DarajaRefusal(500, "500.002.1001", "Duplicate OriginatorConversationID.")
        }
        guard let business = business(asking: code), business.balance >= amount else {
            finish(operation, "1", nil, after: 2, now)
            return operation.ack
        }
        guard operation.trouble == nil else {
            finish(operation, "2001", nil, after: 2, now)
            return operation.ack
        }
        change(code) { $0.balance -= amount }
        var receiver = subscriber(payee)
        receiver.balance += amount
        subscribers[payee] = receiver
        let receipt = DarajaWords.receipt(now)
        payouts[key] = receipt
        payments.append(
            SimulatedPayment(
                receipt: receipt, at: now, amount: amount, payer: code, payerName: business.name, payee: payee,
                reference: "", kind: "b2c"))
        let parameters: [(String, WireJSON?)] = [
            ("TransactionAmount", .number(String(amount / 100))), ("TransactionReceipt", .string(receipt)),
            ("ReceiverPartyPublicName", .string("\(payee) - \(receiver.name)")),
            ("TransactionCompletedDateTime", .string(DarajaWords.dotted(now + .seconds(2)))),
            ("B2CUtilityAccountAvailableFunds", .number(DarajaWords.amount(business.balance - amount))),
            ("B2CWorkingAccountAvailableFunds", .number("0.00")),
            ("B2CRecipientIsRegisteredCustomer", .string("Y")),
            ("B2CChargesPaidAccountAvailableFunds", .number("0.00")),
        ]
        finish(operation, "0", receipt, parameters, after: 2, now)
        return operation.ack
    }

    mutating func balance(_ call: DarajaRequest, _ now: Instant) throws(DarajaRefusal) -> WireJSON {
        let operation = try operation(call, ["AccountBalance"], initiator: "Initiator", now)
        let code = try call.shortCode("PartyA")
        let business = businesses.first { $0.payee == code || $0.shortCode == code }
        let accounts = [
            account("Working Account", 0), account("Utility Account", business?.balance ?? 0),
            account("Charges Paid Account", -154_000),
        ]
        let parameters: [(String, WireJSON?)] = [
            ("AccountBalance", .string(accounts.joined(separator: "&"))),
            ("BOCompletedTime", .number(DarajaWords.time(now))),
        ]
        finish(operation, business == nil ? "2028" : "0", nil, parameters, after: 2, now)
        return operation.ack
    }

    private func account(_ name: String, _ cents: Int64) -> String {
        let amount = DarajaWords.amount(cents)
        return "\(name)|KES|\(amount)|\(amount)|0.00|0.00"
    }
}
