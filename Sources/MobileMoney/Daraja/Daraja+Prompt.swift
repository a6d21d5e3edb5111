import HTTPClient
import JSON
package import Values

extension Daraja {
    /// STK push: the phone is asked for its PIN.
    ///
    /// Whole shillings from 1 to 250,000, a Kenyan mobile number, an address that Daraja posts to.
    package func prompt(_ prompt: PaymentPrompt) async throws(RailError) -> PromptAck {
        let answer = try await call("/mpesa/stkpush/v1/processrequest", try body(of: prompt))
        guard let id = answer["CheckoutRequestID"].text.flatMap({ PromptID($0) }), answer["ResponseCode"].code == "0"
        else { throw RailError(.outcomeUnknown(.unknownShape(status: 200))) }
        return PromptAck(id: id, merchantID: answer["MerchantRequestID"].text)
    }

    func body(of prompt: PaymentPrompt) throws(RailError) -> JSON {
        guard let shillings = Self.shillings(prompt.amount) else { throw RailError(.unsendable(.badAmount)) }
        guard shillings <= 250_000 else { throw RailError(.unsendable(.amountTooLarge)) }
        guard Self.isPayer(prompt.payer) else { throw RailError(.unsendable(.badNumber)) }
        guard DarajaCallback.isTaken(prompt.callback, plain: takesPlainAddresses) else {
            throw RailError(.unsendable(.badCallback))
        }
        return JSON(
            members: signature + [
                ("TransactionType", .string(settings.transactionType)), ("Amount", .number(shillings)),
                ("PartyA", .string(prompt.payer.digits)), ("PartyB", .string(settings.payee.text)),
                ("PhoneNumber", .string(prompt.payer.digits)), ("CallBackURL", .string(prompt.callback)),
                ("AccountReference", .string(prompt.reference.text)),
                ("TransactionDesc", .string(Self.words(prompt.words, maximum: 13))),
            ])
    }

    /// Asks what became of a prompt.
    ///
    /// Only a listed code of a whole answer decides; everything else is no answer. A query tells no receipt.
    package func ask(_ id: PromptID) async -> PaymentAnswer {
        let body = JSON(members: signature + [("CheckoutRequestID", .string(id.revealed))])
        do throws(RailError) {
            let answer = try await call("/mpesa/stkpushquery/v1/query", body)
            guard let code = answer["ResultCode"].code else { return .open(.unknownShape) }
            return Self.answer(code, PaymentFacts())
        } catch {
            return .open(Self.openReason(error))
        }
    }

    /// A refused question says nothing about the payment: `500.001.1001` comes before and after its end.
    private static func openReason(_ error: RailError) -> OpenReason {
        switch error.kind {
        case .outcomeUnknown(.fault(let status)): .noAnswer(code: "\(status)")
        default: .trouble(error)
        }
    }

    /// What a result code of a prompt says; `facts` are those of a payment.
    static func answer(_ code: String, _ facts: PaymentFacts) -> PaymentAnswer {
        switch DarajaCodes.promptOutcome(code) {
        case .paid: .paid(facts)
        case .failed(let reason, let isCertain):
            .failed(PaymentFailure(code: code, reason: reason, isCertain: isCertain))
        case .pending: .open(.pending)
        case .unlisted: .open(.unlisted(code: code))
        }
    }

    // MARK: What Daraja takes

    /// Whole shillings from 1 on; nil for anything else.
    static func shillings(_ amount: Money) -> Int64? {
        guard amount.currency == .kes, amount.minorUnits >= 100, amount.minorUnits % 100 == 0 else { return nil }
        return amount.minorUnits / 100
    }

    /// Whether the number is a Kenyan mobile one: `2547…` or `2541…`.
    package static func isPayer(_ number: PhoneNumber) -> Bool {
        number.digits.utf8.count == 12 && (number.digits.hasPrefix("2547") || number.digits.hasPrefix("2541"))
    }

    /// Letters, digits and hyphens, as other signs are reported to fail without a word.
    static func words(_ text: String, maximum: Int) -> String {
        var words = ""
        for character in text where words.utf8.count < maximum {
            if character.isASCII && (character.isLetter || character.isNumber) {
                words.append(character)
            } else if !words.isEmpty, !words.hasSuffix("-") {
                words.append("-")
            }
        }
        while words.hasSuffix("-") { words.removeLast() }
        return words.isEmpty ? "Internet" : words
    }
}
