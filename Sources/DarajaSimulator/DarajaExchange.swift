import Values
import Wires

/// The service's side of HTTP: who asks, what is asked, what goes wrong on demand.
struct DarajaExchange {
    let host: DarajaHost
    let request: WireRequest

    static func answer(_ request: WireRequest, _ host: DarajaHost) -> WireAnswer {
        let path = String(request.target.prefix { $0 != "?" })
        guard let door = DarajaDoor(path: path) else {
            return DarajaRefusal(404, "404.001.01", "Resource not found").answer
        }
        let exchange = DarajaExchange(host: host, request: request)
        let (before, loses, pause) = host.with { model, _ in
            model.counts[door.name, default: 0] += 1
            return exchange.trouble(at: door, &model)
        }
        if pause > 0 { WireThread.pause(milliseconds: Int(pause)) }
        if let before { return before }
        var answer = exchange.answer(door)
        if loses { answer.fate = .lost }
        return answer
    }

    // MARK: Trouble

    private func trouble(
        at door: DarajaDoor, _ model: inout DarajaModel
    ) -> (before: WireAnswer?, losesReply: Bool, pause: Int64) {
        let pause = model.fault(.slow, at: door.name)?.number("milliseconds", 1_000) ?? 0
        if model.fault(.tokenRevoked, at: door.name) != nil { model.tokens = [:] }
        if model.fault(.closed, at: door.name) != nil { return (WireAnswer(200, fate: .lost), false, pause) }
        if let fault = model.fault(.firewall, at: door.name) {
            return (Self.firewall(Int(fault.number("status", 403))), false, pause)
        }
        if model.fault(.envelope, at: door.name) != nil { return (Self.envelope, false, pause) }
        if let fault = model.fault(.error, at: door.name) {
            let refusal = DarajaRefusal(
                Int(fault.number("status", 500)), fault.text("code", "500.003.02"),
                fault.text("message", "System is busy. Please try again in few minutes."))
            return (refusal.answer, false, pause)
        }
        return (nil, model.fault(.replyLost, at: door.name) != nil, pause)
    }

    private static func firewall(_ status: Int) -> WireAnswer {
        let page = """
            <html><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW"></head><body><iframe id="main-iframe">\
            Request unsuccessful. Incapsula incident ID: 0-0</iframe></body></html>
            """
        return WireAnswer(status, headers: [("Content-Type", "text/html")], body: Array(page.utf8))
    }

    private static let envelope = WireAnswer.json(
        500,
        .object([
            "Envelope": .object([
                "Body": .object([
                    "Fault": .object([
                        "faultcode": .string("soap:Server"),
                        "faultstring": .string(
                            "Execution of ServiceCallout SC-SearchURL failed. Reason: ResponseCode 503 is treated as error"
                        ),
                        "faultactor": .object([:]),
                        "detail": .object([
                            "source": .object(["errorcode": .string("steps.servicecallout.ExecutionFailed")])
                        ]),
                    ])
                ])
            ])
        ]))

    // MARK: The doors

    private func answer(_ door: DarajaDoor) -> WireAnswer {
        do throws(DarajaRefusal) {
            guard door.takes(request.method) else {
                throw DarajaRefusal(405, "405.001", "\(request.method) Method Not Allowed")
            }
            guard door != .token else { return .json(200, try token()) }
            try admit(door)
            guard let members = WireJSON(request.body, strict: true), members.members != nil else { throw .malformed }
            let call = DarajaRequest(door: door, members: members)
            return .json(200, try host.with { model, now throws(DarajaRefusal) in try model.answer(call, path, now) })
        } catch {
            return error.answer
        }
    }

    private var path: String { String(request.target.prefix { $0 != "?" }) }

    private func token() throws(DarajaRefusal) -> WireJSON {
        guard request.target.hasSuffix("?grant_type=client_credentials") else {
            throw DarajaRefusal(400, "400.008.02", "Invalid grant type passed")
        }
        let words = request.header("authorization")?.split(separator: " ").map(String.init) ?? []
        let pair = words.count == 2 && words[0] == "Basic" ? WireBase64.decode(words[1]) : nil
        let wanted = "\(host.settings.consumerKey):\(host.settings.consumerSecret.revealed)"
        guard let pair, String(decoding: pair, as: UTF8.self) == wanted else {
            throw DarajaRefusal(400, "400.008.01", "Bad Request - invalid credentials")
        }
        return host.with { model, now in
            let token = String((0..<28).compactMap { _ in Self.tokenAlphabet.randomElement() })
            if host.settings.newTokenEndsOld { model.tokens = [:] }
            model.tokens[token] = now + .seconds(host.settings.tokenSeconds)
            // A text, as the live service writes it, whatever its page shows.
            return .object([
                "access_token": .string(token), "expires_in": .string(String(host.settings.tokenSeconds)),
            ])
        }
    }

    private static let tokenAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

    private func admit(_ door: DarajaDoor) throws(DarajaRefusal) {
        guard let header = request.header("authorization"), header.hasPrefix("Bearer ") else {
            throw DarajaRefusal(404, "404.001.04", "Invalid Authentication Header")
        }
        let token = String(header.dropFirst(7))
        let isGood = host.with { model, now in model.tokens[token].map { now < $0 } == true }
        guard isGood else { throw door.tokenRefusal }
    }
}
