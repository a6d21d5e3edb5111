import HTTPClient
import JSON
import Values

/// Money that goes back through MTN's Disbursements: a transfer to the payer's number, which mirrors a request to pay.
///
/// The order's key is the transfer's reference, so that it is done once under it. What became of it is asked about and never
/// posted: MTN signs nothing, so that what it posts would be asked about all the same.
extension Momo: RefundRail {
    package func giveBack(_ order: GiveBack, told addresses: ResultAddresses) async throws(RailError) {
        // A payment is not taken back under its own receipt; version 1.0 knows transfers alone.
        guard order.way == .payout, order.key.utf8.count == 36 else { throw RailError(.unsendable(.malformedRequest)) }
        guard let disbursements else { throw RailError(.unsendable(.productMissing)) }
        let amount = try amount(order.amount)
        var request = disbursements.request(.post, "transfer")
        request.headers.append(("X-Reference-Id", order.key))
        request.body =
            JSON(members: [
                ("amount", .string(amount)), ("currency", .string(settings.currency.code)),
                ("externalId", .string(order.receipt?.text ?? order.key)),
                ("payee", JSON(members: [("partyIdType", "MSISDN"), ("partyId", .string(order.payee.digits))])),
                ("payerMessage", "Refund"), ("payeeNote", "Refund"),
            ]).serialized()
        let response = try await disbursements.call(request)
        guard response.status != 202 else { return }
        // A reference that is there already was taken the first time.
        throw response.status == 409 ? RailError(.refused(code: "409", .duplicate)) : Self.error(response)
    }

    package func askAbout(
        _ order: GiveBack, told addresses: ResultAddresses
    ) async throws(RailError) -> GiveBackOutcome? {
        guard let disbursements else { throw RailError(.unsendable(.productMissing)) }
        switch try await disbursements.answer("transfer/" + order.key) {
        case .paid(let facts):
            return facts.amount.map { $0 == order.amount } ?? true ? .done(facts.receipt) : .open
        case .failed(let failure):
            // The same word as for a request to pay, about the other side.
            let reason = failure.code == "PAYEE_NOT_FOUND" ? PaymentReason.payerUnknown : failure.reason
            return failure.isCertain ? .failed(reason) : .open
        // One that nobody knows was perhaps not made yet.
        case .open: return .open
        }
    }
}
