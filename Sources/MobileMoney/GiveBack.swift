package import Values

/// Money that goes back to its payer through the provider.
package struct GiveBack: Hashable, Sendable {
    package enum Way: String, Hashable, Sendable, CaseIterable {
        /// The payment is taken back under its own receipt.
        case reversal
        /// As much is paid out to the payer's phone.
        case payout
    }

    package let way: Way
    /// Our name of it, 36 characters of a UUID; where the provider knows such a key, it does nothing twice under one.
    package let key: String
    /// Of the payment that is given back; a reversal needs it.
    package let receipt: ReceiptNumber?
    package let amount: Money
    package let payee: PhoneNumber

    package init(_ way: Way, key: String, receipt: ReceiptNumber?, amount: Money, payee: PhoneNumber) {
        self.way = way
        self.key = key
        self.receipt = receipt
        self.amount = amount
        self.payee = payee
    }
}

/// What became of money that was to go back: three states, never two.
package enum GiveBackOutcome: Hashable, Sendable {
    /// It went back; under this receipt, where it is told.
    case done(ReceiptNumber?)
    /// It did not, by a code that is listed.
    case failed(PaymentReason)
    /// Nobody knows; ask.
    case open
}

/// A way to be paid that can give money back; what became of it is told later, at the addresses that go with an order.
package protocol RefundRail: PaymentRail {
    /// Orders that money goes back; never again by itself where the outcome is not known.
    func giveBack(_ order: GiveBack, told addresses: ResultAddresses) async throws(RailError)

    /// Asks what became of an order.
    ///
    /// - Returns: nil where the answer is posted.
    func askAbout(_ order: GiveBack, told addresses: ResultAddresses) async throws(RailError) -> GiveBackOutcome?
}

extension GiveBack {
    /// What the end of the order itself means.
    package func outcome(of result: OperationResult) -> GiveBackOutcome {
        switch result.outcome {
        case .failed(let failure) where failure.reason == .alreadyReversed: return .done(nil)
        case .failed(let failure): return failure.isCertain ? .failed(failure.reason) : .open
        case .done:
            guard let facts = TransferFacts(result) else { return .open }
            let isOurs = (facts.amount.map { $0 == amount } ?? true) && (facts.original.map { $0 == receipt } ?? true)
            return isOurs ? .done(facts.receipt) : .open
        }
    }

    /// What the answer to a question about it means.
    ///
    /// A payment that is complete is not reversed yet; a payout that nobody knows was not made yet. Neither says that it
    /// will not be.
    package func outcome(asked result: OperationResult) -> GiveBackOutcome {
        guard let status = TransactionStatus(result) else { return .open }
        switch way {
        case .reversal: return status.state.lowercased().hasPrefix("reversed") ? .done(nil) : .open
        case .payout:
            let isOurs = status.facts.amount.map { $0 == amount } ?? false
            return status.isCompleted && isOurs ? .done(status.facts.receipt) : .open
        }
    }
}
