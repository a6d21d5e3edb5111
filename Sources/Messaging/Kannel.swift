import HTTPClient
package import Values

/// What a Kannel needs to know of an account.
package struct KannelSettings: Hashable, Sendable {
    /// Scheme, host and port of its smsbox.
    package let address: String
    package let username: String
    package let password: Secret
    package let from: String
    /// The link that it leaves by; empty for Kannel's choice.
    package let link: String

    package init(address: String, username: String, password: Secret, from: String, link: String = "") {
        self.address = address
        self.username = username
        self.password = password
        self.from = from
        self.link = link
    }
}

/// SMS through a Kannel, and so over SMPP to an operator.
///
/// Kannel names no message, so our attempt's own name travels in the address of its reports.
package struct Kannel: MessageSender {
    private let settings: KannelSettings
    private let transport: MessageTransport

    package init(_ settings: KannelSettings, over transport: MessageTransport) {
        self.settings = settings
        self.transport = transport
    }

    package func send(_ message: OutgoingMessage) async -> SendAnswer {
        guard case .phone(let number) = message.reader else { return .refused(.addressUnsupported, code: "") }
        // An empty text would not be refused: an empty SMS would go out.
        guard !message.text.isEmpty else { return .refused(.messageUnfit, code: "") }
        let text = SMSText(message.text)
        // Percent signs of Kannel's own are filled in by it: kind, SMSC's name, its words, time.
        let reports = "\(message.reports)?id=\(message.attempt)&type=%d&smsc=%F&reply=%A&ts=%T"
        let fields = [
            ("username", settings.username), ("password", settings.password.revealed), ("from", settings.from),
            ("to", number.international), ("text", text.text), ("charset", "UTF-8"),
            ("coding", text.alphabet == .gsm7 ? "0" : "2"), ("dlr-mask", "31"), ("dlr-url", reports),
        ]
        let query = FormFields.encode(fields + (settings.link.isEmpty ? [] : [("smsc", settings.link)]))
        var request = OutgoingRequest(
            .get, settings.address + "/cgi-bin/sendsms?" + String(decoding: query, as: UTF8.self))
        request.actsOnce = true
        switch await transport.send(request) {
        case .success(let response): return Self.answer(response)
        case .failure(let error): return SendAnswer(error)
        }
    }

    package func read(_ notice: [UInt8]) -> MessageNotice { Self.notice(notice) }

    // MARK: Reading

    static func answer(_ response: IncomingResponse) -> SendAnswer {
        let code = "\(response.status)"
        switch response.status {
        // Accepted, or queued where no link is up.
        case 202: return .taken(name: nil)
        case 400:
            let words = String(decoding: response.body, as: UTF8.self)
            return .refused(words.contains("receiver") ? .addressInvalid : .messageUnfit, code: code)
        case 401, 403: return .refused(.credentials, code: code)
        case 404: return .refused(.accountUnusable, code: code)
        case 503: return .refused(.busy, code: code)
        case 405..<500: return .refused(.refused, code: code)
        case 500...: return .unknown(.fault(status: response.status))
        default: return .unknown(.unknownShape(status: response.status))
        }
    }

    /// What came to our address: the query that it was asked with.
    static func notice(_ query: [UInt8]) -> MessageNotice {
        let fields = FormFields(query)
        guard let id = fields["id"], let kind = fields["type"].flatMap({ Int($0) }) else {
            return .unknown(flaw: "fields")
        }
        let reply = fields["reply"] ?? ""
        switch kind {
        case 1: return .report(DeliveryReport(.attempt(id), .delivered))
        case 2: return .report(DeliveryReport(.attempt(id), .failed(KannelCodes.failure(in: reply))))
        case 4, 8: return .report(DeliveryReport(.attempt(id), .onItsWay))
        case 16: return .report(DeliveryReport(.attempt(id), .failed(KannelCodes.rejection(in: reply))))
        default: return .unknown(flaw: "type")
        }
    }
}

/// What a message centre says through Kannel; SMPP 3.4 sections 5.1.3 and 5.2.28.
enum KannelCodes {
    /// `id:… sub:… stat:EXPIRED err:000 …`.
    static func failure(in receipt: String) -> MessageReason {
        let state = receipt.split(separator: " ").first { $0.hasPrefix("stat:") }?.dropFirst(5)
        return state == "EXPIRED" ? .expiredThere : .notDelivered
    }

    /// `NACK/0x0000000b/Invalid Destination Address`, the number in either notation.
    static func rejection(in words: String) -> MessageReason {
        let parts = words.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return .notDelivered }
        let status = parts[1].hasPrefix("0x") ? Int(parts[1].dropFirst(2), radix: 16) : Int(parts[1])
        switch status {
        case 0x0B: return .addressInvalid
        case 0x0A: return .senderUnfit
        case 0x0D, 0x0E, 0x0F: return .credentials
        case 0x08, 0x14, 0x58: return .busy
        default: return .notDelivered
        }
    }
}
