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
        (.queueSimple, [], DesiredLine.queueProperties),
        (
            .firewallFilter, [("action", "fasttrack-connection")],
            ["action", "chain", "comment", "disabled", "dynamic", "hotspot"]
        ),
    ]

    /// A row of the hotspot's users.
    struct User: Sendable {
        let state: HotspotUserState
        /// The device that it serves; nil where it serves none of ours.
        let tag: UserTag?
        /// The row as it came.
        let record: RouterRecord

        init?(_ record: RouterRecord) {
            guard let state = HotspotUserState(record) else { return nil }
            self.state = state
            self.record = record
            tag = state.tag.flatMap { UserTag($0) }
        }
    }

    let records: [Menu: [RouterRecord]]
    let profiles: [String: RouterRecord]
    let users: [User]
    let sessions: [HotspotSession]
    /// The users whose devices come back without a password; read where somebody must go.
    var cookies: Set<String> = []
    /// False where the router does not know the hotspot's menus.
    let hasHotspot: Bool

    init(_ records: [Menu: [RouterRecord]]) {
        self.records = records
        profiles = Dictionary(
            (records[.hotspotUserProfile] ?? []).compactMap { row in row["name"].map { ($0, row) } }
        ) { first, _ in first }
        users = (records[.hotspotUser] ?? []).compactMap { User($0) }
        sessions = (records[.hotspotActive] ?? []).compactMap { HotspotSession($0) }
        hasHotspot = records[.hotspotUser] != nil
    }

    subscript(menu: Menu) -> [RouterRecord] { records[menu] ?? [] }

    /// The counters of every user that is ours, and who of them is online.
    var readings: [UserReading] {
        let live = Dictionary(sessions.map { ($0.user, [$0]) }) { first, _ in first }
        return users.compactMap { user in
            user.tag.map {
                UserReading($0, HotspotStanding(user: user.state, sessions: live[user.state.name] ?? []))
            }
        }
    }
}
