import Values
import Wires

/// The phones of the simulated network on one page: the prompts that are open, and what can be done with them.
///
/// No number stands in an address: forms are posted, and the page shows all phones.
enum PhonePage {
    static func answer(_ request: WireRequest, _ host: DarajaHost) -> WireAnswer {
        switch (request.method, request.target) {
        case ("GET", "/"), ("GET", "/phone"): return host.with { model, _ in phones(model) }
        case ("GET", "/phone/payments"): return host.with { model, _ in page(byHand(model)) }
        case ("POST", "/phone/touches"):
            let form = FormBody.fields(request.body)
            let touch: DarajaModel.Touch =
                switch form["what"] {
                case "cancel": .cancel
                case "poor": .poor
                default: .pin(form["pin"] ?? "")
                }
            _ = host.with { model, now in model.touch(form["prompt"] ?? "", touch, at: now) }
        case ("POST", "/phone/payments"):
            let form = FormBody.fields(request.body)
            if let amount = form["amount"].flatMap({ Int64($0) }), (1...250_000).contains(amount) {
                let hand = DarajaModel.ByHand(
                    payer: form["number"] ?? "", payee: form["shortcode"] ?? "", amount: amount * 100,
                    reference: form["reference"] ?? "")
                _ = host.with { model, now in model.payByHand(hand, at: now) }
            }
        default: return page("<p>There is no such page.</p>", status: 404)
        }
        return WireAnswer(303, reason: "See Other", headers: [("Location", "/phone")])
    }

    // MARK: The page

    /// The page looks again by itself while nobody is asked: what is being typed must stay.
    private static func phones(_ model: DarajaModel) -> WireAnswer {
        let open = model.prompts.filter { $0.end == nil }.map { prompt($0, model) }
        let past = model.prompts.filter { $0.end != nil }.suffix(10).reversed().map { "<li>\(words($0))</li>" }
        let asked =
            open.isEmpty ? "<p>No phone is asked at the moment; the page looks again every two seconds.</p>" : ""
        return page(
            """
            <h2>Phones that are asked</h2>
            \(asked)\(open.joined())
            <p><a href="/phone/payments">Pay by hand</a> · <a href="/phone">Look again</a></p>
            <h2>Lately</h2><ul>\(past.joined())</ul>
            """, looksAgain: open.isEmpty)
    }

    private static func byHand(_ model: DarajaModel) -> String {
        """
        <h2>Pay by hand</h2>
        <form method="post" action="/phone/payments">
        <label>Phone <input name="number" value="254712345678" pattern="254[0-9]{9}" required></label>
        <label>Paybill or till
        <input name="shortcode" value="\(escape(model.businesses.first?.payee ?? ""))" required></label>
        <label>Account <input name="reference"></label>
        <label>Shillings <input name="amount" type="number" min="1" value="10" required></label>
        <button>Pay</button></form>
        <p><a href="/phone">Phones</a></p>
        """
    }

    private static func prompt(_ prompt: SimulatedPrompt, _ model: DarajaModel) -> String {
        let name = model.business(paid: prompt.payee)?.name ?? "an unknown business"
        let id = escape(prompt.checkoutID)
        return """
            <form method="post" action="/phone/touches" class="phone">
            <p><b>+\(escape(prompt.payer))</b><br>Do you want to pay Ksh \(DarajaWords.amount(prompt.amount)) to \(escape(name))
            account \(escape(prompt.reference))? \(escape(prompt.words))</p>
            <input type="hidden" name="prompt" value="\(id)">
            <label>PIN (\(escape(model.subscriber(prompt.payer).pin)) is right)
            <input name="pin" type="password" inputmode="numeric" autocomplete="off"></label>
            <button name="what" value="pay">Send</button>
            <button name="what" value="cancel">Cancel</button>
            <button name="what" value="poor">Too little money</button>
            <p>Or leave it: after a minute it is over.</p></form>
            """
    }

    private static func words(_ prompt: SimulatedPrompt) -> String {
        let end = prompt.end?.code ?? ""
        let outcome = end == "0" ? "paid, \(prompt.receipt ?? "")" : DarajaModel.resultWords(end)
        return escape("+\(prompt.payer), Ksh \(DarajaWords.amount(prompt.amount)), \(prompt.reference): \(outcome)")
    }

    private static func page(_ content: String, status: Int = 200, looksAgain: Bool = false) -> WireAnswer {
        let page = """
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Simulated phones</title>
            <meta name="viewport" content="width=device-width">\(looksAgain ? "<meta http-equiv=\"refresh\" content=\"2\">" : "")
            <style>body{font:16px sans-serif;max-width:40em;margin:1em auto;padding:0 1em}
            .note{background:#fd6;padding:.5em}.phone{border:2px solid #393;border-radius:1em;padding:1em;margin:1em 0}
            label{display:block;margin:.4em 0}</style></head><body>
            <p class="note">This is a simulator for demonstrations and tests. It is no product of Safaricom, no money moves,
            and no real PIN belongs here.</p>
            \(content)</body></html>
            """
        return WireAnswer(
            status, headers: [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")],
            body: Array(page.utf8))
    }

    private static func escape(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            default: String(character)
            }
        }.joined()
    }
}
