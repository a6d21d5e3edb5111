package import Values

/// A simulated router as a value: every operation takes the time, so that hours pass in a test without waiting.
///
/// `SimulatedRouter` guards one with a lock; wires (REST, the phones, the control side) stand around that.
package struct RouterMachine: Sendable {
    /// What kind of router it is.
    package let settings: RouterSettings
    /// The menus that this router has.
    private(set) var tree: MenuTree
    var tables: [String: Table] = [:]
    var singletons: [String: [String: String]] = [:]
    /// What the router believes the time to be.
    package var clock = RouterClock()
    var hotspot = Hotspot()
    var pppSessions: [PPPSession] = []
    /// How many PPP sessions there have been; the number of the last.
    var pppCount: UInt32 = 0
    /// What passed through the queues that somebody made.
    var queueUsage: [UInt32: Usage] = [:]
    /// When entries of address lists go by themselves.
    var listEnds: [UInt32: Instant] = [:]
    var log = RouterLog()
    var files = RouterFiles()
    var apiSessions: [APISession] = []
    /// How many sessions there have been; the number of the last.
    var sessionCount: UInt32 = 0
    /// When the rows of `/system/scheduler` run next.
    var schedule: [UInt32: Instant] = [:]
    var waitingScripts: [WaitingScript] = []
    var walledGardenHits: [UInt32: Int] = [:]
    /// What was written and how often was asked.
    package internal(set) var journal = Journal()
    /// How often the router has started.
    package internal(set) var bootCount = 0
    /// When the router started last.
    package internal(set) var bootedAt: Instant
    /// The latest time that any operation was given; time never goes back.
    package internal(set) var now: Instant
    var chance: Chance
    /// Grows with every change that a snapshot shows.
    package internal(set) var revision = 0

    var version: RouterRelease { settings.version }

    /// A router as it leaves quick set-up: one hotspot on `bridge-hotspot`, one API user.
    package init(_ settings: RouterSettings, at now: Instant) {
        self.settings = settings
        tree = MenuTree.of(
            settings.version,
            with: settings.version < RouterRelease(7, 0)
                ? settings.packages.intersection(["user-manager"]) : settings.packages)
        self.now = now
        bootedAt = now
        chance = Chance(seed: settings.seed)
        furnish()
        note("system,info", "this is lango-routersim, a simulated router: nothing here is a MikroTik product")
        note("system,info", "router rebooted")
    }

    /// Carries out a command.
    ///
    /// - Throws: The router's own refusal.
    package mutating func perform(
        _ command: RouterCommand, by user: RouterUser = .full, at time: Instant
    ) throws(RouterTrap) -> RouterReply {
        advance(to: time)
        let menu = try menu(command)
        try authorise(command, for: user)
        switch command.verb {
        case "print", "getall": return try print(menu, command, for: user)
        case "get": return try get(menu, command, for: user)
        default: break
        }
        touch()
        let reply = try change(menu, command, by: user)
        journal.append(command, by: user.name, at: now)
        return reply
    }

    mutating func touch() { revision &+= 1 }

    /// Starts without a part of the system, as where its package was switched off: its menus are not there.
    package mutating func loseMenus(below folder: String) {
        tree = tree.without(folder)
        touch()
    }

    /// Who that is, or nil where name, password, the account's state or where they come from do not fit.
    package func user(named name: String, password: String, from peer: IPv4Address?) -> RouterUser? {
        guard let table = tables["/user"], let id = table.ids(named: name).first, let row = table[id],
            row["password"] ?? "" == password, row["disabled"] != "true"
        else { return nil }
        let ranges = (row["address"] ?? "").split(separator: ",").compactMap { AddressRange($0) }
        guard ranges.isEmpty || ranges.contains(where: { range in peer.map(range.contains) ?? false }) else {
            return nil
        }
        return RouterUser(name: name, policies: policies(ofGroup: row["group"] ?? ""))
    }

    private func policies(ofGroup name: String) -> Set<String> {
        guard let table = tables["/user/group"], let id = table.ids(named: name).first else { return [] }
        let words = table[id]?["policy"]?.split(separator: ",").map(String.init) ?? []
        return Set(words.filter { !$0.hasPrefix("!") })
    }

    private func menu(_ command: RouterCommand) throws(RouterTrap) -> Menu {
        if let menu = tree[command.menu] { return menu }
        if Self.rootCommands.contains(command.menu + "/" + command.verb), let root = tree["/system/resource"] {
            return root
        }
        if tree.directories.contains(command.menu) { throw .noSuchCommand }
        throw .noSuchDirectory(unknownPart(of: command.menu))
    }

    /// The first word of the path that no menu has.
    private func unknownPart(of path: String) -> String {
        var known = ""
        for part in path.split(separator: "/") {
            known += "/" + part
            if !tree.directories.contains(known) { return String(part) }
        }
        return path
    }

    /// Commands that stand in no menu.
    static let rootCommands: Set<String> = [
        "/system/reboot", "/execute", "/export", "/ping", "/tool/ping", "/tool/fetch", "/system/backup/save",
        "/system/backup/load",
    ]

    private func authorise(_ command: RouterCommand, for user: RouterUser) throws(RouterTrap) {
        if command.menu == "/tool", command.verb == "fetch", !user.policies.contains("ftp") { throw .notEnough }
        let policy =
            switch command.verb {
            case "print", "getall", "get", "read": "read"
            case "reboot": "reboot"
            case "ping": "test"
            case _ where command.menu.hasPrefix("/user"): "policy"
            default: "write"
            }
        guard user.policies.contains(policy) else { throw .notAllowed }
    }
}

/// Seeded chance: the same seed makes the same challenges.
///
/// Source: SplitMix64; Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
struct Chance: RandomNumberGenerator, Sendable {
    private(set) var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// Bytes of chance.
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}
