package import Entitlements
package import Values

/// How a line stands, for people: its state, and whether its time is over.
package enum LineStanding: String, Sendable, CaseIterable {
    case active
    case suspended
    /// Its period is over: it is kept out until it is restored.
    case expired
    /// Outside its package's hours, or with its fair share used: it goes on by itself.
    case paused
    case closed

    package init(_ line: Line, _ period: Entitlement?, at now: Instant) {
        switch line.state {
        case .closed: self = .closed
        case .suspended: self = .suspended
        case .active:
            switch period?.balance(at: now) {
            case .live: self = .active
            case .paused: self = .paused
            // A period is never suspended, its line is.
            case .suspended: self = .suspended
            case .ended, nil: self = .expired
            }
        }
    }

    /// Whether it reaches nothing but the provider's page.
    package var isBlocked: Bool { self != .active }
}
