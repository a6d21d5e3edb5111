import Values
import Wires

/// The texting side: what was sent, and what is to be reported of it.
struct TextModel {
    /// A text to one number.
    struct Sent: Sendable {
        let id: String
        let number: String
        let text: String
        let from: String
        let code: Int64

        var state: WireJSON {
            .record(["id": id, "number": number, "text": text, "from": from, "code": String(code)])
        }
    }

    var sent: [Sent] = []
    /// Where reports are posted; nil for nowhere.
    var reports: String?
    /// How texts to a number are answered, where not with 101.
    var codes: [String: Int64] = [:]
    /// What is reported of texts to a number: states with commas between, each with its reason behind a colon.
    var fates: [String: String] = [:]

    static let words: [Int64: String] = [
        100: "Processed", 101: "Success", 102: "Success", 401: "RiskHold", 402: "InvalidSenderId",
        403: "InvalidPhoneNumber", 404: "UnsupportedNumberType", 405: "InsufficientBalance", 406: "UserInBlacklist",
        407: "CouldNotRoute", 409: "DoNotDisturbRejection", 500: "InternalServerError", 501: "GatewayError",
        502: "RejectedByGateway",
    ]

    /// How a text to a number is answered.
    func code(for number: String, isQueued: Bool) -> Int64 {
        if let code = codes[number] { return code }
        let digits = number.dropFirst()
        let isNumber = number.hasPrefix("+") && (9...15).contains(digits.utf8.count) && digits.allSatisfy(\.isNumber)
        return isNumber ? isQueued ? 102 : 101 : 403
    }
}

extension DarajaModel {
    /// Takes a text to one number, and plans what is reported of it.
    mutating func take(_ text: String, to number: String, from: String, isQueued: Bool, at now: Instant) -> WireJSON {
        let code = texts.code(for: number, isQueued: isQueued)
        let isTaken = code <= 102
        let id = isTaken ? "ATXid_\(DarajaWords.hex(32))" : "None"
        texts.sent.append(TextModel.Sent(id: id, number: number, text: text, from: from, code: code))
        if isTaken, let address = texts.reports {
            let states = (texts.fates[number] ?? "Sent,Success").split(separator: ",")
            for (index, state) in states.enumerated() {
                let body = Self.report(id, number, String(state))
                letters.append(Letter(kind: .report, url: address, body: body, at: now + .seconds(Int64(index))))
            }
        }
        return .object([
            "statusCode": .number(code), "number": .string(number), "status": .string(TextModel.words[code] ?? ""),
            "cost": .string(isTaken ? "KES 0.8000" : "0"), "messageId": .string(id),
        ])
    }

    private static func report(_ id: String, _ number: String, _ state: String) -> [UInt8] {
        let parts = state.split(separator: ":", maxSplits: 1)
        let reason = parts.count == 2 ? "&failureReason=\(parts[1])" : ""
        return Array(
            "id=\(id)&status=\(parts.first ?? "")&phoneNumber=%2B\(number.dropFirst())&networkCode=99999\(reason)&retryCount=0"
                .utf8)
    }
}
