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
        for menu in [Menu.dhcpLease, .queueSimple, .addressList] { bringFixed(menu) }
        endSessions(changed)
        removeStrays(strays)
        tellFastTrack()
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
        for line in desired {
            guard var row = line.secret(beside: sessions[line.line.name], at: now) else { continue }
            let ours = look[.pppSecret].filter { $0.line == line.line.id }
            let twin = look[.pppSecret].first { $0["name"] == line.line.name && $0.line != line.line.id }
            if twin != nil { told.append(Drift(.nameTaken, in: Menu.pppSecret.path, line.line.name)) }
            guard let record = ours.first(where: { $0["name"] == line.line.name }) ?? ours.first else {
                if twin == nil { add(row, Drift(.missing, in: Menu.pppSecret.path, line.line.name)) }
                continue
            }
            for other in ours where other.id != record.id { remove(.pppSecret, other, .doubled) }
            if twin != nil { row.fields.removeAll { $0.name == "name" } }
            changed[line.line.id] = Set(row.missing(in: record).map(\.name))
            if rewritesPasswords { row.secret = nil }
            set(row, record)
        }
        return changed
    }

    // MARK: Fixed addresses

    private mutating func bringFixed(_ menu: Menu) {
        for line in desired where line.line.kind == .fixed {
            let wanted =
                switch menu {
                case .queueSimple: line.queue
                case .dhcpLease: line.lease
                default: line.listEntry
                }
            let ours = look.written(menu).filter { $0.line == line.line.id }
            guard let wanted else {
                // An entry that kept somebody out, or the queue of a speed that has no limit any more.
                for record in ours { remove(menu, record, .over) }
                continue
            }
            guard let record = ours.first else {
                let taken = look.written(menu).first { wanted.isFound(in: $0) }
                if let taken {
                    told.append(Drift(.nameTaken, in: menu.path, Self.name(of: taken)))
                } else {
                    add(wanted, Drift(.missing, in: menu.path, Self.name(of: wanted)))
                }
                continue
            }
            for other in ours.dropFirst() { remove(menu, other, .doubled) }
            set(wanted, record)
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
        let owners = owners()
        for session in look.sessions {
            guard let line = owners[session.user] ?? owner(of: session) else { continue }
            let news = changed[line.line.id] ?? []
            let flaw = line.flaw(of: session, blocked: blocked, queues: queues, changing: news, at: now)
            guard let reason = flaw else { continue }
            end(session, Drift(.staleSession, in: Menu.pppActive.path, session.user, reason))
        }
    }

    /// The desired lines by the names under which their secrets are on the router.
    private func owners() -> [String: DesiredLine] {
        let byID = Dictionary(desired.map { ($0.line.id, $0) }) { first, _ in first }
        var owners: [String: DesiredLine] = [:]
        for record in look[.pppSecret] {
            if let name = record["name"], let line = record.line.flatMap({ byID[$0] }) { owners[name] = line }
        }
        return owners
    }

    /// The desired line whose mark the secret carried at the login.
    private func owner(of session: PPPSession) -> DesiredLine? {
        guard let id = RouterTag(comment: session.comment)?.line else { return nil }
        return desired.first { $0.line.id == id }
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
                    end(session, nil)
                }
            }
        }
        // Whose secret went before and who is connected still.
        for session in look.sessions where !ended.contains(session.id) {
            guard let id = RouterTag(comment: session.comment)?.line, !wanted.contains(id), let cause = strays[id],
                cause != .unknown
            else { continue }
            end(session, Drift(cause, in: Menu.pppActive.path, session.user))
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

    // MARK: Steps

    private mutating func add(_ row: RouterRow, _ drift: Drift?) {
        steps.append(SweepPlan.Step(deed: .add(row, last: nil), drift: drift))
    }

    private mutating func set(_ row: RouterRow, _ record: RouterRecord) {
        if let step = SweepPlan.Step(setting: row, record) { steps.append(step) }
    }

    private mutating func remove(_ menu: Menu, _ record: RouterRecord, _ cause: Drift.Cause) {
        guard let id = record.id else { return }
        steps.append(
            SweepPlan.Step(deed: .remove(menu, id), drift: Drift(cause, in: menu.path, Self.name(of: record))))
    }

    private mutating func end(_ session: PPPSession, _ drift: Drift?) {
        steps.append(SweepPlan.Step(deed: .remove(.pppActive, session.id), drift: drift))
    }

    /// What a row is called: an address where it has no name.
    private static func name(of record: RouterRecord) -> String { record["name"] ?? record["address"] ?? "" }

    private static func name(of row: RouterRow) -> String {
        row.fields.first { $0.name == "name" || $0.name == "address" }?.value ?? ""
    }
}

extension DesiredLine {
    /// What a running session shows of terms that do not hold any more; nil where it is as it should be.
    ///
    /// Who is on as it should be stays on, whatever was done to the secret meanwhile.
    fileprivate func flaw(
        of session: PPPSession, blocked: Set<IPv4Address>, queues: [String: RouterRecord],
        changing news: Set<String>, at now: Instant
    ) -> String? {
        guard session.user == line.name else { return "it came in under an earlier name" }
        let began = now - session.uptime
        // Routers tell whole seconds.
        let slack = news.contains("password") ? Span.seconds(-2) : .seconds(2)
        if began + slack < line.passwordAt { return "it came in with an earlier password" }
        if let wanted = line.address, session.address != wanted { return "it has an earlier address" }
        let isKeptOut = session.address.map(blocked.contains) ?? false
        if isKeptOut != isBlocked { return isBlocked ? "it is not kept out" : "it is still kept out" }
        guard !isBlocked else { return nil }
        guard let queue = queues["<pppoe-\(session.user)>"] else {
            return rate != nil && (news.contains("profile") || began < line.changedAt) ? "it has an earlier speed" : nil
        }
        let speed = queue["max-limit"].flatMap { RouterPair($0) }
        let wanted = rate.map { RouterPair($0.rate.upload.bitsPerSecond, $0.rate.download.bitsPerSecond) }
        return speed == wanted ? nil : "it has an earlier speed"
    }
}
