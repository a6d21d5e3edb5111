import Crypto
import JSON
import Values

/// What KCB's Buni posts when money comes to a till or paybill of the bank.
///
/// Source: field paths that public integrations read. Every payment that was asked for on a phone is told here too: the
/// originator's conversation is M-PESA's receipt then.
enum KCBNotice {
    /// Verifies the header `Signature`: Base64 of RSA PKCS #1 v1.5 with SHA-256.
    ///
    /// One integration signs the bytes as they are posted, another the same JSON without spaces; either is taken.
    static func isSigned(_ body: [UInt8], _ signature: String?, by key: RSAPublicKey) -> Bool {
        guard let signature, let bytes = Base64.decode(signature.filter { !$0.isWhitespace }) else { return false }
        if key.verifies(bytes, of: body) { return true }
        // What is no JSON has no other form.
        guard let json = try? JSON(parsing: body) else { return false }
        let compact = json.serialized()
        return compact != body && key.verifies(bytes, of: compact)
    }

    static func read(_ body: [UInt8]) -> PaymentNotice {
        // Bytes that are no JSON are no notice.
        guard let json = try? JSON(parsing: body, lenientControls: true) else { return .unknown(flaw: "no JSON") }
        let top = LooseJSON(json: json)
        let payload = top["requestPayload"]
        let told = payload["additionalData"]["notificationData"]
        guard told.isObject else { return .unknown(flaw: "no notificationData") }
        guard let currency = Currency(code: told["currency"].text?.uppercased() ?? "KES") else {
            return .unknown(flaw: "currency")
        }
        guard let amount = told["transactionAmt"].money(in: currency) else {
            return .unknown(flaw: "transactionAmt is no amount")
        }
        let names = names(top, told)
        guard let name = names.first else { return .unknown(flaw: "no transactionID") }
        let key = told["businessKey"].text ?? payload["primaryData"]["businessKey"].text ?? ""
        let parts = key.split(separator: "#", maxSplits: 1)
        let words = ["firstName", "middleName", "lastName"].compactMap { told[$0].text }
        var payment = IncomingPayment(
            receipt: name.number, amount: amount, paidAt: time(told) ?? time(top["header"]),
            shortCode: parts.count == 2 ? String(parts[0].prefix(20)) : "",
            reference: TypedReference(parts.last.map(String.init) ?? ""), payer: PayerMark(told["debitMSISDN"].text),
            payerName: words.isEmpty ? nil : String(words.joined(separator: " ").prefix(100)),
            balance: told["balance"].money(in: currency))
        payment.receiptRail = name.rail
        payment.aliases = Array(names.dropFirst())
        payment.mentions = [told["narration"].text].compactMap(\.self).map { TypedReference($0) }
        return .incoming(payment)
    }

    /// M-PESA's receipt where there is one, then the bank's own number.
    private static func names(_ top: LooseJSON, _ told: LooseJSON) -> [ReceiptName] {
        let origin = top["header"]["originatorConversationID"].text ?? ""
        let mpesa = MpesaMark.isReceipt(origin) ? ReceiptNumber(origin).map { ReceiptName(.mpesa, $0) } : nil
        let own = told["transactionID"].text.flatMap { ReceiptNumber($0.prefix { $0 != "\\" }) }
            .map { ReceiptName(.kcb, $0) }
        return [mpesa, own].compactMap(\.self)
    }

    /// `Tue Oct 06 09:52:33 EAT 2026`, or `20261006095233` in the header.
    private static func time(_ json: LooseJSON) -> Instant? {
        if let text = json["timeStamp"].text { return NairobiTime.read(text) }
        let words = json["transactionDate"].text?.split(separator: " ") ?? []
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard words.count == 6, let month = months.firstIndex(of: String(words[1])) else {
            return json["transactionDate"].text.flatMap { NairobiTime.read($0) }
        }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        let day = words[2].utf8.count == 1 ? "0\(words[2])" : "\(words[2])"
        return NairobiTime.read("\(words[5])\(number)\(day) \(words[3])")
    }
}
