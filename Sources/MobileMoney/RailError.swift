import HTTPClient

/// Why a provider did not do what it was asked; holds no address, number, credential or body.
package struct RailError: Error, Hashable, Sendable {
    /// What sort of no it is.
    package enum Kind: Hashable, Sendable {
        /// Nothing was sent: no name, no route, no connection, no certificate that holds.
        case unreachable
        /// The provider said no, and nothing happened.
        case refused(code: String, PaymentReason)
        /// The provider said no for now, and nothing happened: too many requests, or it is not well.
        case busy(code: String)
        /// It was sent, and nobody knows what became of it.
        case outcomeUnknown(Silence)
        /// Our own settings or values cannot make a request at all.
        case unsendable(PaymentReason)
    }

    /// How an answer was missing.
    package enum Silence: Hashable, Sendable {
        case timedOut
        case broken
        /// A page for people instead of an answer: the provider's firewall.
        case page(status: Int)
        /// The provider's machines failed one another, with the status they showed.
        case fault(status: Int)
        case unknownShape(status: Int)
    }

    package let kind: Kind

    package init(_ kind: Kind) { self.kind = kind }

    /// Whether it was possibly done although no answer says so: look before it is done again.
    package var isPossiblyCarriedOut: Bool {
        if case .outcomeUnknown = kind { true } else { false }
    }

    /// Whether the same request may succeed later without anyone doing something.
    package var isPassing: Bool {
        switch kind {
        case .unreachable, .busy, .outcomeUnknown: true
        case .refused(_, let reason): reason.concern == .passing
        case .unsendable: false
        }
    }

    /// What people are told, by its message key.
    package var reason: PaymentReason {
        switch kind {
        case .unreachable: .providerUnreachable
        case .refused(_, let reason), .unsendable(let reason): reason
        case .busy: .providerBusy
        case .outcomeUnknown: .outcomeUnknown
        }
    }

    /// What the transport's error means.
    init(of error: HTTPClientError) {
        guard error.isPossiblyCarriedOut else {
            self.init(error == .invalidRequest ? .unsendable(.malformedRequest) : .unreachable)
            return
        }
        if case .timedOut = error { self.init(.outcomeUnknown(.timedOut)) } else { self.init(.outcomeUnknown(.broken)) }
    }
}

extension RailError: CustomStringConvertible {
    /// One plain sentence for logs.
    package var description: String {
        switch kind {
        case .unreachable: "The payment provider cannot be reached; nothing was sent"
        case .refused(let code, let reason): "The payment provider refused (\(code): \(reason.rawValue))"
        case .busy(let code): "The payment provider takes no requests at the moment (\(code))"
        case .outcomeUnknown(.timedOut): "The payment provider did not answer in time; it possibly acted"
        case .outcomeUnknown(.broken): "The connection to the payment provider broke; it possibly acted"
        case .outcomeUnknown(.page(let status)): "A page instead of an answer (\(status)); the provider possibly acted"
        case .outcomeUnknown(.fault(let status)): "The provider's machines failed (\(status)); it possibly acted"
        case .outcomeUnknown(.unknownShape(let status)):
            "An answer in an unknown shape (\(status)); the provider possibly acted"
        case .unsendable(let reason): "The request was not sent (\(reason.rawValue))"
        }
    }
}
