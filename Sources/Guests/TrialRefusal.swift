package import Values

/// Why a free trial does not begin.
package enum TrialRefusal: Refusal, Hashable {
    /// The package is not there any more, or is none to be tried.
    case notOffered
    /// The device or the number had it; for good, or until an instant.
    case used(at: Instant, again: Instant?)
    case outsideSchedule(opens: Instant)
    /// Too many tries came to nothing from here.
    case locked(until: Instant)
    /// A code was sent to the number, and is waited for.
    case codeSent
    /// Other digits were sent.
    case codeWrong
    /// The code's time is over, it was used, too many wrong ones were typed, or none was sent.
    case codeOver
    /// As many codes as may be were sent to the number, or asked for by the device.
    case codesSpent(until: Instant)

    package var kind: RefusalKind {
        switch self {
        case .notOffered, .used, .outsideSchedule, .codeSent: .conflict
        case .codeWrong: .invalid
        case .codeOver: .gone
        case .locked, .codesSpent: .throttled
        }
    }

    package var code: String {
        switch self {
        case .notOffered: "trial.not-offered"
        case .used(_, nil): "trial.used"
        case .used: "trial.used-for-now"
        case .outsideSchedule: "trial.outside-schedule"
        case .locked: "trial.locked"
        case .codeSent: "trial.code-sent"
        case .codeWrong: "trial.code-wrong"
        case .codeOver: "trial.code-over"
        case .codesSpent: "trial.codes-spent"
        }
    }

    package var facts: [String: Fact] {
        switch self {
        case .notOffered, .codeSent, .codeWrong, .codeOver: [:]
        case .used(let instant, let again):
            ["at": .instant(instant)].merging(again.map { ["again": .instant($0)] } ?? [:]) { $1 }
        case .outsideSchedule(let instant): ["opens": .instant(instant)]
        case .locked(let instant), .codesSpent(let instant): ["until": .instant(instant)]
        }
    }
}
