/// Why a message was not sent or did not arrive: a closed list, whoever the provider is.
package enum MessageReason: String, Hashable, Sendable, CaseIterable {
    // About whom it is for
    /// No number or address at all, or none of this kind.
    case addressInvalid = "address-invalid"
    /// A landline and the like.
    case addressUnsupported = "address-unsupported"
    /// Nobody has it.
    case addressUnknown = "address-unknown"
    case optedOut = "opted-out"
    case doNotDisturb = "do-not-disturb"
    /// Switched off, or the subscription sleeps.
    case absent
    /// The subscriber would have to pay and cannot.
    case noCredit = "no-credit"
    /// It lay at the network for too long.
    case expiredThere = "expired-there"
    /// The network or mail server gave it up or took it not, and says nothing better.
    case notDelivered = "not-delivered"
    // About what it says
    /// Empty, too long, or not allowed.
    case messageUnfit = "message-unfit"
    // About the account with the provider
    case credentials
    /// The sender's name is not approved.
    case senderUnfit = "sender-unfit"
    case noBalance = "no-balance"
    case onHold = "on-hold"
    /// The provider has no way to this network.
    case noRoute = "no-route"
    /// Another no of the provider.
    case refused
    /// Our own record of the account cannot be read.
    case accountUnusable = "account-unusable"
    // About the moment
    case unreachable
    case busy
    // About us
    /// It was handed over, and no answer came.
    case unanswered
    /// There is no account to send it.
    case noAccount = "no-account"
    /// It was of no more use.
    case tooOld = "too-old"

    /// Whom a reason is about, and so what helps.
    package enum Concern: Hashable, Sendable {
        /// Nothing helps: another provider would say the same.
        case reader
        case message
        /// Another account may do better; a person must look at this one.
        case account
        /// The same account may do better later, another one now.
        case passing
        /// Nobody knows whether it was sent.
        case doubt
        /// It ends here.
        case end
    }

    package var concern: Concern {
        switch self {
        case .addressInvalid, .addressUnsupported, .addressUnknown, .optedOut, .doNotDisturb, .absent, .noCredit,
            .expiredThere, .notDelivered:
            .reader
        case .messageUnfit: .message
        case .credentials, .senderUnfit, .noBalance, .onHold, .noRoute, .refused, .accountUnusable: .account
        case .unreachable, .busy: .passing
        case .unanswered: .doubt
        case .noAccount, .tooOld: .end
        }
    }

    /// Whether no message will leave by the account before somebody has done something.
    package var stopsAccount: Bool { concern == .account && self != .noRoute && self != .refused }
}
