import Values
import Wires

extension DarajaModel {
    /// Carries one call out.
    mutating func answer(_ call: DarajaRequest, _ path: String, _ now: Instant) throws(DarajaRefusal) -> WireJSON {
        switch call.door {
        case .push: try push(call, now)
        case .query: try query(call, now)
        case .register: try register(call, version: path.contains("/v1/") ? "v1" : "v2")
        case .simulate: try simulate(call, now)
        case .status: try status(call, now)
        case .reversal: try reversal(call, now)
        case .payout: try payOut(call, now)
        case .balance: try balance(call, now)
        case .pullRegister: try pullRegister(call)
        case .pullQuery: try pullQuery(call, now)
        case .code: try code(call, now)
        case .token: .object([:])
        }
    }

    // MARK: Prompts

    private func signed(_ call: DarajaRequest) throws(DarajaRefusal) -> DarajaBusiness {
        let code = try call.shortCode("BusinessShortCode")
        let (time, password) = (try call.required("Timestamp"), try call.required("Password"))
        guard time.utf8.count == 14, time.allSatisfy(\.isNumber) else { throw .invalid("Timestamp") }
        guard let business = business(asking: code) else { throw .unknownMerchant }
        guard password == WireBase64.encode(Array((code + business.passkey + time).utf8)) else {
            throw .wrongCredentials
        }
        return business
    }

    private mutating func push(_ call: DarajaRequest, _ now: Instant) throws(DarajaRefusal) -> WireJSON {
        _ = try call.phone("PartyA")
        let phone = try call.phone("PhoneNumber")
        let (amount, callback) = (try call.amount(), try call.address("CallBackURL"))
        let payee = try call.shortCode("PartyB")
        let reference = try call.required("AccountReference")
        guard reference.utf8.count <= 12 else { throw .invalid("AccountReference") }
        let words = call.text("TransactionDesc") ?? ""
        guard words.utf8.count <= 13 else { throw .invalid("TransactionDesc") }
        let kind = try call.required("TransactionType")
        let business = try signed(call)
        guard kind == business.transactionType else { throw .invalid("TransactionType") }
        guard
            let prompt = prompt(
                business, payer: phone, payee: payee, amount: amount, reference: reference, words: words,
                callback: callback, at: now)
        else { throw .locked }
        return .record([
            "MerchantRequestID": prompt.merchantID, "CheckoutRequestID": prompt.checkoutID, "ResponseCode": "0",
            "ResponseDescription": "Success. Request accepted for processing",
            "CustomerMessage": "Success. Request accepted for processing",
        ])
    }

    private mutating func query(_ call: DarajaRequest, _ now: Instant) throws(DarajaRefusal) -> WireJSON {
        _ = try signed(call)
        let id = try call.required("CheckoutRequestID")
        if let place = prompts.firstIndex(where: { $0.checkoutID == id }) { settle(place, at: now) }
        guard fault(.queryUnknown) == nil, let prompt = prompts.first(where: { $0.checkoutID == id }) else {
            throw DarajaRefusal(500, "500.001.1001", "The transaction does not Exist", request: id)
        }
        if let fault = fault(.queryEmpty) {
            throw DarajaRefusal(Int(fault.number("status", 200)), "500.001.1001", "", request: id)
        }
        var code = prompt.isDone ? prompt.end?.code ?? "4999" : "4999"
        // Who will cancel is told apart while the prompt is open, and an unreachable phone is forgotten after a while.
        if case .cancels = prompt.plan, code == "4999" {
            throw DarajaRefusal(200, "500.001.1001", "", request: id)
        }
        if prompt.plan == .unreachable, let end = prompt.end, now - end.at >= .seconds(60) {
            throw DarajaRefusal(500, "500.001.1001", "", request: id)
        }
        if prompt.isDone, let fault = fault(.queryContradicts) { code = fault.text("code", "1032") }
        return .record([
            "ResponseCode": "0", "ResponseDescription": "The service request has been accepted successfully",
            "MerchantRequestID": prompt.merchantID, "CheckoutRequestID": id, "ResultCode": code,
            "ResultDesc": Self.queryWords(code),
        ])
    }

    private static func queryWords(_ code: String) -> String {
        switch code {
        case "4999": "The transaction is still under processing"
        case "1032": "Request Cancelled by user."
        default: resultWords(code)
        }
    }

    // MARK: Money paid by hand

    private mutating func register(_ call: DarajaRequest, version: String) throws(DarajaRefusal) -> WireJSON {
        let code = try call.shortCode("ShortCode")
        let kind = try call.required("ResponseType")
        guard ["Completed", "Cancelled"].contains(kind) else { throw .invalid("ResponseType") }
        let addresses = DarajaBusiness.Addresses(
            confirmation: try call.address("ConfirmationURL"), validation: try call.address("ValidationURL"),
            version: version, isCancelledByDefault: kind == "Cancelled")
        guard let business = businesses.first(where: { $0.payee == code || $0.shortCode == code }) else {
            throw DarajaRefusal(400, "400.003.02", "Bad Request - Kindly use your own ShortCode")
        }
        guard !business.registersOnce || business.addresses == nil else {
            throw DarajaRefusal(500, "500.003.1001", "Urls are already registered.")
        }
        change(code) { $0.addresses = addresses }
        // Misspelt so by the service.
        return .record([
            "OriginatorCoversationID": DarajaWords.request(), "ResponseCode": settings.shortSuccess ? "0" : "00000000",
            "ResponseDescription": "Success",
        ])
    }

    private mutating func simulate(_ call: DarajaRequest, _ now: Instant) throws(DarajaRefusal) -> WireJSON {
        let hand = ByHand(
            payer: try call.phone("Msisdn"), payee: try call.shortCode("ShortCode"), amount: try call.amount(),
            reference: call.text("BillRefNumber") ?? "")
        guard business(paid: hand.payee) != nil else { throw .invalid("ShortCode") }
        _ = payByHand(hand, at: now)
        return .record([
            "OriginatorCoversationID": DarajaWords.request(), "ResponseCode": "0",
            "ResponseDescription": "Accept the service request successfully.",
        ])
    }

    // MARK: The last 48 hours

    private mutating func pullRegister(_ call: DarajaRequest) throws(DarajaRefusal) -> WireJSON {
        let code = try call.shortCode("ShortCode")
        guard call.text("RequestType") == "Pull" else { throw .invalid("RequestType") }
        _ = (try call.required("NominatedNumber"), try call.address("CallBackURL"))
        let wasPulled = business(paid: code)?.isPulled == true
        change(code) { $0.isPulled = true }
        return .record([
            "ResponseRefID": DarajaWords.request(), "ResponseStatus": wasPulled ? "1001" : "1000", "ShortCode": code,
            "ResponseDescription": wasPulled ? "ShortCode already Registered" : "ShortCode Registered Successfully",
        ])
    }

    private func pullQuery(_ call: DarajaRequest, _ now: Instant) throws(DarajaRefusal) -> WireJSON {
        let code = try call.shortCode("ShortCode")
        let (start, end) = (try call.required("StartDate"), try call.required("EndDate"))
        let offset = Int(call.text("OffSetValue") ?? "0") ?? 0
        let bounds = [start, end].map { $0.filter(\.isNumber) }
        guard bounds.allSatisfy({ $0.utf8.count == 14 }) else { throw .invalid("StartDate") }
        let found = payments.filter {
            $0.payee == code && (bounds[0]...max(bounds[0], bounds[1])).contains(DarajaWords.time($0.at))
                && now - $0.at <= .hours(48)
        }
        guard business(paid: code)?.isPulled == true, found.count > offset else {
            return .record([
                "RequestID": DarajaWords.request(), "ResponseCode": "1001",
                "ResponseMessage": "No records found or Organization Name not available",
            ])
        }
        let rows = found.dropFirst(max(0, offset)).prefix(100).map { payment in
            WireJSON.object([
                "transactionId": .string(payment.receipt),
                "trxDate": .string((payment.at + .hours(3)).iso8601.prefix(19) + "Z"),
                "msisdn": .number(String(payment.payer.dropFirst(3))), "sender": .string(payment.payerName),
                "transactiontype": .string(payment.kind), "billreference": .string(payment.reference),
                "amount": .string(DarajaWords.amount(payment.amount)),
                "organizationname": .string(business(paid: code)?.name ?? ""),
            ])
        }
        return .object([
            "ResponseRefID": .string(DarajaWords.request()), "ResponseCode": .string("1000"),
            "ResponseMessage": .string("Success"), "Response": .array([.array(rows)]),
        ])
    }

    // MARK: QR

    private func code(_ call: DarajaRequest, _ now: Instant) throws(DarajaRefusal) -> WireJSON {
        for name in ["MerchantName", "RefNo", "CPI"] { _ = try call.required(name) }
        _ = try call.amount()
        guard ["BG", "WA", "PB", "SM", "SB"].contains(call.text("TrxCode") ?? "") else { throw .invalid("TrxCode") }
        // A picture of one point: what is inside the real one is not known. Its success code is no 0 either.
        let picture = """
            iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
            """
        return .record([
            "ResponseCode": DarajaWords.conversation(now), "RequestID": DarajaWords.request(),
            "ResponseDescription": "QR Code Successfully Generated.", "QRCode": picture,
        ])
    }
}
