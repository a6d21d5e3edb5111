import Crypto
import HTTPClient
import JSON
package import Values

/// Daraja has taken a request of the business side; its end is posted to the address that went with it, once.
package struct OperationAck: Hashable, Sendable {
    package let conversation: String
    package let originator: String
}

/// Where the end of a request of the business side is posted.
package struct ResultAddresses: Hashable, Sendable {
    package let result: String
    /// Where it is told that the request waited too long in a queue.
    package let timeout: String

    package init(result: String, timeout: String) {
        self.result = result
        self.timeout = timeout
    }
}

extension Daraja {
    /// Asks about a payment by its receipt: whether it was completed, and who paid.
    ///
    /// A receipt that does not exist is told by code 2032 after a minute or two.
    package func askStatus(
        of receipt: ReceiptNumber, told addresses: ResultAddresses
    ) async throws(RailError) -> OperationAck {
        try await operate(
            "/mpesa/transactionstatus/v1/query", "TransactionStatusQuery", addresses,
            [
                ("TransactionID", .string(receipt.text)), ("PartyA", .string(settings.payee.text)),
                ("IdentifierType", .string(identifierType)), ("Remarks", "Check"), ("Occasion", "Check"),
            ])
    }

    /// Asks about a payout by our own name of it.
    package func askStatus(
        ofConversation key: String, told addresses: ResultAddresses
    ) async throws(RailError) -> OperationAck {
        try await operate(
            "/mpesa/transactionstatus/v1/query", "TransactionStatusQuery", addresses,
            [
                ("OriginalConversationID", .string(key)), ("PartyA", .string(settings.shortCode.text)),
                ("IdentifierType", "4"), ("Remarks", "Check"), ("Occasion", "Check"),
            ])
    }

    /// Gives a payment back whole; two persons should have decided so.
    package func reverse(
        _ receipt: ReceiptNumber, amount: Money, told addresses: ResultAddresses
    ) async throws(RailError) -> OperationAck {
        guard let shillings = Self.shillings(amount) else { throw RailError(.unsendable(.badAmount)) }
        return try await operate(
            "/mpesa/reversal/v1/request", "TransactionReversal", addresses,
            [
                ("TransactionID", .string(receipt.text)), ("Amount", .string(String(shillings))),
                ("ReceiverParty", .string(settings.payee.text)),
                // Spelt so by Daraja; 11 is the receiver of a reversal.
                ("RecieverIdentifierType", "11"), ("Remarks", "Reversal"),
            ])
    }

    /// Pays out to a phone.
    ///
    /// `key` is the one key against doing something twice that Daraja has: the same key is refused.
    package func payOut(
        _ amount: Money, to payee: PhoneNumber, key: String, told addresses: ResultAddresses
    ) async throws(RailError) -> OperationAck {
        guard let shillings = Self.shillings(amount) else { throw RailError(.unsendable(.badAmount)) }
        guard Self.isPayer(payee) else { throw RailError(.unsendable(.badNumber)) }
        return try await operate(
            "/mpesa/b2c/v3/paymentrequest", "BusinessPayment", addresses,
            [
                ("OriginatorConversationID", .string(key)), ("Amount", .string(String(shillings))),
                ("PartyA", .string(settings.shortCode.text)), ("PartyB", .string(payee.digits)),
                // Spelt so by Daraja.
                ("Remarks", "Payout"), ("Occassion", "Payout"),
            ], initiatorField: "InitiatorName")
    }

    /// Asks what the accounts hold.
    package func askBalance(told addresses: ResultAddresses) async throws(RailError) -> OperationAck {
        try await operate(
            "/mpesa/accountbalance/v1/query", "AccountBalance", addresses,
            [
                ("PartyA", .string(settings.payee.text)), ("IdentifierType", .string(identifierType)),
                ("Remarks", "Balance"),
            ])
    }

    /// 2 is a till, 4 a paybill.
    private var identifierType: String {
        switch settings.business {
        case .paybill: "4"
        case .till: "2"
        }
    }

    private func operate(
        _ path: String, _ command: String, _ addresses: ResultAddresses, _ fields: [(String, JSON)],
        initiatorField: String = "Initiator"
    ) async throws(RailError) -> OperationAck {
        guard let initiator = settings.initiator,
            let credential = Self.credential(of: initiator)
        else { throw RailError(.unsendable(.initiatorWrong)) }
        guard DarajaCallback.isTaken(addresses.result, plain: takesPlainAddresses),
            DarajaCallback.isTaken(addresses.timeout, plain: takesPlainAddresses)
        else { throw RailError(.unsendable(.badCallback)) }
        let own: [(String, JSON)] = [
            (initiatorField, .string(initiator.name)), ("SecurityCredential", .string(credential)),
            ("CommandID", .string(command)), ("ResultURL", .string(addresses.result)),
            ("QueueTimeOutURL", .string(addresses.timeout)),
        ]
        let answer = try await call(path, JSON(members: own + fields))
        let conversation = answer["ConversationID"].text ?? ""
        let originator = answer["OriginatorConversationID"].text ?? ""
        guard answer["ResponseCode"].code == "0", !conversation.isEmpty || !originator.isEmpty else {
            throw RailError(.outcomeUnknown(.unknownShape(status: 200)))
        }
        return OperationAck(conversation: conversation, originator: originator)
    }

    /// The initiator's password under M-PESA's public key; nil where the certificate is none, or too small for it.
    static func credential(of initiator: DarajaSettings.Initiator) -> String? {
        RSAPublicKey(pem: initiator.certificate)?.encryptPKCS1(Array(initiator.password.revealed.utf8))
            .map { Base64.encode($0) }
    }
}
