package import Values

/// What was written to the router, and how often each menu was asked for what.
package struct Journal: Sendable {
    /// One write that was carried out.
    package struct Entry: Sendable {
        package let at: Instant
        package let user: String
        package let command: RouterCommand
    }

    /// The newest thousand writes.
    package private(set) var entries: [Entry] = []
    /// Requests by `menu verb`, refused ones too.
    package private(set) var counts: [String: Int] = [:]

    mutating func append(_ command: RouterCommand, by user: String, at now: Instant) {
        entries.append(Entry(at: now, user: user, command: command))
        if entries.count > 1_000 { entries.removeFirst(entries.count - 1_000) }
    }

    /// Counts a request.
    package mutating func count(_ menu: String, _ verb: String) { counts["\(menu) \(verb)", default: 0] += 1 }

    /// Forgets everything.
    package mutating func clear() { self = Journal() }
}
