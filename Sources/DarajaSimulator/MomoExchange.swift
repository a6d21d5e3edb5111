import Values
import Wires

/// MTN's side of HTTP, below `/collection/` and `/disbursement/`.
struct MomoExchange {
    let host: DarajaHost
    let request: WireRequest
    let product: Product

    /// A product has tokens of its own, and one kind of request.
    enum Product: String {
        case collection, disbursement

        var path: String { self == .collection ? "requesttopay" : "transfer" }
        /// The other side of the money.
        var party: String { self == .collection ? "payer" : "payee" }
        /// What faults call it.
        var door: String { self == .collection ? "momo" : "momo-transfer" }
    }

    /// Whether it is MTN's.
    static func isFor(_ request: WireRequest) -> Bool { product(of: request) != nil }

    private static func product(of request: WireRequest) -> Product? {
        request.target.split(separator: "/").first.flatMap { Product(rawValue: String($0)) }
    }

    static func answer(_ request: WireRequest, _ host: DarajaHost) -> WireAnswer {
        guard let product = product(of: request) else { return refusal(404, "404", "Resource not found") }
        let exchange = MomoExchange(host: host, request: request, product: product)
        guard request.header("ocp-apim-subscription-key") == host.settings.subscriptionKey.revealed else {
            return refusal(401, "401", "Access denied due to invalid subscription key.")
        }
        let base = "/\(product.rawValue)/v1_0/\(product.path)"
        switch (request.method, request.target) {
        case ("POST", "/\(product.rawValue)/token/"): return exchange.token()
        case ("POST", base): return exchange.take()
        case ("GET", let path) where path.hasPrefix(base + "/"):
            return exchange.state(String(path.dropFirst(base.utf8.count + 1)))
        default: return refusal(404, "404", "Resource not found")
        }
    }

    private static func refusal(_ status: Int, _ code: String, _ message: String) -> WireAnswer {
        .json(status, .record(["code": code, "message": message]))
    }

    private func token() -> WireAnswer {
        // The gateway in front wants a length, also of nothing.
        guard request.header("content-length") != nil else {
            return WireAnswer(
                411, reason: "Length Required", headers: [("Content-Type", "text/html")],
                body: Array("<html><body>Length Required</body></html>".utf8))
        }
        let words = request.header("authorization")?.split(separator: " " as Character).map { String($0) } ?? []
        let pair = words.count == 2 && words[0] == "Basic" ? WireBase64.decode(words[1]) : nil
        let wanted = "\(host.settings.consumerKey):\(host.settings.consumerSecret.revealed)"
        guard let pair, String(decoding: pair, as: UTF8.self) == wanted else {
            return .json(401, .record(["error": "login_failed"]))
        }
        return host.with { model, now in
            let token = DarajaWords.hex(40)
            model.momo.tokens["\(product.rawValue) \(token)"] = now + .seconds(3_600)
            return .json(
                200,
                .object([
                    "access_token": .string(token), "token_type": .string("access_token"), "expires_in": .number(3_600),
                ]))
        }
    }

    private var isAdmitted: Bool {
        let token = request.header("authorization")?.dropFirst(7) ?? ""
        return host.with { model, now in model.momo.tokens["\(product.rawValue) \(token)"].map { now < $0 } == true }
    }

    private func take() -> WireAnswer {
        guard isAdmitted else { return Self.refusal(401, "401", "Unauthorized") }
        guard request.header("x-target-environment") == "sandbox" else {
            return Self.refusal(400, "NOT_ALLOWED_TARGET_ENVIRONMENT", "Access to target environment is forbidden.")
        }
        guard let reference = request.header("x-reference-id"), reference.utf8.count == 36,
            let members = WireJSON(request.body, strict: true)?.members,
            members[product.party]?["partyId"]?.text != nil,
            let amount = members["amount"]?.text, Double(amount).map({ $0 > 0 }) == true
        else { return Self.refusal(400, "400", "Bad request") }
        guard members["currency"]?.text == "EUR" else {
            return Self.refusal(500, "INVALID_CURRENCY", "Currency not supported.")
        }
        let callback = request.header("x-callback-url")
        let (isNew, isLost) = host.with { model, now in
            model.counts[product.door, default: 0] += 1
            let isNew =
                product == .collection
                ? model.requestToPay(reference, members, callback: callback, at: now)
                : model.transfer(reference, members, at: now)
            return (isNew, model.fault(.replyLost, at: product.door) != nil)
        }
        var answer =
            isNew
            ? WireAnswer(202)
            : Self.refusal(409, "RESOURCE_ALREADY_EXIST", "Duplicated reference id. Creation of resource failed.")
        if isLost { answer.fate = .lost }
        return answer
    }

    private func state(_ reference: String) -> WireAnswer {
        guard isAdmitted else { return Self.refusal(401, "401", "Unauthorized") }
        return host.with { model, now in
            let all = product == .collection ? model.momo.requests : model.momo.transfers
            guard let request = all[reference] else {
                return Self.refusal(404, "RESOURCE_NOT_FOUND", "Requested resource was not found.")
            }
            return .json(200, request.document(at: now))
        }
    }
}
