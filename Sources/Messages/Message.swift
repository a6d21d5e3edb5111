package import Messaging
package import Tenancy
package import Values

/// A message that somebody is to get: written with what asks for it, sent by a worker.
package struct Message: Hashable, Sendable {
    /// What sort of message it is, and so what may be done with it.
    package enum Kind: String, Sendable, CaseIterable {
        /// A one-time code: at once, for some minutes, and never twice without knowing.
        case code
        /// What somebody paid for: at once, for a day.
        case receipt
        /// All else: not at night.
        case notice

        /// Whether it goes out in quiet hours too.
        package var isUrgent: Bool { self != .notice }
        /// How often it is sent again although it was possibly sent: a receipt that comes twice does no harm.
        package var repeatsInDoubt: Int { self == .code ? 0 : 1 }
        /// After how long it is of no more use.
        package var lifetime: Span {
            switch self {
            case .code: .minutes(5)
            case .receipt: .days(1)
            case .notice: .days(2)
            }
        }
    }

    package enum State: String, Sendable, CaseIterable {
        case queued
        case sending
        /// A provider has taken it.
        case sent
        case delivered
        case failed
        /// It was of no more use before it could be sent.
        case expired
        /// It was handed over, no answer came, and it is not sent again.
        case unknown
    }

    package let id: ID<Message>
    package let tenant: ID<Tenant>
    /// What it is about; the same event never makes two messages.
    package let key: String
    package let kind: Kind
    package let reader: MessageReader
    /// The tag of a language; empty for the tenant's.
    package let language: String
    package let content: [UInt8]
    package let isSealed: Bool
    package let state: State
    package let reason: MessageReason?
    package let createdAt: Instant
    package let expiresAt: Instant
    package let dueAt: Instant?
    package let endedAt: Instant?
    /// Attempts that no longer count, since a person had it sent again.
    package let forgiven: Int
    /// Of SMS; 0 before the first attempt.
    package let segments: Int
}

extension Message {
    /// What it says; nil where it was sealed under another key, or no program of ours wrote it.
    package func content(_ keys: MessageKeys) -> MessageContent? {
        guard isSealed else { return MessageContent(content) }
        // A broken seal and unreadable bytes are told alike.
        return (try? keys.open(content, for: id)).flatMap { MessageContent($0) }
    }
}

/// One handing over to one provider.
package struct MessageAttempt: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        case sending
        case refused
        case unknown
        case taken
        case failed
        case delivered

        /// How far it is: news only ever leads on.
        private var rank: Int {
            switch self {
            case .sending: 0
            case .refused, .unknown: 1
            case .taken: 2
            case .failed: 3
            case .delivered: 4
            }
        }

        /// Whether a report of another state is news.
        func leads(to next: State) -> Bool { next.rank > rank }
    }

    package let id: ID<MessageAttempt>
    package let account: ID<SenderAccount>
    /// From 1 on, within the message.
    package let number: Int
    package let state: State
    package let reason: MessageReason?
    /// The provider's code.
    package let code: String
    package let beganAt: Instant
    package let endedAt: Instant?

    package init(
        id: ID<MessageAttempt>, account: ID<SenderAccount>, number: Int, state: State, reason: MessageReason? = nil,
        code: String = "", beganAt: Instant, endedAt: Instant? = nil
    ) {
        self.id = id
        self.account = account
        self.number = number
        self.state = state
        self.reason = reason
        self.code = code
        self.beganAt = beganAt
        self.endedAt = endedAt
    }
}

extension DeliveryReport.State {
    /// What an attempt is after it, and why.
    var outcome: (state: MessageAttempt.State, reason: MessageReason?) {
        switch self {
        case .onItsWay: (.taken, nil)
        case .delivered: (.delivered, nil)
        case .failed(let reason): (.failed, reason)
        }
    }
}
