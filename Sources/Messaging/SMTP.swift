package import HTTPClient
package import Values

/// What a mail account needs.
package struct SMTPSettings: Sendable {
    package let host: String
    package let port: UInt16
    package let privacy: OutgoingMail.Privacy
    package let credentials: OutgoingMail.Credentials?
    package let from: EmailAddress
    package let name: String
    /// Where bounces go; each letter has an address of its own below it, such as `local+NAME@domain`.
    ///
    /// Nil for the sender itself.
    package let bounces: EmailAddress?
    package let trust: CertificateTrust

    package init(
        host: String, port: UInt16, privacy: OutgoingMail.Privacy, credentials: OutgoingMail.Credentials?,
        from: EmailAddress, name: String, bounces: EmailAddress? = nil, trust: CertificateTrust = .system
    ) {
        self.host = host
        self.port = port
        self.privacy = privacy
        self.credentials = credentials
        self.from = from
        self.name = name
        self.bounces = bounces
        self.trust = trust
    }

    /// The address under which a letter comes back, so that a bounce names it.
    func envelope(_ id: String) -> EmailAddress {
        bounces.flatMap { EmailAddress("\($0.local)+\(id.filter { $0 != "-" })@\($0.domain)") } ?? bounces ?? from
    }
}

/// E-mail through a submission server.
package struct SMTP: MessageSender {
    package typealias Send = @Sendable (OutgoingMail) async -> MailOutcome

    private let settings: SMTPSettings
    private let send: Send

    package init(_ settings: SMTPSettings, over send: @escaping Send) {
        self.settings = settings
        self.send = send
    }

    package func send(_ message: OutgoingMessage) async -> SendAnswer {
        guard case .email(let reader) = message.reader else { return .refused(.addressUnsupported, code: "") }
        guard !message.text.isEmpty else { return .refused(.messageUnfit, code: "") }
        let letter = MailLetter(
            from: settings.from, name: settings.name, to: reader, subject: message.subject, text: message.text,
            id: message.id, date: message.now)
        var mail = OutgoingMail(
            host: settings.host, port: settings.port, privacy: settings.privacy, credentials: settings.credentials,
            from: settings.envelope(message.id), to: reader, letter: letter.bytes)
        mail.trust = settings.trust
        switch await send(mail) {
        case .taken: return .taken(name: nil)
        case .refused(let reply): return .refused(Self.reason(reply), code: "\(reply.code) \(reply.enhanced ?? "")")
        case .unknown: return .unknown(.broken)
        case .unsent(let error):
            return error == .invalidRequest ? .refused(.accountUnusable, code: "") : .refused(.unreachable, code: "")
        }
    }

    /// Bounces come by e-mail and not to us.
    package func read(_: [UInt8]) -> MessageNotice { .unknown(flaw: "no reports") }

    /// What a no means: the enhanced code where there is one, since it tells readers from policy.
    static func reason(_ reply: MailReply) -> MessageReason {
        if (400..<500).contains(reply.code) { return .busy }
        switch reply.enhanced ?? "" {
        case "5.1.1", "5.1.2", "5.1.6", "5.1.10": return .addressUnknown
        case "5.1.3": return .addressInvalid
        case "5.2.3", "5.3.4": return .messageUnfit
        case "5.7.8", "5.7.9": return .credentials
        case let code where code.hasPrefix("5.1.7") || code.hasPrefix("5.1.8"): return .senderUnfit
        case let code where code.hasPrefix("5.2."): return .notDelivered
        case let code where code.hasPrefix("5.7."):
            return reply.code == 535 || reply.code == 530 ? .credentials : .refused
        default: break
        }
        switch reply.code {
        case 530, 534, 535, 538: return .credentials
        case 550, 551: return .notDelivered
        case 552: return .messageUnfit
        case 553: return .addressInvalid
        default: return .refused
        }
    }
}
