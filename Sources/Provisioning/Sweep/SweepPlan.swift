import Entitlements
import RouterOS
import Subscribers
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
            /// Ends the sessions and cookies of a user, then removes it; its device may be online by another one.
            case cut(user: String)
        }

        let deed: Deed
        /// What the step repairs; nil where it only deals limits anew.
        let drift: Drift?
        /// Whose row it is; nil for what many share.
        var subject: Subject?
    }

    /// Whose rows a step, or an effect, is about.
    enum Subject: Hashable {
        /// A hotspot user, by its name.
        case user(String)
        case line(ID<Line>)
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
        let unused = bringUsers(desired)
        cutStrays(unused, desired, strays)
        cutGhosts(desired)
        told += SweepAudit(look, ours: desired).drifts
    }

    // MARK: Profiles

    private mutating func bringProfiles(_ desired: [DesiredUser]) {
        var profiles: [String: HotspotProfile] = [:]
        for user in desired where profiles[user.profile.name] == nil { profiles[user.profile.name] = user.profile }
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

    /// - Returns: where in the look the users are that serve no device.
    private mutating func bringUsers(_ desired: [DesiredUser]) -> [Int] {
        let rows = TaggedRows(look.users)
        let sessions = Dictionary(look.sessions.map { ($0.user, $0.usage) }) { first, _ in first }
        var isUnused = [Bool](repeating: true, count: look.users.count)
        for user in desired {
            guard let place = rows.place(of: user, in: look.users) else {
                bringFresh(user, besides: rows.others)
                continue
            }
            isUnused[place] = false
            let state = look.users[place].state
            let counted = sessions[state.name].map { state.usage + $0 } ?? state.usage
            let wanted = user.user(beside: state, using: counted)
            // Most are as they should be, and need no row to be compared.
            if wanted.isShown(by: state) { continue }
            var row = wanted.row
            row.fields.removeAll { $0.name == "password" }
            set(row, look.users[place].record, of: .user(user.user.name), isDealt: user.isShared)
        }
        return isUnused.indices.filter { isUnused[$0] }
    }

    /// The users of a look by the devices that they serve.
    private struct TaggedRows {
        private var first: [UserTag: Int] = [:]
        /// Further ones of the same devices.
        private var twins: [UserTag: [Int]] = [:]
        /// The names of those that serve no device of ours.
        private(set) var others: Set<String> = []

        init(_ users: [RouterLook.User]) {
            first.reserveCapacity(users.count)
            for place in users.indices {
                if let tag = users[place].tag {
                    if first[tag] == nil { first[tag] = place } else { twins[tag, default: []].append(place) }
                } else {
                    others.insert(users[place].state.name)
                }
            }
        }

        /// Where the row of a device is: the one with its name, else the first.
        func place(of user: DesiredUser, in users: [RouterLook.User]) -> Int? {
            guard let first = first[user.tag] else { return nil }
            guard !twins.isEmpty, let more = twins[user.tag] else { return first }
            return ([first] + more).first { users[$0].state.name == user.user.name } ?? first
        }
    }

    private mutating func bringFresh(_ user: DesiredUser, besides others: Set<String>) {
        guard !others.contains(user.user.name) else {
            told.append(drift(.nameTaken, user.freshRow))
            return
        }
        add(user.freshRow, last: nil, drift(.missing, user.freshRow), of: .user(user.user.name))
    }

    private mutating func cutStrays(
        _ unused: [Int], _ desired: [DesiredUser], _ strays: [UserTag: Drift.Cause]
    ) {
        guard unused.contains(where: { look.users[$0].tag != nil }) else { return }
        let wanted = Set(desired.map(\.tag))
        for place in unused {
            guard let tag = look.users[place].tag else { continue }
            let state = look.users[place].state
            guard let cause = wanted.contains(tag) ? Drift.Cause.doubled : strays[tag] else { continue }
            // It may be another provider's on the same router, or newer than a database that was restored: whoever it is
            // has paid, and carries an end of its own.
            guard cause != .unknown else {
                told.append(Drift(.unknown, in: Menu.hotspotUser.path, state.name))
                continue
            }
            let drift = Drift(cause, in: Menu.hotspotUser.path, state.name)
            let subject = Subject.user(Device.username(tag.entitlement, tag.mac))
            steps.append(Step(deed: removal(of: state), drift: drift, subject: subject))
        }
    }

    /// Whose user vanished under them is online without an end.
    private mutating func cutGhosts(_ desired: [DesiredUser]) {
        guard !look.sessions.isEmpty else { return }
        let (names, coming) = (Set(look.users.map(\.state.name)), Set(desired.map(\.user.name)))
        for session in look.sessions
        where !session.isRADIUS && !names.contains(session.user) && Device.isUsername(session.user)
            && !coming.contains(session.user)
        {
            steps.append(
                Step(
                    deed: .cut(user: session.user),
                    drift: Drift(.unknown, in: Menu.hotspotActive.path, session.user), subject: .user(session.user)))
        }
    }

    /// A twin is removed alone: its sessions are those of the row that stays.
    private func removal(of state: HotspotUserState) -> Step.Deed {
        let isTwin = look.users.contains { $0.state.name == state.name && $0.state.id != state.id }
        let isQuiet = !look.sessions.contains { $0.user == state.name } && !look.cookies.contains(state.name)
        return isTwin || isQuiet ? .remove(.hotspotUser, state.id) : .cut(user: state.name)
    }

    // MARK: Steps

    private mutating func add(_ row: RouterRow, last: RouterField?, _ drift: Drift?, of subject: Subject? = nil) {
        steps.append(Step(deed: .add(row, last: last), drift: drift, subject: subject))
    }

    /// Sets what a row lacks; limits that are dealt anew among devices are nobody's doing.
    private mutating func set(
        _ row: RouterRow, _ record: RouterRecord, of subject: Subject? = nil, isDealt: Bool = false
    ) {
        let dealt = isDealt ? ["limit-uptime", "limit-bytes-total"].filter { record[$0] != nil } : []
        if let step = Step(setting: row, record, of: subject, quietly: Set(dealt)) { steps.append(step) }
    }

    private func drift(_ cause: Drift.Cause, _ row: RouterRow) -> Drift {
        Drift(cause, in: row.menu.path, row.fields.first { $0.name == "name" }?.value ?? "")
    }
}

extension SweepPlan.Subject {
    init(_ effect: Effect) {
        self = effect.line.map { .line($0) } ?? .user(Device.username(effect.entitlement, effect.mac))
    }
}

extension SweepPlan.Step.Deed {
    /// The menu in which it writes.
    var menu: Menu {
        switch self {
        case .add(let row, _): row.menu
        case .set(let menu, _, _), .remove(let menu, _), .move(let menu, _, _): menu
        case .cut: .hotspotUser
        }
    }
}

extension SweepPlan.Step {
    /// Sets what a row lacks and tells it, but for what changes `quietly` and for what the guard goes by; nil where the
    /// row lacks nothing.
    init?(
        setting row: RouterRow, _ record: RouterRecord, of subject: SweepPlan.Subject? = nil, quietly: Set<String> = []
    ) {
        let missing = row.missing(in: record)
        guard let id = record.id, !missing.isEmpty else { return nil }
        let off = missing.filter { !quietly.contains($0.name) && !Self.isMarkedAnew($0, record) }
        self.init(
            deed: .set(row.menu, id, missing), drift: off.isEmpty ? nil : Drift(telling: off, of: row, record),
            subject: subject)
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
