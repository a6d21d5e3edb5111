package import HTTPClient
package import Values

/// Whom a message is for.
package enum MessageReader: Hashable, Sendable {
    case phone(PhoneNumber)
    case email(EmailAddress)

    package var channel: MessageChannel {
        switch self {
        case .phone: .sms
        case .email: .email
        }
    }
}

package enum MessageChannel: String, Hashable, Sendable, CaseIterable {
    case sms
    case email
}

/// A message as it is handed to a provider.
package struct OutgoingMessage: Sendable {
    /// The same for every attempt, 36 characters.
    package let id: String
    /// This attempt's own name, 36 characters: it comes back in reports of providers that give no name of their own.
    package let attempt: String
    package let reader: MessageReader
    /// For e-mail.
    package let subject: String
    package let text: String
    /// Where reports are to be sent: absolute, with a path that nobody can guess.
    package let reports: String
    package let now: Instant

    package init(
        id: String, attempt: String, reader: MessageReader, subject: String = "", text: String, reports: String,
        now: Instant
    ) {
        self.id = id
        self.attempt = attempt
        self.reader = reader
        self.subject = subject
        self.text = text
        self.reports = reports
        self.now = now
    }
}

/// What a provider says to a message: three states, never two.
package enum SendAnswer: Hashable, Sendable {
    /// It will be sent. `name` is the provider's own, where it has one.
    case taken(name: String?)
    /// It was not sent; `code` is the provider's, for staff and logs.
    case refused(MessageReason, code: String)
    /// Nobody knows.
    case unknown(Silence)

    /// How an answer was missing.
    package enum Silence: Hashable, Sendable {
        case timedOut
        case broken
        /// The provider's machines failed, with the status that they showed.
        case fault(status: Int)
        case unknownShape(status: Int)
    }

    /// What the transport's error means.
    init(_ error: HTTPClientError) {
        guard error.isPossiblyCarriedOut else {
            self = error == .invalidRequest ? .refused(.accountUnusable, code: "") : .refused(.unreachable, code: "")
            return
        }
        if case .timedOut = error { self = .unknown(.timedOut) } else { self = .unknown(.broken) }
    }
}

/// A way to send messages for an account.
package protocol MessageSender: Sendable {
    /// Hands over a message; never throws, since trouble is an answer too.
    func send(_ message: OutgoingMessage) async -> SendAnswer

    /// Reads what was sent to the account's address, form-encoded; never refuses, since the raw bytes are kept anyway.
    func read(_ notice: [UInt8]) -> MessageNotice
}

/// What a provider tells by itself.
package enum MessageNotice: Hashable, Sendable {
    case report(DeliveryReport)
    /// Somebody wrote to us.
    case incoming
    /// Somebody wants no more messages; nil where their number cannot be read.
    case optOut(PhoneNumber?)
    case unknown(flaw: String)
}

/// How far a message has come.
///
/// Reports repeat themselves and overtake each other.
package struct DeliveryReport: Hashable, Sendable {
    /// What the report names the message by.
    package enum Name: Hashable, Sendable {
        /// The provider's own name.
        case provider(String)
        /// The name of our attempt.
        case attempt(String)
    }

    package enum State: Hashable, Sendable {
        case onItsWay
        case delivered
        case failed(MessageReason)
    }

    package let name: Name
    package let state: State

    package init(_ name: Name, _ state: State) {
        self.name = name
        self.state = state
    }
}

/// The way to providers over HTTP.
package struct MessageTransport: Sendable {
    package typealias Send = @Sendable (OutgoingRequest) async -> Result<IncomingResponse, HTTPClientError>

    let send: Send

    package init(send: @escaping Send) { self.send = send }

    /// Sends over a shared client.
    package init(_ client: HTTPClient) {
        self.init { request in
            do throws(HTTPClientError) { return .success(try await client.send(request)) } catch {
                return .failure(error)
            }
        }
    }
}
