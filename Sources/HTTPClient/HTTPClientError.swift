package import Values

/// Why there is no answer; holds no address, credential or body.
package enum HTTPClientError: Error, Hashable, Sendable {
    /// Whether the other side may have acted.
    package enum Moment: Hashable, Sendable {
        /// Nothing of the request was sent.
        case beforeSending
        /// It was sent, at least in part: the request was possibly carried out.
        case afterSending
    }

    /// The request cannot be sent at all: a malformed address, a line break in a field, a pin without TLS.
    case invalidRequest
    /// No such name, no route, no answer to the first packet.
    case unreachable
    /// The machine is there, but nothing listens at the port.
    case refused
    case timedOut(Moment)
    /// The connection was closed instead of an answer; RouterOS does so to addresses that a service does not admit.
    case closedEarly(Moment)
    /// Another certificate than the pinned one; nothing was sent.
    case certificateChanged(expected: CertificateFingerprint, seen: CertificateFingerprint)
    /// No certificate is pinned yet; nothing was sent.
    case certificateUnknown(seen: CertificateFingerprint)
    /// The authorities of the system do not vouch for the certificate; nothing was sent.
    case certificateUntrusted
    /// TLS could not be agreed on, such as with a service that has no certificate; nothing was sent.
    case noTLS
    case tooLarge(limit: Int)
    /// The task that waited was cancelled, or the client closed.
    case cancelled(Moment)
    /// Something else, with libcurl's code: https://curl.se/libcurl/c/libcurl-errors.html.
    case other(code: Int32, Moment)

    /// Whether the other side may have acted on the request.
    package var isPossiblyCarriedOut: Bool {
        switch self {
        case .timedOut(let moment), .closedEarly(let moment), .cancelled(let moment), .other(_, let moment):
            moment == .afterSending
        case .tooLarge: true
        case .invalidRequest, .unreachable, .refused, .certificateChanged, .certificateUnknown, .certificateUntrusted,
            .noTLS:
            false
        }
    }
}

extension HTTPClientError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidRequest: "The request is malformed and was not sent"
        case .unreachable: "The machine cannot be reached"
        case .refused: "The machine refuses connections at this port"
        case .timedOut(.beforeSending): "The machine did not take the connection in time"
        case .timedOut(.afterSending): "No answer came in time; the request was possibly carried out"
        case .closedEarly(.beforeSending): "The machine closed the connection at once"
        case .closedEarly(.afterSending): "The machine closed the connection without an answer"
        case .certificateChanged(let expected, let seen): "The certificate changed from \(expected) to \(seen)"
        case .certificateUnknown(let seen): "The certificate \(seen) is not confirmed yet"
        case .certificateUntrusted: "No known authority vouches for the certificate"
        case .noTLS: "No encrypted connection could be agreed on"
        case .tooLarge(let limit): "The answer is longer than \(limit) bytes"
        case .cancelled: "The request was given up"
        case .other(let code, _): "The request failed (curl \(code))"
        }
    }
}
