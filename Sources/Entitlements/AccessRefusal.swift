package import Values

/// Why staff cannot do something with an access.
package enum AccessRefusal: String, Refusal, CaseIterable {
    /// What was named gave nobody access, or not yet.
    case none = "access.none"
    /// It is the period of a line, which is suspended, sold and moved as a line.
    case isLine = "access.line"
    case over = "access.over"
    case suspendedAlready = "access.suspended-already"
    case notSuspended = "access.not-suspended"
    /// The device has no place in it.
    case deviceUnknown = "access.device-unknown"
    case reasonUnfit = "access.reason-unfit"
    case rateUnfit = "access.rate-unfit"

    package var kind: RefusalKind {
        switch self {
        case .none, .deviceUnknown: .notFound
        case .isLine, .suspendedAlready, .notSuspended: .conflict
        case .over: .gone
        case .reasonUnfit, .rateUnfit: .invalid
        }
    }
}
