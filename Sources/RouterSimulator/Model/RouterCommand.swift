/// One command to the router, whichever wire it came by.
package struct RouterCommand: Hashable, Sendable {
    /// The menu: `/ip/hotspot/user`.
    package var menu: String
    /// What to do there: `print`, `add`, `set`, `reset-counters`….
    package var verb: String
    /// The attributes; `.id` and `numbers` name rows.
    package var arguments: [String: String]
    /// Query words without the leading question mark, in order.
    package var query: [String]
    /// The properties to print; nil for all.
    package var properties: [String]?

    package init(
        _ menu: String, _ verb: String, _ arguments: [String: String] = [:], query: [String] = [],
        properties: [String]? = nil
    ) {
        self.menu = menu
        self.verb = verb
        self.arguments = arguments
        self.query = query
        self.properties = properties
    }
}

/// One printed row: every value is text.
package typealias Record = [String: String]

/// What the router answers to a command.
package enum RouterReply: Hashable, Sendable {
    /// Rows; one for a singleton.
    case records([Record])
    /// The number of a new row, a count, or a script's text.
    case value(String)
    case nothing
}

/// Who commands the router.
package struct RouterUser: Hashable, Sendable {
    package let name: String
    /// The policies granted by the user's group.
    package let policies: Set<String>

    package init(name: String, policies: Set<String>) {
        self.name = name
        self.policies = policies
    }

    /// A user who may do everything; for tests and the control side.
    package static let full = RouterUser(name: "admin", policies: Set(Policy.all))
}
