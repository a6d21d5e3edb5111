import HTTPClient
import JSON
package import Values

/// What Africa's Talking needs to know of an account.
package struct AfricasTalkingSettings: Hashable, Sendable {
    /// Scheme, host and port; the sandbox has another one.
    package let address: String
    package let username: String
    package let key: Secret
    /// The approved sender; empty for the provider's own.
    package let from: String

    package static let production = "https://api.africastalking.com"

    package init(address: String = Self.production, username: String, key: Secret, from: String) {
        self.address = address
        self.username = username
        self.key = key
        self.from = from
    }
}

/// SMS through Africa's Talking, by its classic form.
///
/// It answers 201 to nearly everything, and knows no key by which a message is taken once.
package struct AfricasTalking: MessageSender {
    private let settings: AfricasTalkingSettings
    private let transport: MessageTransport

    package init(_ settings: AfricasTalkingSettings, over transport: MessageTransport) {
        self.settings = settings
        self.transport = transport
    }

    package func send(_ message: OutgoingMessage) async -> SendAnswer {
        guard case .phone(let number) = message.reader else { return .refused(.addressUnsupported, code: "") }
        guard !message.text.isEmpty else { return .refused(.messageUnfit, code: "") }
        var request = OutgoingRequest(.post, settings.address + "/version1/messaging")
        request.headers = [
            ("apiKey", settings.key.revealed), ("Accept", "application/json"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ]
        let fields = [
            ("username", settings.username), ("to", number.international), ("message", message.text),
            ("bulkSMSMode", "1"),
        ]
        request.body = FormFields.encode(fields + (settings.from.isEmpty ? [] : [("from", settings.from)]))
        switch await transport.send(request) {
        case .success(let response): return Self.answer(response)
        case .failure(let error): return SendAnswer(error)
        }
    }

    package func read(_ notice: [UInt8]) -> MessageNotice { Self.notice(notice) }

    // MARK: Reading

    /// What an answer means; only a whole one decides anything.
    static func answer(_ response: IncomingResponse) -> SendAnswer {
        switch response.status {
        case 200, 201: break
        case 401, 403: return .refused(.credentials, code: "\(response.status)")
        case 429: return .refused(.busy, code: "429")
        case 400..<500: return .refused(.refused, code: "\(response.status)")
        default: return .unknown(.fault(status: response.status))
        }
        // What is no JSON decides nothing.
        guard let json = try? JSON(parsing: response.body), let data = json["SMSMessageData"],
            let readers = data["Recipients"]?.array
        else { return .unknown(.unknownShape(status: response.status)) }
        // Nobody was sent anything, and the reason stands where otherwise the count does.
        guard let reader = readers.first else {
            let words = data["Message"]?.text ?? ""
            return .refused(AfricasTalkingCodes.reason(ofWord: words), code: String(words.prefix(40)))
        }
        guard let code = reader["statusCode"]?.integer ?? reader["statusCode"]?.text.flatMap({ Int64($0) }) else {
            return .unknown(.unknownShape(status: response.status))
        }
        guard !AfricasTalkingCodes.taken.contains(code) else {
            let name = reader["messageId"]?.text
            return .taken(name: name == "None" || name?.isEmpty == true ? nil : name)
        }
        return .refused(AfricasTalkingCodes.reasons[code] ?? .refused, code: "\(code)")
    }

    /// What was posted to our address.
    static func notice(_ body: [UInt8]) -> MessageNotice {
        let fields = FormFields(body)
        if fields.has("status"), let id = fields["id"] {
            guard let state = AfricasTalkingCodes.state(fields["status"] ?? "", because: fields["failureReason"]) else {
                return .unknown(flaw: "status")
            }
            return .report(DeliveryReport(.provider(id), state))
        }
        if fields.has("text"), fields.has("from") { return .incoming }
        if let phone = fields["phoneNumber"], fields.has("senderId") {
            return .optOut(PhoneNumber(e164: phone) ?? PhoneNumber(digits: phone))
        }
        return .unknown(flaw: "fields")
    }
}

/// What codes and words of Africa's Talking mean.
enum AfricasTalkingCodes {
    /// Processed, sent, queued.
    static let taken: Set<Int64> = [100, 101, 102]

    static let reasons: [Int64: MessageReason] = [
        401: .onHold, 402: .senderUnfit, 403: .addressInvalid, 404: .addressUnsupported, 405: .noBalance,
        406: .optedOut, 407: .noRoute, 409: .doNotDisturb, 500: .busy, 501: .busy, 502: .refused,
    ]

    /// The names of the same codes, as they stand alone where nobody was sent anything.
    static func reason(ofWord word: String) -> MessageReason {
        switch word {
        case "RiskHold": .onHold
        case "InvalidSenderId": .senderUnfit
        case "InvalidPhoneNumber": .addressInvalid
        case "UnsupportedNumberType": .addressUnsupported
        case "InsufficientBalance": .noBalance
        case "UserInBlacklist": .optedOut
        case "CouldNotRoute": .noRoute
        case "DoNotDisturbRejection": .doNotDisturb
        case "InternalServerError", "GatewayError": .busy
        default: .refused
        }
    }

    static func state(_ status: String, because reason: String?) -> DeliveryReport.State? {
        switch status {
        case "Sent", "Submitted", "Buffered": .onItsWay
        case "Success": .delivered
        case "AbsentSubscriber": .failed(.absent)
        case "Expired": .failed(.expiredThere)
        case "Failed", "Rejected": .failed(failure(reason ?? ""))
        default: nil
        }
    }

    private static func failure(_ word: String) -> MessageReason {
        switch word {
        case "InsufficientCredit": .noCredit
        case "InvalidLinkId": .messageUnfit
        case "UserIsInactive", "UserAccountSuspended": .absent
        case "UserInBlackList", "UserNotSubscribedToProduct": .optedOut
        case "NotNetworkSubscriber", "UserDoesNotExist": .addressUnknown
        default: .notDelivered
        }
    }
}
