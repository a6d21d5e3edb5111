package import Entitlements
package import Values

/// How a line stands, for people: its state, and whether its time is over.
package enum LineStanding: String, Sendable, CaseIterable {
    case active
    case suspended
    /// Its period is over: it is kept out until it is restored.
    case expired
    case closed

    package init(_ line: Line, _ period: Entitlement?, at now: Instant) {
        switch line.state {
        case .closed: self = .closed
        case .suspended: self = .suspended
        case .active: self = period?.balance(at: now).remainder == nil ? .expired : .active
        }
    }

    /// Whether it reaches nothing but the provider's page.
    package var isBlocked: Bool { self != .active }
}
