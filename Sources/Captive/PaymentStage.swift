import MobileMoney
import Payments
import Values

/// What a page tells of a payment: a rule without a store.
enum PaymentStage: Hashable {
    /// Whoever holds the phone enters the PIN now.
    case asking
    /// The same for longer than most people take: perhaps news was lost.
    case waiting
    /// Whether the phone was asked is not known; nothing is sent again.
    case unsure
    case failed(PaymentReason, Retry)
    case granted
    /// Money came, and nothing began by it.
    case kept(Payment.Outcome)

    /// Whether the same number may be asked again.
    enum Retry: Hashable {
        case now
        /// The provider refuses the same amount until then.
        case from(Instant)
        case never
    }

    /// How long most people take at most.
    private static let usual = Span.seconds(60)

    init(_ payment: Payment, at now: Instant) {
        switch payment.state {
        case .new, .sending, .asked:
            self = now < (payment.promptedAt ?? payment.createdAt) + Self.usual ? .asking : .waiting
        case .silent: self = .unsure
        case .paid: self = payment.outcome == .granted ? .granted : .kept(payment.outcome)
        case .failed:
            let reason = payment.reason ?? .refusedByProvider
            self = .failed(reason, Retry(payment, after: reason, at: now))
        }
    }

    /// The word by which the page's script knows it.
    var word: String {
        switch self {
        case .asking: "asking"
        case .waiting: "waiting"
        case .unsure: "unsure"
        case .failed(_, .from): "failed-for-now"
        case .failed: "failed"
        case .granted: "granted"
        case .kept: "kept"
        }
    }

    /// Whether the page goes on by itself.
    var changesByItself: Bool {
        switch self {
        case .asking, .waiting, .unsure, .failed(_, .from): true
        // Providers have been seen to take the money after such a failure.
        case .failed(let reason, _): reason.mayStillPay
        case .granted, .kept: false
        }
    }

    /// Whether the person may know more than we do.
    var mayBePaid: Bool {
        switch self {
        case .waiting, .unsure: true
        case .failed(let reason, _): reason.mayStillPay
        case .asking, .granted, .kept: false
        }
    }

    /// Whether the login page of the device leads back here.
    var isUnderWay: Bool {
        switch self {
        case .asking, .waiting, .unsure, .kept(.short), .kept(.late): true
        case .failed, .granted, .kept: false
        }
    }
}

extension PaymentStage.Retry {
    fileprivate init(_ payment: Payment, after reason: PaymentReason, at now: Instant) {
        guard reason.concern != .staff, reason != .outcomeUnknown else {
            self = .never
            return
        }
        let free = payment.createdAt + PaymentOrder.sameAmountSpan
        self = now < free && !reason.freesAmount ? .from(free) : .now
    }
}
