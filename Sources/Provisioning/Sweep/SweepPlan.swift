import Entitlements
import RouterOS
import Values

/// What a sweep does: the difference between what a router shall have and what it has, in an order that keeps everybody
/// online who should be.
///
/// A pure function of rows. Rows without our mark are never part of a step.
struct SweepPlan {
    /// One thing to do, and why.
    struct Step {
        enum Deed {
            /// Adds a row; `last` is set on it alone, afterwards.
            case add(RouterRow, last: RouterField?)
            case set(Menu, RouterID, [RouterField])
            case remove(Menu, RouterID)
            /// Puts a rule before another.
            case move(Menu, RouterID, before: RouterID)
            /// Ends the sessions and cookies of a user and its device, then removes the user.
            case cut(user: String, device: MACAddress?)
        }

        let deed: Deed
        /// What the step repairs; nil where it only deals limits anew.
        let drift: Drift?
    }

    private(set) var steps: [Step] = []
    /// What is told and left alone.
    private(set) var told: [Drift] = []

    private let look: RouterLook

    /// Plans what makes a router know just the desired users; `strays` tells why it should not know others of ours.
    init(_ look: RouterLook, desired: [DesiredUser], strays: [UserTag: Drift.Cause]) {
        self.look = look
        guard look.hasHotspot else {
            told.append(Drift(.hotspotMissing, in: Menu.hotspot.path, "hotspot"))
            return
        }
        bringProfiles(desired)
        let used = bringUsers(desired)
        cutStrays(desired, keeping: used, strays)
        told += SweepAudit(look, ours: desired).drifts
    }

    // MARK: Profiles

    private mutating func bringProfiles(_ desired: [DesiredUser]) {
        let profiles = Dictionary(desired.map { ($0.profile.name, $0.profile) }) { first, _ in first }
        for (name, profile) in profiles.sorted(by: { $0.key < $1.key }) {
            guard let record = look.profiles[name] else {
                // A profile that nobody needed before is no drift.
                let isUsed = look.users.contains { $0.state.tag != nil && $0.state.profile == name }
                add(profile.row, last: profile.macCookieField, isUsed ? drift(.missing, profile.row) : nil)
                continue
            }
            var last = profile.row
            last.fields = [profile.macCookieField]
            for row in [profile.row, last] { set(row, record) }
        }
    }

    // MARK: Users

    /// - Returns: the rows that serve a device.
    private mutating func bringUsers(_ desired: [DesiredUser]) -> Set<RouterID> {
        var byTag: [UserTag: [RouterLook.User]] = [:]
        var others: Set<String> = []
        for user in look.users {
            if let tag = user.tag {
                byTag[tag, default: []].append(user)
            } else {
                others.insert(user.state.name)
            }
        }
        let sessions = Dictionary(look.sessions.map { ($0.user, $0.usage) }) { first, _ in first }
        var used: Set<RouterID> = []
        for user in desired {
            let found = byTag[user.tag] ?? []
            guard let seen = found.first(where: { $0.state.name == user.user.name }) ?? found.first else {
                bringFresh(user, besides: others)
                continue
            }
            let state = seen.state
            used.insert(state.id)
            let counted = sessions[state.name].map { state.usage + $0 } ?? state.usage
            set(user.row(beside: state, using: counted), seen.record, isDealt: user.isShared)
        }
        return used
    }

    private mutating func bringFresh(_ user: DesiredUser, besides others: Set<String>) {
        guard !others.contains(user.user.name) else {
            told.append(drift(.nameTaken, user.freshRow))
            return
        }
        add(user.freshRow, last: nil, drift(.missing, user.freshRow))
    }

    private mutating func cutStrays(
        _ desired: [DesiredUser], keeping used: Set<RouterID>, _ strays: [UserTag: Drift.Cause]
    ) {
        let (wanted, coming) = (Set(desired.map(\.tag)), Set(desired.map(\.user.name)))
        for user in look.users where !used.contains(user.state.id) {
            guard let tag = user.tag else { continue }
            let state = user.state
            guard let cause = wanted.contains(tag) ? Drift.Cause.doubled : strays[tag] else { continue }
            // It may be another provider's on the same router, or newer than a database that was restored: whoever it is
            // has paid, and carries an end of its own.
            guard cause != .unknown else {
                told.append(Drift(.unknown, in: Menu.hotspotUser.path, state.name))
                continue
            }
            steps.append(
                Step(deed: removal(of: state), drift: Drift(cause, in: Menu.hotspotUser.path, state.name)))
        }
        // Whose user vanished under them is online without an end.
        let names = Set(look.users.map(\.state.name))
        for session in look.sessions
        where !session.isRADIUS && !names.contains(session.user) && Device.isUsername(session.user)
            && !coming.contains(session.user)
        {
            steps.append(
                Step(
                    deed: .cut(user: session.user, device: session.mac),
                    drift: Drift(.unknown, in: Menu.hotspotActive.path, session.user)))
        }
    }

    /// A twin is removed alone: its sessions are those of the row that stays.
    private func removal(of state: HotspotUserState) -> Step.Deed {
        let isTwin = look.users.contains { $0.state.name == state.name && $0.state.id != state.id }
        let isQuiet = !look.sessions.contains { $0.user == state.name } && !look.cookies.contains(state.name)
        return isTwin || isQuiet
            ? .remove(.hotspotUser, state.id) : .cut(user: state.name, device: state.device)
    }

    // MARK: Steps

    private mutating func add(_ row: RouterRow, last: RouterField?, _ drift: Drift?) {
        steps.append(Step(deed: .add(row, last: last), drift: drift))
    }

    /// Sets what a row lacks; limits that are dealt anew among devices are nobody's doing.
    private mutating func set(_ row: RouterRow, _ record: RouterRecord, isDealt: Bool = false) {
        let dealt = isDealt ? ["limit-uptime", "limit-bytes-total"].filter { record[$0] != nil } : []
        if let step = Step(setting: row, record, quietly: Set(dealt)) { steps.append(step) }
    }

    private func drift(_ cause: Drift.Cause, _ row: RouterRow) -> Drift {
        Drift(cause, in: row.menu.path, row.fields.first { $0.name == "name" }?.value ?? "")
    }
}

extension SweepPlan.Step {
    /// Sets what a row lacks and tells it, but for what changes `quietly` and for what the guard goes by; nil where the
    /// row lacks nothing.
    init?(setting row: RouterRow, _ record: RouterRecord, quietly: Set<String> = []) {
        let missing = row.missing(in: record)
        guard let id = record.id, !missing.isEmpty else { return nil }
        let off = missing.filter { !quietly.contains($0.name) && !Self.isMarkedAnew($0, record) }
        self.init(
            deed: .set(row.menu, id, missing), drift: off.isEmpty ? nil : Drift(telling: off, of: row, record))
    }

    private static func isMarkedAnew(_ field: RouterField, _ record: RouterRecord) -> Bool {
        guard field.name == "comment", let written = RouterTag(comment: record["comment"]) else { return false }
        return written.subject == RouterTag(comment: field.value)?.subject
    }
}

extension Drift {
    /// Tells values that a row should have; never a password.
    fileprivate init(telling fields: [RouterField], of row: RouterRow, _ record: RouterRecord) {
        let words = fields.map { field in
            if field.name == "password" { return "the password was another" }
            let (old, new) = (record[field.name] ?? "not set", field.value.isEmpty ? "not set" : field.value)
            return "\(field.name) was \(old), shall be \(new)"
        }
        let name = record["name"] ?? record["address"] ?? record.id?.description ?? ""
        self.init(.changed, in: row.menu.path, name, words.joined(separator: "; "))
    }
}
