/// A refusal in the router's own words.
///
/// REST puts the words into `detail` and takes the status from the kind; the binary API sends a trap with a category.
/// Sources: FACTS 1.6 and 11, fixtures `rest_errors.jsonl` and `api_traps.jsonl`.
package struct RouterTrap: Error, Hashable, Sendable {
    /// What sort of refusal it is.
    package enum Kind: Sendable {
        /// A value, a key or the state of things does not fit.
        case argument
        /// The path or the command does not exist.
        case command
        /// The command does not exist in this menu; REST says 406 where a verb asked for it.
        case notAcceptable
        /// The row does not exist.
        case missingRow
        /// The user's group lacks a policy.
        case policy
    }

    /// What sort of refusal it is.
    package let kind: Kind
    /// The router's words.
    package let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    static let noSuchCommand = RouterTrap(.command, "no such command")
    static let noSuchPrefix = RouterTrap(.command, "no such command prefix")
    static let noSuchItem = RouterTrap(.missingRow, "no such item")
    static let badIdentifier = RouterTrap(.argument, "missing or invalid resource identifier")
    static let notAllowed = RouterTrap(.policy, "std failure: not allowed (9)")

    static let notEnough = RouterTrap(.policy, "not enough permissions (9)")
    /// A command that ran into the server's limit of 60 seconds; FACTS 1.5.
    static let sessionClosed = RouterTrap(.argument, "Session closed")

    static func noSuchDirectory(_ name: String) -> Self { Self(.command, "no such command or directory (\(name))") }
    static func lacks(_ command: String) -> Self {
        Self(.notAcceptable, "no such command or directory (\(command))")
    }
    static func unknown(_ name: String) -> Self { Self(.argument, "unknown parameter \(name)") }
    static func missing(_ name: String) -> Self { Self(.argument, "missing =\(name)=") }
    static func noMatch(_ name: String) -> Self { Self(.argument, "input does not match any value of \(name)") }
    static func ambiguous(_ name: String) -> Self {
        Self(.argument, "ambiguous value of \(name), more than one possible value matches input")
    }
    static func invalid(_ name: String) -> Self { Self(.argument, "invalid value for argument \(name)") }
    static func range(_ name: String, _ range: ClosedRange<Int64>) -> Self {
        Self(.argument, "value of \(name) out of range (\(range.lowerBound)..\(range.upperBound))")
    }
    static func failure(_ words: String) -> Self { Self(.argument, "failure: \(words)") }
}
