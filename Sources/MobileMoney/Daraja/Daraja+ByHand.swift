import HTTPClient
import JSON
package import Values

/// The two generations of the interface for money paid by hand; they differ in how the payer's number is hidden.
package enum IncomingVersion: String, Hashable, Sendable {
    /// The number comes as its SHA-256.
    case v1
    /// The number comes with covered digits.
    case v2
}

/// What we say when Daraja asks whether a payment by hand is welcome.
package enum IncomingVerdict: String, Hashable, Sendable, CaseIterable {
    case welcome = "0"
    case wrongPayer = "C2B00011"
    case unknownAccount = "C2B00012"
    case wrongAmount = "C2B00013"
    case payerNotVerified = "C2B00014"
    case wrongShortCode = "C2B00015"
    case unwelcome = "C2B00016"

    /// The body of the answer, which must be there within some eight seconds.
    package var body: [UInt8] {
        let words: JSON = self == .welcome ? "Accepted" : "Rejected"
        return JSON(members: [("ResultCode", .string(rawValue)), ("ResultDesc", words)]).serialized()
    }
}

/// Money that somebody is about to pay by hand.
package struct IncomingWish: Hashable, Sendable {
    package let amount: Money
    package let shortCode: String
    package let reference: TypedReference
}

extension Daraja {
    /// Reads the question whether a payment by hand is welcome; nil for anything else.
    package static func wish(_ body: [UInt8]) -> IncomingWish? {
        // What is no JSON asks nothing.
        guard let parsed = try? JSON(parsing: body, lenientControls: true) else { return nil }
        let json = LooseJSON(json: parsed)
        guard let amount = json["TransAmount"].shillings, let shortCode = json["BusinessShortCode"].text else {
            return nil
        }
        return IncomingWish(
            amount: amount, shortCode: String(shortCode.prefix(20)),
            reference: TypedReference(json["BillRefNumber"].text ?? ""))
    }

    /// What a callback of any other kind is answered with.
    package static let receivedBody = JSON(members: [("ResultCode", 0), ("ResultDesc", "Accepted")]).serialized()

    /// Tells Daraja where money paid by hand is told.
    ///
    /// In production this works once for a number; `alreadyRegistered` then is a state to be looked at, not an error to
    /// try again.
    /// `rejectsUnasked` says what happens where our answer to a validation does not come in time.
    package func register(
        confirmation: String, validation: String, version: IncomingVersion = .v2, rejectsUnasked: Bool = false
    ) async throws(RailError) {
        for address in [confirmation, validation] {
            guard DarajaCallback.isTaken(address, plain: takesPlainAddresses) else {
                throw RailError(.unsendable(.badCallback))
            }
        }
        // A success without an error code is a success: the response code is "0", "00000000" or absent.
        _ = try await call(
            "/mpesa/c2b/\(version.rawValue)/registerurl",
            JSON(members: [
                ("ShortCode", .string(settings.payee.text)),
                ("ResponseType", rejectsUnasked ? "Cancelled" : "Completed"),
                ("ConfirmationURL", .string(confirmation)), ("ValidationURL", .string(validation)),
            ]))
    }

    /// Makes the sandbox pay by hand; production has no such door.
    package func simulateIncoming(
        amount: Money, from payer: PhoneNumber, account: String
    ) async throws(RailError) {
        guard let shillings = Self.shillings(amount) else { throw RailError(.unsendable(.badAmount)) }
        _ = try await call(
            "/mpesa/c2b/v2/simulate",
            JSON(members: [
                ("ShortCode", .string(settings.payee.text)), ("CommandID", .string(settings.transactionType)),
                ("Amount", .number(shillings)), ("Msisdn", .string(payer.digits)),
                ("BillRefNumber", .string(account)),
            ]))
    }
}
