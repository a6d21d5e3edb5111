import MobileMoney
import Payments

extension Explanation {
    /// Whether money came, and whether it bought what was wanted.
    ///
    /// A payment of which nobody knows is unknown: money may be on its way.
    mutating func walkPayment(_ facts: AccessFacts) -> Bool {
        guard let payment = facts.payment else { return walkMoney(facts) }
        let name = payment.code.text
        switch (payment.state, payment.outcome) {
        case (.paid, .granted):
            add(.payment, .fine, .paymentGood, facts.receipt?.receipt.text ?? name, at: payment.decidedAt)
            return true
        case (.paid, .short): add(.payment, .broken, .paymentShort, name, at: payment.decidedAt)
        case (.paid, .late): add(.payment, .broken, .paymentLate, name, at: payment.decidedAt)
        case (.paid, .refunded): add(.payment, .broken, .paymentRefunded, name, at: payment.decidedAt)
        case (.paid, .toppedUp): add(.payment, .broken, .paymentWallet, name, at: payment.decidedAt)
        case (.paid, .none): add(.payment, .unknown, .paymentReview, name, at: payment.decidedAt)
        case (.failed, _): add(.payment, .broken, .paymentFailed, name, at: payment.decidedAt)
        case _ where payment.needsReview: add(.payment, .unknown, .paymentReview, name, at: payment.createdAt)
        case (.new, _), (.sending, _), (.asked, _), (.silent, _):
            add(.payment, .unknown, .paymentOpen, name, at: payment.createdAt)
        }
        return false
    }

    /// Money that no payment was waiting for.
    private mutating func walkMoney(_ facts: AccessFacts) -> Bool {
        guard let receipt = facts.receipt else { return true }
        let reason = receipt.standing == .unassigned ? Reason.paymentNobodys : .paymentWallet
        add(.payment, .broken, reason, receipt.receipt.text, at: receipt.paidAt)
        return false
    }
}
