package import Values

/// Why a router is not adopted or released.
package enum AdoptionRefusal: String, Refusal, CaseIterable {
    /// No such link was ever made.
    case unknownLink = "adoption.unknown-link"
    /// The link was good once: its time is over, or a newer one took its place.
    case expiredLink = "adoption.expired-link"
    /// What the router sent cannot be read.
    case unreadableReport = "adoption.unreadable-report"
    /// A router of that name is in service.
    case nameTaken = "adoption.name-taken"
    /// The public address of the install is no address that a router could ask.
    case noPortal = "adoption.no-portal"
    /// The router was never adopted, so there is nothing to undo.
    case notAdopted = "adoption.not-adopted"

    package var kind: RefusalKind {
        switch self {
        case .unknownLink: .notFound
        case .expiredLink: .gone
        case .unreadableReport: .invalid
        case .nameTaken, .notAdopted, .noPortal: .conflict
        }
    }
}
