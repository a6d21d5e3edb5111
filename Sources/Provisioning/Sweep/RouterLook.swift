import Entitlements
import RouterOS
import Values

/// What a sweep reads of a router: each table once.
struct RouterLook: Sendable {
    /// The tables, in the order in which they are read; a table more is a request more.
    static let tables: [(menu: Menu, conditions: [RouterField], properties: [String])] = [
        (.hotspotUserProfile, [], HotspotProfile.properties),
        (.hotspotUser, [], HotspotUserState.properties),
        (.hotspotActive, [], HotspotSession.properties),
        (.hotspot, [], ["name", "address-pool", "disabled"]),
        (.hotspotBinding, [], ["mac-address", "type", "comment", "disabled"]),
        (.queueSimple, [], DesiredLine.queueProperties + ["parent"]),
        (
            .firewallFilter, [("action", "fasttrack-connection")],
            ["action", "chain", "comment", "disabled", "dynamic", "hotspot"]
        ),
    ]

    let records: [Menu: [RouterRecord]]
    let profiles: [String: RouterRecord]
    let users: [HotspotUserState]
    /// The rows of `users` by their ids, as they came.
    let userRecords: [RouterID: RouterRecord]
    let sessions: [HotspotSession]
    /// The users whose devices come back without a password; read where somebody must go.
    var cookies: Set<String> = []
    /// False where the router does not know the hotspot's menus.
    let hasHotspot: Bool

    init(_ records: [Menu: [RouterRecord]]) {
        self.records = records
        let users = records[.hotspotUser] ?? []
        profiles = Dictionary(
            (records[.hotspotUserProfile] ?? []).compactMap { row in row["name"].map { ($0, row) } }
        ) { first, _ in first }
        self.users = users.compactMap { HotspotUserState($0) }
        userRecords = Dictionary(users.compactMap { row in row.id.map { ($0, row) } }) { first, _ in first }
        sessions = (records[.hotspotActive] ?? []).compactMap { HotspotSession($0) }
        hasHotspot = records[.hotspotUser] != nil
    }

    subscript(menu: Menu) -> [RouterRecord] { records[menu] ?? [] }

    /// The counters of every user that is ours, and who of them is online.
    var readings: [UserReading] {
        let live = Dictionary(sessions.map { ($0.user, [$0]) }) { first, _ in first }
        return users.compactMap { UserReading(HotspotStanding(user: $0, sessions: live[$0.name] ?? [])) }
    }
}
