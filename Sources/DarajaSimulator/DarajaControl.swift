import Values
import Wires

/// The simulator's own interface: faults, time, phones, money, state.
///
/// The real service has nothing of this. Every path lies under `/_simulator/`, every answer is JSON.
struct DarajaControl {
    let host: DarajaHost
    let body: WireJSON

    static func answer(_ request: WireRequest, _ host: DarajaHost) -> WireAnswer {
        guard request.header("authorization") == "Bearer \(host.settings.controlToken)" else {
            return refusal(401, "token wanted")
        }
        let body = request.body.isEmpty ? .object([:]) : WireJSON(request.body, strict: true)
        guard let body, body.members != nil else { return refusal(400, "a JSON object is wanted") }
        let path = request.target.prefix { $0 != "?" }.dropFirst(12)
        return DarajaControl(host: host, body: body).answer("\(request.method) \(path)")
    }

    private static func refusal(_ status: Int, _ words: String) -> WireAnswer {
        .json(status, .record(["simulator": "lango-darajasim", "error": words]))
    }

    private func answer(_ path: String) -> WireAnswer {
        switch path {
        case "GET state": return .json(200, host.with { model, now in Self.state(model, now) })
        case "GET certificate": return .json(200, .record(["certificate": host.certificate]))
        case "POST faults":
            guard let fault = DarajaFault(body) else { return Self.refusal(400, "no such fault") }
            host.with { model, _ in model.faults.append(fault) }
        case "DELETE faults": host.with { model, _ in model.faults = [] }
        case "POST time": host.advance(.seconds(body["advance"]?.integer ?? 0))
        case "POST tokens/revocations": host.with { model, _ in model.tokens = [:] }
        case "POST payers":
            guard setPayer() else { return Self.refusal(400, "number and a plan are wanted") }
        case "POST touches":
            guard touch() else { return Self.refusal(404, "no open prompt") }
        case "POST payments":
            guard let receipt = pay() else { return Self.refusal(400, "not paid") }
            return .json(200, .record(["simulator": "lango-darajasim", "receipt": receipt]))
        case "POST reversals":
            let receipt = body["receipt"]?.text ?? ""
            guard host.with({ model, _ in model.reverse(receipt) }) else { return Self.refusal(404, "no such payment") }
        case "POST businesses":
            guard let code = body["shortcode"]?.text else { return Self.refusal(400, "shortcode is wanted") }
            host.with { model, _ in model.change(code) { change(&$0) } }
        case "POST forgeries": forge()
        case "POST texts":
            guard setTexts() else { return Self.refusal(400, "reports or a number with code or fate is wanted") }
        default: return Self.refusal(404, "no such path")
        }
        return .json(200, .object(["simulator": .string("lango-darajasim"), "done": .boolean(true)]))
    }

    // MARK: Phones and money

    private func setPayer() -> Bool {
        guard let number = body["number"]?.text else { return false }
        let words = body["plan"]?.text
        let plan = words.flatMap { PayerPlan($0) }
        guard words == nil || plan != nil else { return false }
        let (balance, pin) = (body["balance"]?.integer, body["pin"]?.text)
        host.with { model, _ in
            var subscriber = model.subscriber(number)
            if let plan { subscriber.plan = plan }
            if let balance { subscriber.balance = balance * 100 }
            if let pin { subscriber.pin = pin }
            model.subscribers[number] = subscriber
        }
        return true
    }

    private func touch() -> Bool {
        let touch: DarajaModel.Touch =
            switch body["what"]?.text {
            case "cancel": .cancel
            case "poor": .poor
            default: .pin(body["pin"]?.text ?? "")
            }
        let number = body["number"]?.text ?? ""
        return host.with { model, now in
            guard let prompt = model.prompts.last(where: { $0.payer == number && $0.end == nil }) else { return false }
            return model.touch(prompt.checkoutID, touch, at: now)
        }
    }

    private func pay() -> String? {
        guard let payee = body["shortcode"]?.text, let payer = body["number"]?.text,
            let amount = body["amount"]?.integer
        else { return nil }
        let hand = DarajaModel.ByHand(
            payer: payer, payee: payee, amount: amount * 100, reference: body["reference"]?.text ?? "")
        return host.with { model, now in model.payByHand(hand, at: now) }
    }

    /// Where reports go, and what becomes of texts to a number.
    private func setTexts() -> Bool {
        let (address, number) = (body["reports"]?.text, body["number"]?.text)
        let (code, fate) = (body["code"]?.integer, body["fate"]?.text)
        guard address != nil || number != nil else { return false }
        host.with { model, _ in
            if let address { model.texts.reports = address }
            guard let number else { return }
            if let code { model.texts.codes[number] = code }
            if let fate { model.texts.fates[number] = fate }
        }
        return true
    }

    private func change(_ business: inout DarajaBusiness) {
        if let validates = body["validates"] { business.validates = validates.isTrue }
        if let once = body["registers-once"] { business.registersOnce = once.isTrue }
        if let balance = body["balance"]?.integer { business.balance = balance * 100 }
    }

    /// Posts a success that nobody paid: the right shape, and a receipt that does not exist.
    private func forge() {
        let (url, checkout) = (body["url"]?.text ?? "", body["checkout"]?.text ?? "")
        let amount = body["amount"]?.integer ?? 1
        host.with { model, now in
            let item = { (name: String, value: WireJSON) in WireJSON.object(["Name": .string(name), "Value": value]) }
            let callback: [String: WireJSON] = [
                "MerchantRequestID": .string(DarajaWords.request()), "CheckoutRequestID": .string(checkout),
                "ResultCode": .number(0), "ResultDesc": .string("The service request is processed successfully."),
                "CallbackMetadata": .object([
                    "Item": .array([
                        item("Amount", .number(amount)), item("MpesaReceiptNumber", .string(DarajaWords.receipt(now))),
                        item("TransactionDate", .number(DarajaWords.time(now))),
                        item("PhoneNumber", .number("254700000000")),
                    ])
                ]),
            ]
            let body = WireJSON.object(["Body": .object(["stkCallback": .object(callback)])])
            model.letters.append(DarajaModel.Letter(kind: .forged, url: url, body: body.bytes, at: now))
        }
    }

    // MARK: State

    private static func state(_ model: DarajaModel, _ now: Instant) -> WireJSON {
        let prompts = model.prompts.map { prompt in
            WireJSON.record([
                "checkout": prompt.checkoutID, "number": prompt.payer, "amount": DarajaWords.amount(prompt.amount),
                "reference": prompt.reference, "receipt": prompt.receipt ?? "",
                "state": prompt.isDone ? prompt.end?.code ?? "" : "open",
            ])
        }
        let payments = model.payments.map { payment in
            WireJSON.record([
                "receipt": payment.receipt, "number": payment.payer, "amount": DarajaWords.amount(payment.amount),
                "shortcode": payment.payee, "reference": payment.reference,
                "reversed": payment.isReversed ? "true" : "false",
            ])
        }
        let deliveries = model.deliveries.map { delivery in
            WireJSON.object([
                "kind": .string(delivery.kind.rawValue), "status": .number(delivery.status ?? 0),
                "at": .string(delivery.at.iso8601),
                "body": WireJSON(delivery.body) ?? .string(String(decoding: delivery.body, as: UTF8.self)),
            ])
        }
        return .object([
            "simulator": .string("lango-darajasim"), "now": .string(now.iso8601), "prompts": .array(prompts),
            "payments": .array(payments),
            "transfers": .array(
                model.momo.transfers.values.sorted { $0.reference < $1.reference }.map { $0.document(at: now) }),
            "deliveries": .array(deliveries),
            "texts": .array(model.texts.sent.map(\.state)),
            "requests": .object(model.counts.mapValues { .number($0) }),
            "waiting": .number(model.letters.count),
        ])
    }
}
