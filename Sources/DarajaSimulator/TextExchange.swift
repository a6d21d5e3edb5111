import Values
import Wires

/// The texting side of HTTP, below `/version1/`, as Africa's Talking has it: nearly everything is a 201.
struct TextExchange {
    let host: DarajaHost
    let request: WireRequest

    static func answer(_ request: WireRequest, _ host: DarajaHost) -> WireAnswer {
        let exchange = TextExchange(host: host, request: request)
        let (before, loses, pause) = host.with { model, _ in exchange.trouble(&model) }
        if pause > 0 { WireThread.pause(milliseconds: Int(pause)) }
        if let before { return before }
        var answer = exchange.answer()
        if loses { answer.fate = .lost }
        return answer
    }

    private func trouble(_ model: inout DarajaModel) -> (before: WireAnswer?, losesReply: Bool, pause: Int64) {
        model.counts["text", default: 0] += 1
        let pause = model.fault(.slow, at: "text")?.number("milliseconds", 1_000) ?? 0
        if model.fault(.closed, at: "text") != nil { return (WireAnswer(200, fate: .lost), false, pause) }
        if let fault = model.fault(.error, at: "text") {
            return (Self.words(Int(fault.number("status", 500)), fault.text("message", "Failed")), false, pause)
        }
        return (nil, model.fault(.replyLost, at: "text") != nil, pause)
    }

    private static func words(_ status: Int, _ words: String) -> WireAnswer {
        WireAnswer(status, headers: [("Content-Type", "text/plain; charset=UTF-8")], body: Array(words.utf8))
    }

    private static let unknownUser: WireAnswer = {
        var answer = words(401, "The supplied authentication is invalid")
        answer.headers.append(("WWW-Authenticate", "Basic realm=\"api\",charset=UTF-8"))
        return answer
    }()

    private func answer() -> WireAnswer {
        let halves = request.target.split(separator: "?", maxSplits: 1)
        let fields = FormBody.fields(
            request.method == "GET" ? Array((halves.count == 2 ? halves[1] : "").utf8) : request.body)
        let hasKey = request.header("apikey") == host.settings.textKey.revealed
        guard hasKey, fields["username"] == "sandbox" else { return Self.unknownUser }
        switch (request.method, halves.first) {
        case ("POST", "/version1/messaging"): return send(fields)
        case ("GET", "/version1/user"):
            return .json(200, .object(["UserData": .record(["balance": "USD 999999589.6168"])]))
        default: return Self.words(404, "The requested resource could not be found.")
        }
    }

    private func send(_ fields: [String: String]) -> WireAnswer {
        guard request.header("content-type")?.hasPrefix("application/x-www-form-urlencoded") == true else {
            return Self.words(415, "The request's Content-Type is not supported.")
        }
        // Without this header the service answers in XML.
        guard request.header("accept")?.contains("application/json") == true else {
            return WireAnswer(
                201, headers: [("Content-Type", "application/xml")], body: Array("<AfricasTalkingResponse/>".utf8))
        }
        for name in ["to", "message"] where fields[name]?.isEmpty != false {
            return Self.words(400, "Request is missing required form field '\(name)'")
        }
        let (text, from) = (fields["message"] ?? "", fields["from"] ?? "")
        guard from.isEmpty || host.settings.textSenders.contains(from) else { return Self.told("InvalidSenderId", []) }
        let numbers = (fields["to"] ?? "").split(separator: ",").map { String($0) }
        return host.with { model, now in
            let readers = numbers.map {
                model.take(text, to: $0, from: from, isQueued: fields["enqueue"] == "1", at: now)
            }
            let count = readers.count { $0["messageId"]?.text != "None" }
            return Self.told(
                "Sent to \(count)/\(readers.count) Total Cost: KES \(count * 8 / 10).\(count * 8 % 10)000", readers)
        }
    }

    private static func told(_ message: String, _ readers: [WireJSON]) -> WireAnswer {
        .json(201, .object(["SMSMessageData": .object(["Message": .string(message), "Recipients": .array(readers)])]))
    }
}
