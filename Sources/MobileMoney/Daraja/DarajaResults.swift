import JSON
package import Values

/// What a transaction status says.
package struct TransactionStatus: Hashable, Sendable {
    package let facts: PaymentFacts
    /// Daraja's own word, such as `Completed`.
    package let state: String
    /// The paybill or till that got the money; nil where it is not told.
    package let shortCode: String?
    package let payerName: String?

    package var isCompleted: Bool { state.lowercased() == "completed" }

    /// Nil for a result that is none of a transaction status.
    package init?(_ result: OperationResult) {
        guard let state = result["TransactionStatus"] else { return nil }
        self.state = state
        // A payout tells two debit parties: the customer is the one whose number is a phone's.
        let debit = result.parties(named: "DebitPartyName")
        let payer = debit.first { PhoneNumber(digits: $0.number) != nil } ?? debit.first
        payerName = payer?.name
        shortCode = result.parties(named: "CreditPartyName").first?.number
        facts = PaymentFacts(
            receipt: result["ReceiptNo"].flatMap { ReceiptNumber($0) }, amount: result.shillings("Amount"),
            paidAt: (result["FinalisedTime"] ?? result["InitiatedTime"]).flatMap { NairobiTime.read($0) },
            payer: PayerMark(payer?.number))
    }
}

/// What a payout or a reversal says once it is done.
package struct TransferFacts: Hashable, Sendable {
    package let receipt: ReceiptNumber
    package let amount: Money?
    package let completedAt: Instant?
    /// The payment that was given back; nil for payouts.
    package let original: ReceiptNumber?

    /// Nil for a result that moved nothing.
    package init?(_ result: OperationResult) {
        guard let receipt = (result["TransactionReceipt"] ?? result["TransactionID"]).flatMap({ ReceiptNumber($0) }),
            let amount = result.shillings("TransactionAmount") ?? result.shillings("Amount")
        else { return nil }
        self.receipt = receipt
        self.amount = amount
        completedAt = (result["TransactionCompletedDateTime"] ?? result["TransCompletedTime"])
            .flatMap { NairobiTime.read($0) }
        original = result["OriginalTransactionID"].flatMap { ReceiptNumber($0) }
    }
}

/// What the accounts of a paybill or till hold, by their names.
package struct AccountBalances: Hashable, Sendable {
    /// The available balance of each account; less than nothing where charges are owed.
    package let available: [String: Money]

    /// Reads `Working Account|KES|700000.00|…&Utility Account|KES|…`; nil for another result.
    package init?(_ result: OperationResult) {
        guard let text = result["AccountBalance"] else { return nil }
        var available: [String: Money] = [:]
        for account in text.split(separator: "&") {
            let parts = account.split(separator: "|", omittingEmptySubsequences: false)
            guard parts.count >= 3, parts[1] == "KES" else { continue }
            let isNegative = parts[2].hasPrefix("-")
            guard let amount = Money(parts[2].dropFirst(isNegative ? 1 : 0), in: .kes) else { continue }
            available[String(parts[0])] = isNegative ? amount * -1 : amount
        }
        guard !available.isEmpty else { return nil }
        self.available = available
    }
}

extension OperationResult {
    fileprivate func shillings(_ name: String) -> Money? {
        self[name].flatMap { LooseJSON(json: .string($0)).shillings }
    }

    /// The parties of that name: `254708374149 - John Doe`.
    fileprivate func parties(named name: String) -> [(number: String, name: String)] {
        guard case .done(let facts) = outcome else { return [] }
        return facts.filter { $0.name == name }.compactMap { fact in
            guard let value = fact.value, let dash = value.firstRange(of: " - ") else { return nil }
            let party = value[dash.upperBound...].split(separator: " ").joined(separator: " ")
            return (String(value[..<dash.lowerBound]), String(party.prefix(100)))
        }
    }
}
