package import Values

/// Why a connection ended; holds no address and nothing that was sent.
package enum SocketError: Error, Hashable, Sendable {
    /// No such name, no route, no answer to the first packet.
    case unreachable
    /// The machine is there, but nothing listens at the port.
    case refused
    /// It was not open in time.
    case timedOut
    /// The other side closed it, or it broke.
    case closedByPeer
    /// Another certificate than the pinned one; nothing was sent.
    case certificateChanged(expected: CertificateFingerprint, seen: CertificateFingerprint)
    /// No certificate is pinned yet; nothing was sent.
    case certificateUnknown(seen: CertificateFingerprint)
    /// The authorities of the system do not vouch for the certificate; nothing was sent.
    case certificateUntrusted
    /// TLS could not be agreed on, such as with a service that has no certificate; nothing was sent.
    case noTLS
    /// More was handed over than the other side takes in.
    case overrun
    /// Our side closed it.
    case closed
}

extension SocketError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable: "The machine cannot be reached"
        case .refused: "The machine refuses connections at this port"
        case .timedOut: "The machine did not take the connection in time"
        case .closedByPeer: "The machine closed the connection"
        case .certificateChanged(let expected, let seen): "The certificate changed from \(expected) to \(seen)"
        case .certificateUnknown(let seen): "The certificate \(seen) is not confirmed yet"
        case .certificateUntrusted: "No known authority vouches for the certificate"
        case .noTLS: "No encrypted connection could be agreed on"
        case .overrun: "The machine takes in too little of what it is sent"
        case .closed: "The connection was given up"
        }
    }
}
