import Values
import Wires

extension DarajaModel {
    /// Seconds after which an untouched prompt is over.
    static let patience: Int64 = 60

    /// Puts a prompt on a phone; nil where another one is open there.
    mutating func prompt(
        _ business: DarajaBusiness, payer: String, payee: String, amount: Int64, reference: String, words: String,
        callback: String, at now: Instant
    ) -> SimulatedPrompt? {
        let isLocked = prompts.contains { $0.payer == payer && $0.isOpen(at: now) }
        if isLocked || fault(.subscriberLocked) != nil { return nil }
        var prompt = SimulatedPrompt(
            merchantID: DarajaWords.request(), checkoutID: DarajaWords.checkout(now, payer: payer), payer: payer,
            shortCode: business.shortCode, payee: payee, amount: amount, reference: reference, words: words,
            callback: callback, createdAt: now, plan: plan(of: payer))
        if isRepeated(prompt, at: now) {
            end(&prompt, "17", at: now, callbackAfter: 1)
        } else {
            plan(&prompt)
        }
        prompts.append(prompt)
        return prompt
    }

    /// The same amount from the same phone, paid within two minutes.
    private func isRepeated(_ prompt: SimulatedPrompt, at now: Instant) -> Bool {
        payments.contains {
            $0.payer == prompt.payer && $0.amount == prompt.amount && $0.payee == prompt.payee
                && now - $0.at < .minutes(2)
        }
    }

    /// Decides the end where the phone acts by itself.
    private func plan(_ prompt: inout SimulatedPrompt) {
        let start = prompt.createdAt
        switch prompt.plan {
        case .byHand: break
        case .pays(let seconds): end(&prompt, "0", at: start + .seconds(seconds), callbackAfter: 0)
        case .cancels(let seconds): end(&prompt, "1032", at: start + .seconds(seconds), callbackAfter: 0)
        case .ignores: end(&prompt, "1037", at: start + .seconds(Self.patience), callbackAfter: 0)
        case .unreachable: end(&prompt, "1037", at: start + .seconds(14), callbackAfter: 12)
        case .fails(let code, let seconds): end(&prompt, code, at: start + .seconds(seconds), callbackAfter: 0)
        }
    }

    private func end(_ prompt: inout SimulatedPrompt, _ code: String, at end: Instant, callbackAfter seconds: Int64) {
        prompt.end = (code, end)
        prompt.callbackAt = end + .seconds(seconds)
    }

    /// What somebody does at the phone's page.
    enum Touch {
        case pin(String)
        case cancel
        /// Pays with an empty purse.
        case poor
    }

    /// Ends a prompt by hand; false where there is none to end.
    mutating func touch(_ checkoutID: String, _ touch: Touch, at now: Instant) -> Bool {
        guard let place = prompts.firstIndex(where: { $0.checkoutID == checkoutID && $0.end == nil }) else {
            return false
        }
        let code =
            switch touch {
            case .cancel: "1032"
            case .poor: "1"
            case .pin(let pin): pin == subscriber(prompts[place].payer).pin ? "0" : "2001"
            }
        end(&prompts[place], code, at: now, callbackAfter: 0)
        return true
    }

    // MARK: The end

    mutating func settle(_ place: Int, at now: Instant) {
        if prompts[place].end == nil, now - prompts[place].createdAt >= .seconds(Self.patience) {
            end(&prompts[place], "1037", at: prompts[place].createdAt + .seconds(Self.patience), callbackAfter: 0)
        }
        guard !prompts[place].isDone, let end = prompts[place].end, end.at <= now else { return }
        var prompt = prompts[place]
        prompt.isDone = true
        var code = end.code
        if code == "0" { code = pay(&prompt, at: end.at) }
        prompt.end = (code, end.at)
        prompts[place] = prompt
        post(prompt, code, at: prompt.callbackAt ?? now)
    }

    /// Moves the money; the code of what became of it.
    private mutating func pay(_ prompt: inout SimulatedPrompt, at now: Instant) -> String {
        guard let business = business(paid: prompt.payee), business.shortCode == prompt.shortCode else {
            return "SFC_IC0003"
        }
        guard subscriber(prompt.payer).balance >= prompt.amount else { return "1" }
        let hand = ByHand(
            payer: prompt.payer, payee: prompt.payee, amount: prompt.amount, reference: prompt.reference)
        let isFirst = fault(.confirmationFirst) != nil
        prompt.receipt = book(hand, at: now, confirmingAfter: isFirst ? 0 : 1)
        if isFirst { prompt.callbackAt = (prompt.callbackAt ?? now) + .seconds(2) }
        return "0"
    }

    private mutating func post(_ prompt: SimulatedPrompt, _ code: String, at due: Instant) {
        guard fault(.callbackLost) == nil else { return }
        let late = fault(.callbackLate)?.number("seconds", 60) ?? 0
        let letter = Letter(
            kind: .callback, url: prompt.callback, body: callback(prompt, code).bytes, at: due + .seconds(late))
        letters.append(letter)
        if fault(.callbackTwice) != nil {
            letters.append(Letter(kind: .callback, url: letter.url, body: letter.body, at: letter.at + .seconds(1)))
        }
    }

    /// The body of a callback; failures carry neither phone nor amount.
    private mutating func callback(_ prompt: SimulatedPrompt, _ code: String) -> WireJSON {
        var members: [String: WireJSON] = [
            "MerchantRequestID": .string(prompt.merchantID), "CheckoutRequestID": .string(prompt.checkoutID),
            "ResultCode": code.allSatisfy(\.isNumber) ? .number(code) : .string(code),
            "ResultDesc": .string(Self.resultWords(code)),
        ]
        if code == "0" { members["CallbackMetadata"] = .object(["Item": .array(items(prompt))]) }
        return .object(["Body": .object(["stkCallback": .object(members)])])
    }

    private mutating func items(_ prompt: SimulatedPrompt) -> [WireJSON] {
        func item(_ name: String, _ value: WireJSON? = nil) -> WireJSON {
            .object(["Name": .string(name)].merging(value.map { ["Value": $0] } ?? [:]) { $1 })
        }
        let amount = fault(.amountDiffers).map { $0.number("amount", 1) * 100 } ?? prompt.amount
        var items = [
            item("Amount", .number(DarajaWords.amount(amount))),
            item("MpesaReceiptNumber", .string(prompt.receipt ?? "")),
        ]
        if fault(.balanceGiven) != nil {
            items.append(item("Balance", .number(DarajaWords.amount(subscriber(prompt.payer).balance))))
        } else if fault(.balanceMissing) == nil {
            items.append(item("Balance"))
        }
        let paidAt = prompt.end?.at ?? prompt.createdAt
        items.append(item("TransactionDate", .number(DarajaWords.time(paidAt))))
        if fault(.phoneMasked) != nil {
            items.append(item("PhoneNumber", .string("0\(prompt.payer.dropFirst(3).prefix(6))***")))
        } else if fault(.phoneAbsent) == nil {
            items.append(item("PhoneNumber", .number(prompt.payer)))
        }
        return items
    }

    /// The words of result codes, as callbacks carry them.
    static func resultWords(_ code: String) -> String { resultTexts[code] ?? "An error occurred." }

    private static let resultTexts = [
        "0": "The service request is processed successfully.",
        "1": "The balance is insufficient for the transaction.",
        "3": "Declined due to limit rule: greater than the maximum transaction amount.",
        "4": "Declined due to limit rule: would exceed daily transfer limit.",
        "17": "Rule limited.", "26": "System busy. The traffic is blocked.",
        "1001": "Unable to lock subscriber, a transaction is already in process for the current subscriber",
        "1019": "Transaction has expired", "1025": "An error occurred while sending a push request",
        "9999": "An error occurred while sending a push request", "1032": "Request cancelled by user",
        "1036": "SMSC ACK timeout.", "1037": "DS timeout user cannot be reached.",
        "2001": "The initiator information is invalid.",
        "2028": "The request is not permitted according to product assignment.",
        "8006": "The security credential is locked.", "SFC_IC0003": "The operator does not exist.",
    ]
}
