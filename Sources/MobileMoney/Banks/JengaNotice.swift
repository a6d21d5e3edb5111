import Crypto
import JSON
import Values

/// What Equity's Jenga posts when money comes to an account of the bank.
///
/// Sources: the sample of Jenga's own pages of 2018, and one of a public integration of 2026: amounts are texts or numbers,
/// references have spaces before them, an M-PESA receipt hides amid other words.
enum JengaNotice {
    /// Verifies HTTP Basic: RFC 7617.
    static func isFrom(_ user: String, _ password: Secret, _ authorization: String?) -> Bool {
        let words = authorization?.split(separator: " ", maxSplits: 1) ?? []
        guard words.count == 2, words[0].lowercased() == "basic", let pair = Base64.decode(String(words[1])) else {
            return false
        }
        return constantTimeEquals(pair, Array("\(user):\(password.revealed)".utf8))
    }

    static func read(_ body: [UInt8]) -> PaymentNotice {
        // Bytes that are no JSON are no notice.
        guard let json = try? JSON(parsing: body, lenientControls: true) else { return .unknown(flaw: "no JSON") }
        let top = LooseJSON(json: json)
        let (told, bank, customer) = (top["transaction"], top["bank"], top["customer"])
        guard told.isObject else { return .unknown(flaw: "no transaction") }
        guard told["status"].text?.uppercased() == "SUCCESS" else { return .unknown(flaw: "no success") }
        guard bank["transactionType"].text.map({ $0.uppercased() == "C" }) ?? true else {
            return .unknown(flaw: "no credit")
        }
        guard let currency = Currency(code: told["currency"].text?.uppercased() ?? "KES") else {
            return .unknown(flaw: "currency")
        }
        guard let amount = told["amount"].money(in: currency) else { return .unknown(flaw: "amount is no amount") }
        guard let number = (told["reference"].text ?? bank["reference"].text).flatMap({ ReceiptNumber($0) }) else {
            return .unknown(flaw: "no reference")
        }
        let more = told["additionalInfo"].text ?? ""
        let mark = MpesaMark(in: more)
        // A time without a fraction of a second.
        let time = told["date"].text.map { $0.prefix { $0 != "." } }.flatMap { NairobiTime.read($0) }
        var payment = IncomingPayment(
            receipt: mark?.receipt ?? number, amount: amount, paidAt: time,
            shortCode: String((bank["account"].text ?? "").prefix(34)),
            reference: TypedReference(told["billNumber"].text ?? ""),
            payer: mark?.payer.map { .number($0) } ?? PayerMark(customer["mobileNumber"].text),
            payerName: customer["name"].text.map { String($0.prefix(100)) }, balance: nil)
        if mark != nil {
            payment.receiptRail = .mpesa
            payment.aliases = [ReceiptName(.jenga, number)]
        }
        payment.mentions =
            [customer["reference"].text].compactMap(\.self).map { TypedReference($0) }
            + TypedReference.mentions(in: more)
        return .incoming(payment)
    }
}
