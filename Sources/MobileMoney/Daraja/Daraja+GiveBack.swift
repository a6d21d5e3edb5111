import Values

extension Daraja: ReceiptRail {
    package var asksAboutReceipts: Bool { settings.initiator != nil }

    package func ask(about receipt: ReceiptNumber, told addresses: ResultAddresses) async throws(RailError) {
        _ = try await askStatus(of: receipt, told: addresses)
    }
}

extension Daraja: RefundRail {
    package func giveBack(_ order: GiveBack, told addresses: ResultAddresses) async throws(RailError) {
        switch order.way {
        case .reversal:
            guard let receipt = order.receipt else { throw RailError(.unsendable(.receiptUnknown)) }
            _ = try await reverse(receipt, amount: order.amount, told: addresses)
        case .payout: _ = try await payOut(order.amount, to: order.payee, key: order.key, told: addresses)
        }
    }

    package func askAbout(
        _ order: GiveBack, told addresses: ResultAddresses
    ) async throws(RailError) -> GiveBackOutcome? {
        switch order.way {
        case .reversal:
            guard let receipt = order.receipt else { throw RailError(.unsendable(.receiptUnknown)) }
            _ = try await askStatus(of: receipt, told: addresses)
        case .payout: _ = try await askStatus(ofConversation: order.key, told: addresses)
        }
        return nil
    }
}
