package import SQL
package import Tenancy
package import Values

/// How guessing codes is made slow: by device, by address, by site and by tenant, each with its own patience.
///
/// The device names itself and can lie about it; the address is the one the request came from, which a whole site may
/// share behind its router; site and tenant cannot be evaded. Whoever makes up devices closes those three to others too,
/// so their pauses are short, and they do not hold a device that was let in with a code before.
package struct GuessThrottle: Sendable {
    /// How many wrong codes are free, how long the first pause is, how long the longest, and when all is forgotten.
    package struct Patience: Hashable, Sendable {
        package let free: Int
        package let firstPause: Span
        package let longestPause: Span
        package let memory: Span

        // swift-format-ignore
        package static let device  = Patience(free: 5,     firstPause: .seconds(30), longestPause: .hours(1),    memory: .hours(6))
        // swift-format-ignore
        package static let address = Patience(free: 30,    firstPause: .seconds(10), longestPause: .minutes(2),  memory: .hours(1))
        // swift-format-ignore
        package static let site    = Patience(free: 200,   firstPause: .seconds(2),  longestPause: .minutes(1),  memory: .minutes(30))
        // swift-format-ignore
        package static let tenant  = Patience(free: 2_000, firstPause: .seconds(1),  longestPause: .seconds(30), memory: .minutes(30))

        /// The pause after so many wrong codes: none, then doubling.
        package func pause(after failures: Int) -> Span {
            guard failures >= free else { return .zero }
            let doubled = firstPause.milliseconds << Int64(min(failures - free, 20))
            return min(Span(milliseconds: doubled), longestPause)
        }
    }

    struct Subject: Sendable {
        let name: String
        let patience: Patience
    }

    let tenant: ID<Tenant>
    let now: Instant
    /// Device, address, site, tenant.
    let subjects: [Subject]

    init(_ request: RedemptionRequest) {
        self.init(
            of: request.tenant, device: "\(request.mac)", address: request.clientAddress, place: "\(request.site)",
            at: request.now)
    }

    /// Counts guesses of whatever may be guessed, by what is known of who guesses.
    package init(of tenant: ID<Tenant>, device: String, address: String, place: String, at now: Instant) {
        self.tenant = tenant
        self.now = now
        subjects = [
            Subject(name: "device \(device)", patience: .device),
            Subject(name: "address \(address.prefix(64))", patience: .address),
            Subject(name: "site \(place)", patience: .site),
            Subject(name: "tenant", patience: .tenant),
        ]
    }
}

extension Transaction {
    /// Forgets wrong codes that no patience remembers any more; platform's scope.
    package borrowing func forgetGuesses(before instant: Instant) throws(SQLError) {
        try run("DELETE FROM main.guess WHERE last_at < $1 AND locked_until < $2", instant, instant)
    }

    /// When the last of the four doors opens again; nil where all are open.
    package borrowing func lockedUntil(_ throttle: GuessThrottle) throws(SQLError) -> Instant? {
        let names = throttle.subjects.map(\.name)
        let until: Instant? = try value(
            // Four looks by key; a list after IN would be made into a table first.
            """
            SELECT max(locked_until) FROM (
                SELECT locked_until FROM guess WHERE tenant = $1 AND subject = $2
                UNION ALL SELECT locked_until FROM guess WHERE tenant = $1 AND subject = $3
                UNION ALL SELECT locked_until FROM guess WHERE tenant = $1 AND subject = $4
                UNION ALL SELECT locked_until FROM guess WHERE tenant = $1 AND subject = $5
            ) AS doors
            """, throttle.tenant, names[0], names[1], names[2], names[3])
        return until.flatMap { $0 > throttle.now ? $0 : nil }
    }

    /// Whether the device's own door is closed.
    borrowing func isDeviceLocked(_ throttle: GuessThrottle) throws(SQLError) -> Bool {
        let until: Instant? = try first(
            "SELECT locked_until FROM guess WHERE tenant = $1 AND subject = $2", throttle.tenant,
            throttle.subjects[0].name
        ) { (row: borrowing Row) throws(SQLError) in try row[0] }
        return until.map { $0 > throttle.now } ?? false
    }

    /// Counts a wrong code against all four.
    package borrowing func record(_ throttle: GuessThrottle) throws(SQLError) {
        for subject in throttle.subjects {
            let failures: Int? = try first(
                """
                INSERT INTO main.guess (tenant, subject, failures, last_at, locked_until) VALUES ($1, $2, 1, $3, 0)
                ON CONFLICT (tenant, subject) DO UPDATE SET
                    failures = CASE WHEN guess.last_at < $4 THEN 1 ELSE guess.failures + 1 END,
                    last_at = excluded.last_at
                RETURNING failures
                """, throttle.tenant, subject.name, throttle.now, throttle.now - subject.patience.memory
            ) { (row: borrowing Row) throws(SQLError) in try row[0] }
            let pause = subject.patience.pause(after: failures ?? 1)
            guard pause > .zero else { continue }
            try run(
                "UPDATE main.guess SET locked_until = $1 WHERE tenant = $2 AND subject = $3", throttle.now + pause,
                throttle.tenant, subject.name)
        }
    }
}
