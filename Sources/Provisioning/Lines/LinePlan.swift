import RouterOS
import Subscribers
import Values

/// What makes a router agree with the database about lines: the difference, in an order that cuts nobody who should be on.
///
/// A pure function of rows. A sweep gives it whole tables and all lines of the router, an effect what was read of one.
/// Rows without our mark are never part of a step.
struct LinePlan {
    private(set) var steps: [SweepPlan.Step] = []
    /// What is told and left alone.
    private(set) var told: [Drift] = []

    private let look: LineLook
    private let desired: [DesiredLine]
    private let now: Instant

    /// Whether passwords that cannot be read are written anyway: in a sweep each would be a write every time.
    private let rewritesPasswords: Bool

    /// Plans for the desired lines; `strays` tells why the router should not know others of ours.
    init(
        _ look: LineLook, desired: [DesiredLine], strays: [ID<Line>: Drift.Cause], rewritingPasswords: Bool = false,
        at now: Instant
    ) {
        self.look = look
        self.desired = desired
        self.now = now
        rewritesPasswords = rewritingPasswords
        bringProfiles()
        let changed = bringSecrets()
        bringFixed(.dhcpLease, by: "mac-address")
        bringFixed(.queueSimple, by: "name")
        bringFixed(.addressList, by: "address")
        endSessions(changed)
        removeStrays(strays)
        tellFastTrack()
        tellHiddenQueues()
        tellHandMade()
    }

    // MARK: Profiles

    private mutating func bringProfiles() {
        let wanted = Dictionary(desired.compactMap(\.profile).map { ($0.name, $0) }) { first, _ in first }
        guard !wanted.isEmpty else { return }
        let addresses = addresses()
        for (name, wanted) in wanted.sorted(by: { $0.key < $1.key }) {
            var profile = wanted
            profile.addresses = addresses
            guard let record = look[.pppProfile].first(where: { $0["name"] == name }) else {
                // A profile that nobody needed before is no drift.
                // A secret whose profile was removed shows its bare id.
                let isUsed = look[.pppSecret].contains { secret in
                    let profile = secret["profile"] ?? ""
                    return secret.line != nil && (profile == name || RouterValue.isDangling(profile))
                }
                add(profile.row, isUsed ? Drift(.missing, in: Menu.pppProfile.path, name) : nil)
                continue
            }
            set(profile.row, record)
        }
    }

    /// The addresses that logins get; nil, and told, where their pool is gone.
    private mutating func addresses() -> PPPAddresses? {
        guard let pattern = look.pattern else { return nil }
        let name = pattern["name"] ?? ""
        let isNeeded = desired.contains { $0.profile != nil && $0.line.address == nil }
        guard let addresses = PPPAddresses(pattern) else {
            if isNeeded { told.append(Drift(.poolMissing, in: Menu.pppProfile.path, name)) }
            return nil
        }
        let pools = Set(look[.pool].compactMap { $0["name"] })
        let isGiven = IPv4Address(addresses.remote) != nil || pools.contains(addresses.remote)
        if isNeeded, !isGiven { told.append(Drift(.poolMissing, in: Menu.pppProfile.path, name)) }
        return addresses
    }

    // MARK: Logins

    /// - Returns: what changes of the lines' logins, by the names of the properties.
    private mutating func bringSecrets() -> [ID<Line>: Set<String>] {
        var changed: [ID<Line>: Set<String>] = [:]
        let sessions = Dictionary(look.sessions.map { ($0.user, $0) }) { first, _ in first }
        let secrets = LineRows(look[.pppSecret], by: "name")
        for line in desired {
            guard var row = line.secret(beside: sessions[line.line.name], at: now) else { continue }
            let ours = secrets.rows(of: line.line.id, preferring: line.line.name)
            let twin = secrets.rows(with: line.line.name).first { $0.line != line.line.id }
            if twin != nil { told.append(Drift(.nameTaken, in: Menu.pppSecret.path, line.line.name)) }
            guard let record = ours.first else {
                if twin == nil { add(row, Drift(.missing, in: Menu.pppSecret.path, line.line.name), of: line.line.id) }
                continue
            }
            for other in ours.dropFirst() { remove(.pppSecret, other, .doubled) }
            if twin != nil { row.fields.removeAll { $0.name == "name" } }
            changed[line.line.id] = Set(row.missing(in: record).map(\.name))
            if rewritesPasswords { row.secret = nil }
            set(row, record, of: line.line.id)
        }
        return changed
    }

    // MARK: Fixed addresses

    private mutating func bringFixed(_ menu: Menu, by property: String) {
        let rows = LineRows(look.written(menu), by: property)
        for line in desired where line.line.kind == .fixed {
            let wanted =
                switch menu {
                case .queueSimple: line.queue
                case .dhcpLease: line.lease
                default: line.listEntry
                }
            let ours = rows.byLine[line.line.id] ?? []
            guard let wanted else {
                // An entry that kept somebody out, or the queue of a speed that has no limit any more.
                for record in ours { remove(menu, record, .over) }
                continue
            }
            guard let record = ours.first else {
                let value = wanted.key.first { $0.name == property }?.value ?? ""
                let taken = rows.rows(with: value).first { wanted.isFound(in: $0) }
                if let taken {
                    told.append(Drift(.nameTaken, in: menu.path, Self.name(of: taken)))
                } else {
                    add(wanted, Drift(.missing, in: menu.path, Self.name(of: wanted)), of: line.line.id)
                }
                continue
            }
            for other in ours.dropFirst() { remove(menu, other, .doubled) }
            set(wanted, record, of: line.line.id)
        }
    }

    // MARK: Sessions

    /// Ends the sessions that go on under terms of before; the modem dials in again at once.
    private mutating func endSessions(_ changed: [ID<Line>: Set<String>]) {
        guard !look.sessions.isEmpty else { return }
        let blocked = look.blockedBySession
        let queues = Dictionary(
            look[.queueSimple].filter { $0.flag("dynamic") }.compactMap { row in row["name"].map { ($0, row) } }
        ) { first, _ in first }
        let byID = Dictionary(desired.map { ($0.line.id, $0) }) { first, _ in first }
        let owners = owners(byID)
        for session in look.sessions {
            // By the secret of that name, else by the mark that its secret carried at the login.
            let marked = RouterTag(comment: session.comment)?.line.flatMap { byID[$0] }
            guard let line = owners[session.user] ?? marked else { continue }
            let news = changed[line.line.id] ?? []
            let flaw = line.flaw(of: session, blocked: blocked, queues: queues, changing: news, at: now)
            guard let reason = flaw else { continue }
            end(session, of: line.line.id, Drift(.staleSession, in: Menu.pppActive.path, session.user, reason))
        }
    }

    /// The desired lines by the names under which their secrets are on the router.
    private func owners(_ byID: [ID<Line>: DesiredLine]) -> [String: DesiredLine] {
        var owners: [String: DesiredLine] = [:]
        for record in look[.pppSecret] {
            if let name = record["name"], let line = record.line.flatMap({ byID[$0] }) { owners[name] = line }
        }
        return owners
    }

    // MARK: What must go

    private mutating func removeStrays(_ strays: [ID<Line>: Drift.Cause]) {
        let wanted = Set(desired.map(\.line.id))
        var ended: Set<RouterID> = []
        for menu in [Menu.pppSecret, .queueSimple, .dhcpLease, .addressList] {
            for record in look.written(menu) {
                guard let id = record.line, !wanted.contains(id), let cause = strays[id] else { continue }
                // Another provider's, or newer than a database that was restored: whoever it is has paid.
                guard cause != .unknown else {
                    told.append(Drift(.unknown, in: menu.path, Self.name(of: record)))
                    continue
                }
                remove(menu, record, cause)
                guard menu == .pppSecret else { continue }
                for session in look.sessions
                where session.user == record["name"] || RouterTag(comment: session.comment)?.line == id {
                    ended.insert(session.id)
                    end(session, of: id, nil)
                }
            }
        }
        // Whose secret went before and who is connected still.
        for session in look.sessions where !ended.contains(session.id) {
            guard let id = RouterTag(comment: session.comment)?.line, !wanted.contains(id), let cause = strays[id],
                cause != .unknown
            else { continue }
            end(session, of: id, Drift(cause, in: Menu.pppActive.path, session.user))
        }
    }

    /// Rules that let connections pass the queues, and so the speeds.
    private mutating func tellFastTrack() {
        guard desired.contains(where: { $0.rate != nil }) else { return }
        for rule in look.written(.firewallFilter)
        where rule["action"] == "fasttrack-connection" && !rule.flag("disabled") && rule["hotspot"] == nil {
            told.append(Drift(.fastTrack, in: Menu.firewallFilter.path, rule["comment"] ?? "a FastTrack rule"))
        }
    }

    /// Queues that hide the speed of a line's session or address.
    private mutating func tellHiddenQueues() {
        let limited = desired.filter { $0.rate != nil && !$0.isBlocked }
        guard !limited.isEmpty else { return }
        let addresses = Dictionary(look.sessions.map { ($0.user, $0.address) }) { first, _ in first }
        let owners = Dictionary(limited.map { ($0.sessionQueueName ?? $0.queueName, $0.line) }) { first, _ in first }
        var audit = QueueAudit(look[.queueSimple])
        for (position, queue) in audit.queues.enumerated() {
            guard let line = queue["name"].flatMap({ owners[$0] }) else { continue }
            audit.look(at: position, of: line.name, using: line.address ?? addresses[line.name] ?? nil)
        }
        told += audit.drifts
    }

    /// Logins for PPPoE that somebody made on the router: nobody ends or bills them.
    private mutating func tellHandMade() {
        let taken = Set(desired.map(\.line.name))
        for secret in look[.pppSecret] where !secret.flag("disabled") && RouterTag(comment: secret["comment"]) == nil {
            guard ["pppoe", "any"].contains(secret["service"] ?? "any"), let name = secret["name"],
                !taken.contains(name)
            else { continue }
            told.append(Drift(.handAdded, in: Menu.pppSecret.path, name))
        }
    }

    // MARK: Steps

    private mutating func add(_ row: RouterRow, _ drift: Drift?, of line: ID<Line>? = nil) {
        steps.append(SweepPlan.Step(deed: .add(row, last: nil), drift: drift, subject: line.map { .line($0) }))
    }

    private mutating func set(_ row: RouterRow, _ record: RouterRecord, of line: ID<Line>? = nil) {
        if let step = SweepPlan.Step(setting: row, record, of: line.map { .line($0) }) { steps.append(step) }
    }

    private mutating func remove(_ menu: Menu, _ record: RouterRecord, _ cause: Drift.Cause) {
        guard let id = record.id else { return }
        let drift = Drift(cause, in: menu.path, Self.name(of: record))
        steps.append(
            SweepPlan.Step(deed: .remove(menu, id), drift: drift, subject: record.line.map { .line($0) }))
    }

    private mutating func end(_ session: PPPSession, of line: ID<Line>, _ drift: Drift?) {
        steps.append(SweepPlan.Step(deed: .remove(.pppActive, session.id), drift: drift, subject: .line(line)))
    }

    /// What a row is called: an address where it has no name.
    private static func name(of record: RouterRecord) -> String { record["name"] ?? record["address"] ?? "" }

    private static func name(of row: RouterRow) -> String {
        row.fields.first { $0.name == "name" || $0.name == "address" }?.value ?? ""
    }
}
