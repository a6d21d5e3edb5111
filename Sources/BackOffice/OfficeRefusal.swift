package import Values

/// What the back office itself says no to.
package enum OfficeRefusal: Refusal, Hashable {
    /// No session, or one that has ended.
    case signedOut
    /// Signed in, but without the right.
    case forbidden
    /// The form is too old, was sent before, or was not made by us.
    case staleForm
    /// No such name, or another password.
    case wrongSignIn
    /// Too many wrong passwords.
    case lockedSignIn(until: Instant)
    /// Too much of the same work is going on.
    case busy
    /// The router shows another certificate by now.
    case otherCertificate
    /// The question before a deed was not answered with yes.
    case unconfirmed
    /// No speed with a time, and no data, that could be read; or nothing to give it to.
    case noBoost

    package var kind: RefusalKind {
        switch self {
        case .signedOut: .unauthenticated
        case .forbidden, .staleForm: .forbidden
        case .otherCertificate: .conflict
        case .wrongSignIn, .unconfirmed, .noBoost: .invalid
        case .lockedSignIn, .busy: .throttled
        }
    }

    package var code: String {
        switch self {
        case .signedOut: "session.expired"
        case .forbidden: "staff.forbidden"
        case .staleForm: "session.forged"
        case .wrongSignIn: "sign-in.wrong"
        case .lockedSignIn: "sign-in.locked"
        case .busy: "office.busy"
        case .otherCertificate: "certificate.changed"
        case .unconfirmed: "office.unconfirmed"
        case .noBoost: "office.boost"
        }
    }

    package var facts: [String: Fact] {
        if case .lockedSignIn(let until) = self { ["until": .instant(until)] } else { [:] }
    }
}
