package import Values

/// Why something is not entered into the books.
package enum LedgerRefusal: Refusal, Hashable {
    /// Fewer than two lines, a line of nothing, or a sum that is not zero.
    case unbalanced
    /// More would be taken from a wallet, or from what is unassigned, than is in it.
    case insufficient(Money)
    /// The books are closed through this day; enter it today, or on any later day.
    case periodClosed(through: BookDay)
    /// A day that is not over, or that lies before the last closing, closes nothing.
    case cannotClose
    case unknownPosting
    case alreadyReversed
    /// What takes another posting back is not taken back itself: the first one is entered anew.
    case isReversal

    package var kind: RefusalKind {
        switch self {
        case .unbalanced, .cannotClose: .invalid
        case .insufficient, .periodClosed, .alreadyReversed, .isReversal: .conflict
        case .unknownPosting: .notFound
        }
    }

    package var code: String {
        switch self {
        case .unbalanced: "ledger.unbalanced"
        case .insufficient: "ledger.insufficient"
        case .periodClosed: "ledger.period-closed"
        case .cannotClose: "ledger.cannot-close"
        case .unknownPosting: "ledger.unknown-posting"
        case .alreadyReversed: "ledger.already-reversed"
        case .isReversal: "ledger.is-reversal"
        }
    }

    package var facts: [String: Fact] {
        switch self {
        case .insufficient(let money): ["available": .money(money)]
        case .periodClosed(let day): ["through": .text(day.description)]
        case .unbalanced, .cannotClose, .unknownPosting, .alreadyReversed, .isReversal: [:]
        }
    }
}
