/// The path of a menu: `/ip/hotspot/user`.
package struct Menu: Hashable, Sendable, CustomStringConvertible {
    package let path: String

    /// Takes a path of the code, which must stand in `RouterSchema`.
    package init(_ path: StaticString) {
        self.path = "\(path)"
        precondition(RouterSchema.menu(self.path) != nil, "\(path) is not in the schema")
    }

    /// Takes a path that holds commands only, and so is not in the schema.
    private init(commandsOf path: StaticString) { self.path = "\(path)" }

    package var description: String { path }

    /// Whether the menu is one record without ids.
    package var isRecord: Bool { RouterSchema.menu(path)?.isRecord ?? false }

    package static let hotspot = Menu("/ip/hotspot")
    package static let hotspotServerProfile = Menu("/ip/hotspot/profile")
    package static let hotspotUser = Menu("/ip/hotspot/user")
    package static let hotspotUserProfile = Menu("/ip/hotspot/user/profile")
    package static let hotspotActive = Menu("/ip/hotspot/active")
    package static let hotspotHost = Menu("/ip/hotspot/host")
    package static let hotspotCookie = Menu("/ip/hotspot/cookie")
    package static let hotspotBinding = Menu("/ip/hotspot/ip-binding")
    package static let queueSimple = Menu("/queue/simple")
    package static let firewallFilter = Menu("/ip/firewall/filter")
    /// Where `reboot` stands.
    package static let system = Menu(commandsOf: "/system")
    package static let systemResource = Menu("/system/resource")
    package static let systemRouterboard = Menu("/system/routerboard")
    package static let systemLicense = Menu("/system/license")
    package static let systemIdentity = Menu("/system/identity")
    package static let systemScript = Menu("/system/script")
    package static let systemScheduler = Menu("/system/scheduler")
    package static let systemClock = Menu("/system/clock")
    package static let deviceMode = Menu("/system/device-mode")
    package static let user = Menu("/user")
    package static let userGroup = Menu("/user/group")
    package static let file = Menu("/file")
    /// Where `save` and `load` stand.
    package static let systemBackup = Menu(commandsOf: "/system/backup")
    /// Where `export` stands.
    package static let root = Menu(commandsOf: "")
}

/// A name with its value, as written on the wire.
package typealias RouterField = (name: String, value: String)

/// Typed operations on a router, whatever carries them.
///
/// Every operation is one exchange, bounded in time. Operations on one router run one after another.
package protocol RouterTransport: Sendable {
    /// The rows of a menu that match all conditions exactly, with these properties and their ids; none means all.
    ///
    /// A record (`/system/identity`) is read as one row without id.
    func read(
        _ menu: Menu, where conditions: [RouterField], properties: [String]
    ) async throws(RouterError) -> [RouterRecord]

    /// Adds a row.
    func add(_ menu: Menu, _ values: [RouterField]) async throws(RouterError) -> RouterID

    /// Changes some values of a row, or of the record where `id` is nil; an empty value clears.
    func set(_ menu: Menu, _ id: RouterID?, _ values: [RouterField]) async throws(RouterError)

    /// Removes a row.
    func remove(_ menu: Menu, _ id: RouterID) async throws(RouterError)

    /// Runs a command of a menu, such as `login` of `/ip/hotspot/active`.
    func run(
        _ command: String, in menu: Menu, _ arguments: [RouterField]
    ) async throws(RouterError) -> [RouterRecord]

    /// The rows of a menu as they change from now on, with these properties and their ids; nil where the router cannot
    /// tell them this way.
    func follow(_ menu: Menu, properties: [String]) -> RouterChanges?
}

extension RouterTransport {
    package func follow(_ menu: Menu, properties: [String]) -> RouterChanges? { nil }

    /// All rows of a menu, with these properties and their ids.
    package func read(_ menu: Menu, properties: [String]) async throws(RouterError) -> [RouterRecord] {
        try await read(menu, where: [], properties: properties)
    }

    /// The one row of a record.
    package func readRecord(_ menu: Menu, properties: [String]) async throws(RouterError) -> RouterRecord {
        guard let record = try await read(menu, where: [], properties: properties).first else {
            throw RouterError(.notReady, in: menu)
        }
        return record
    }
}
