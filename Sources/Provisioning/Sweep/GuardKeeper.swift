import RouterOS
import Values

/// Keeps the guard on a router, and tells it the time: the last part of a sweep.
///
/// The scripts are looked at when the router answers after trouble, as after a start, and every hour. A start that
/// nobody noticed is asked for every ten minutes.
/// A router that has none of it gets it without a word; what is missing or changed of one that is there is a drift. One
/// that does not let us is told with what to do, and swept all the same.
struct GuardKeeper {
    let transport: any RouterTransport
    let now: @Sendable () -> Instant

    /// How far the time at the router's start may be off before it is told anew; the guard keeps to it as well.
    private static let tolerance = Int64(5)

    /// How long scripts that were found right need no look.
    private static let rest = Span.hours(1)

    /// How long a router that was not away is not asked whether it started anew.
    private static let trust = Span.minutes(10)

    /// When a guard was found right, or made so.
    struct Kept: Hashable, Sendable {
        let at: Instant
        /// The router's start, in seconds since 1970, and when it was asked for last.
        let start: Int64
        var askedAt: Instant
    }

    /// - Returns: what a later sweep of the router needs to know; nil where the guard is not as it should be.
    func keep(_ known: Kept?, _ report: inout SweepReport) async throws(RouterTrouble) -> Kept? {
        do throws(RouterError) {
            let now = now()
            if let known, now - known.at < Self.rest, now - known.askedAt < Self.trust { return known }
            let start = try await start(&report)
            if var known, now - known.at < Self.rest, let start, abs(start - known.start) <= Self.tolerance {
                known.askedAt = now
                return known
            }
            try await bring(&report)
            guard let start else { return nil }
            try await tell(start, &report)
            return Kept(at: now, start: start, askedAt: now)
        } catch {
            let trouble = RouterTrouble(error)
            if case .unreachable = trouble { throw trouble }
            if case .identity = trouble { throw trouble }
            let advice = "\(error); renew the router's line and paste it, which brings the guard"
            report.drifts.append(Drift(.missing, in: Menu.systemScript.path, GuardScript.name, advice, .refused))
            return nil
        }
    }

    // MARK: The scripts

    private func bring(_ report: inout SweepReport) async throws(RouterError) {
        report.count(requests: 2)
        let scripts = try await transport.read(.systemScript, properties: ["name", "comment", "policy", "source"])
        let schedules = try await transport.read(
            .systemScheduler, where: [("name", GuardScript.name)],
            properties: ["name", "on-event", "disabled", "interval", "policy"])
        let isNew = GuardScript.parts.allSatisfy { part in !scripts.contains { $0["name"] == part.name } }
        for part in GuardScript.parts {
            let fields = [
                ("name", part.name), ("comment", part.comment), ("policy", GuardScript.policies),
                ("source", part.source),
            ]
            let found = scripts.first { $0["name"] == part.name }
            if let found, Self.isWhole(found, as: part) { continue }
            try await write(fields, to: .systemScript, found?.id, &report, isTold: !isNew)
        }
        let schedule = schedules.first
        if let schedule, Self.isWhole(schedule) { return }
        let fields = [
            ("name", GuardScript.name), ("comment", "lango:guard"), ("policy", GuardScript.policies),
            ("interval", GuardScript.interval), ("start-time", "startup"), ("on-event", GuardScript.event),
            ("disabled", "false"),
        ]
        try await write(fields, to: .systemScheduler, schedule?.id, &report, isTold: !isNew)
    }

    private static func isWhole(_ script: RouterRecord, as part: GuardScript.Part) -> Bool {
        // Ends of lines are the transport's.
        let isSame = script["source"].map { $0.filter { !$0.isWhitespace } == part.source.filter { !$0.isWhitespace } }
        return script["comment"] == part.comment && isSame ?? true && mayDoAll(script)
    }

    private static func isWhole(_ schedule: RouterRecord) -> Bool {
        let interval = schedule["interval"].map { RouterDuration($0) == RouterDuration(GuardScript.interval) }
        return schedule["on-event"] == GuardScript.event && !schedule.flag("disabled") && interval ?? true
            && mayDoAll(schedule)
    }

    /// Whether a script or schedule has the rights that the guard needs; the router lists them in an order of its own.
    private static func mayDoAll(_ row: RouterRecord) -> Bool {
        guard let policies = row["policy"] else { return true }
        return Set(GuardScript.policies.split(separator: ",")).isSubset(of: policies.split(separator: ","))
    }

    private func write(
        _ fields: [RouterField], to menu: Menu, _ id: RouterID?, _ report: inout SweepReport, isTold: Bool
    ) async throws(RouterError) {
        report.count(writes: 1)
        if let id {
            try await transport.set(menu, id, fields)
        } else {
            _ = try await transport.add(menu, fields)
        }
        guard isTold, let name = fields.first?.value else { return }
        report.drifts.append(Drift(id == nil ? .missing : .changed, in: menu.path, name, "", .repaired))
    }

    // MARK: The time

    /// When the router started, in seconds since 1970; never ahead of the truth, nil where it does not tell.
    private func start(_ report: inout SweepReport) async throws(RouterError) -> Int64? {
        report.count(requests: 1)
        let asked = now()
        let uptime = try await transport.read(.systemResource, properties: ["uptime"]).first?.span("uptime")
        return uptime.map { floorDivide((asked - $0).milliseconds, by: 1_000).quotient - 1 }
    }

    /// Says when the router started, unless it was told before.
    private func tell(_ began: Int64, _ report: inout SweepReport) async throws(RouterError) {
        report.count(requests: 2)
        let memory = try await source(of: GuardScript.memory)
        if memory == nil {
            report.count(writes: 1)
            _ = try await transport.add(.systemScript, Self.fields(GuardScript.memory, "# 0 0 ;"))
        }
        // What the guard counts starts from one; after a later start it must have looked before the word is for that one.
        let remembered = memory?["source"]?.split(separator: " ").dropFirst().first ?? "0"
        let start = remembered == "0" ? "1" : String(remembered)
        let word = try await source(of: GuardScript.word)
        let known = word?["source"]?.split(separator: " ").map(String.init) ?? []
        if known.count == 3, known[1] == start, let told = Int64(known[2]), abs(told - began) <= Self.tolerance {
            return
        }
        // No repair: each start has a time of its own.
        report.count(requests: 1)
        let text = "# \(start) \(began)"
        if let id = word?.id {
            try await transport.set(.systemScript, id, [("source", text)])
        } else {
            _ = try await transport.add(.systemScript, Self.fields(GuardScript.word, text))
        }
    }

    private static func fields(_ name: String, _ source: String) -> [RouterField] {
        [("name", name), ("comment", "lango:guard"), ("policy", "read"), ("source", source)]
    }

    private func source(of name: String) async throws(RouterError) -> RouterRecord? {
        try await transport.read(.systemScript, where: [("name", name)], properties: ["name", "source"]).first
    }
}
