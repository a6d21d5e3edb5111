package import Values

/// What a router is and allows, read at connect time without changing anything.
package struct RouterProbe: Hashable, Sendable {
    /// A hotspot server: a row of `/ip/hotspot`.
    package struct Server: Hashable, Sendable {
        package let name: String
        package let interface: String
        /// The name of its profile.
        package let profile: String
        package let isDisabled: Bool
        /// Whether the router says that it cannot work as configured.
        package let isInvalid: Bool
    }

    /// How a server lets people in: a row of `/ip/hotspot/profile`.
    package struct ServerProfile: Hashable, Sendable {
        package let name: String
        /// Such as `cookie`, `http-chap`, `http-pap`, `mac-cookie`.
        package let loginBy: Set<String>
        package let dnsName: String?
        /// Where the pages live.
        package let htmlDirectory: String?
        package let usesRADIUS: Bool
    }

    package let version: RouterVersion
    package let board: String?
    /// What no other board has: its serial number, else what its licence was given to; nil where it tells neither.
    package let serial: String?
    package let identity: String
    /// How far the router's clock lies ahead of ours; nil where it could not be read.
    package let clockOffset: Span?
    /// How far its zone lies ahead of UTC.
    package let zoneOffset: Span?
    /// The licence level, such as `4` or `free`; nil where it could not be read.
    package let licence: String?
    /// What the device-mode allows and forbids, by its words; empty where the version has no device-mode.
    package let deviceMode: [String: Bool]
    /// Nil where the hotspot package is missing.
    package let servers: [Server]?
    package let serverProfiles: [ServerProfile]
    /// The policies of our user's group; nil where they may not be read.
    package let policies: Set<String>?

    /// Whether the device-mode allows the hotspot; nil where the version has no device-mode.
    package var isHotspotAllowed: Bool? { deviceMode["hotspot"] }

    /// Whether passwords read back in the clear; without the policy they are masked.
    package var readsSecrets: Bool { policies?.contains("sensitive") ?? false }

    package init(
        version: RouterVersion, board: String?, serial: String? = nil, identity: String, clockOffset: Span?,
        zoneOffset: Span?, licence: String? = nil, deviceMode: [String: Bool], servers: [Server]?,
        serverProfiles: [ServerProfile], policies: Set<String>?
    ) {
        self.version = version
        self.board = board
        self.serial = serial
        self.identity = identity
        self.clockOffset = clockOffset
        self.zoneOffset = zoneOffset
        self.licence = licence
        self.deviceMode = deviceMode
        self.servers = servers
        self.serverProfiles = serverProfiles
        self.policies = policies
    }
}

extension RouterProbe {
    /// Reads everything over a transport, as the router's user of that name.
    package init(
        over transport: any RouterTransport, as user: String, now: @Sendable () -> Instant
    ) async throws(RouterError) {
        let resource = try await transport.readRecord(.systemResource, properties: ["version", "board-name"])
        guard let version = resource["version"].flatMap({ RouterVersion($0) }) else {
            throw RouterError(.notRouterOS, in: .systemResource)
        }
        let identity = try await transport.readRecord(.systemIdentity, properties: ["name"])
        let clock = try await Self.clock(over: transport, now: now)
        let mode = try await Self.ifPresent { () throws(RouterError) in
            try await transport.readRecord(.deviceMode, properties: ["hotspot", "fetch", "scheduler", "mode"])
        }
        let licence = try await Self.ifPresent { () throws(RouterError) in
            // Boards call the level by a name that only they know.
            try await transport.readRecord(.systemLicense, properties: [])
        }
        let servers = try await Self.ifPresent { () throws(RouterError) in
            try await transport.read(.hotspot, properties: ["name", "interface", "profile", "disabled", "invalid"])
        }
        let profiles = try await Self.ifPresent { () throws(RouterError) in
            try await transport.read(
                .hotspotServerProfile,
                properties: ["name", "login-by", "dns-name", "html-directory", "html-directory-override", "use-radius"])
        }
        self.init(
            version: version, board: resource["board-name"], serial: try await Self.serial(over: transport, licence),
            identity: identity["name"] ?? "",
            clockOffset: clock?.offset, zoneOffset: clock?.zone,
            licence: licence?["nlevel"] ?? licence?["level"],
            deviceMode: (mode?.values ?? [:]).compactMapValues { RouterValue.truth($0) },
            servers: servers.map { $0.compactMap { Server($0) } },
            serverProfiles: (profiles ?? []).compactMap { ServerProfile($0) },
            policies: try await Self.policies(of: user, over: transport))
    }

    private static func serial(
        over transport: any RouterTransport, _ licence: RouterRecord?
    ) async throws(RouterError) -> String? {
        let board = try await ifPresent { () throws(RouterError) in
            try await transport.read(.systemRouterboard, properties: ["routerboard", "serial-number"])
        }
        return board?.first?["serial-number"] ?? licence?["system-id"]
    }

    /// Nil where the menu is missing or not ours to read; some singletons answer 500 to a plain read.
    private static func ifPresent<Answer>(
        _ read: () async throws(RouterError) -> Answer
    ) async throws(RouterError) -> Answer? {
        do throws(RouterError) {
            return try await read()
        } catch {
            switch error.kind {
            case .menuAbsent, .forbidden, .failure: return nil
            default: throw error
            }
        }
    }

    private static func clock(
        over transport: any RouterTransport, now: @Sendable () -> Instant
    ) async throws(RouterError) -> (offset: Span, zone: Span)? {
        let before = now()
        let clock = try await transport.readRecord(.systemClock, properties: ["date", "time", "gmt-offset"])
        let middle = Instant(milliseconds: (before.milliseconds + now().milliseconds) / 2)
        guard let date = clock["date"], let time = clock["time"], let local = RouterDate("\(date) \(time)"),
            let zone = clock["gmt-offset"].flatMap({ RouterDate.offset($0) })
        else { return nil }
        return (local.instant(offset: zone) - middle, zone)
    }

    /// The policies that the group grants; a refused one is listed with an exclamation mark.
    private static func policies(
        of user: String, over transport: any RouterTransport
    ) async throws(RouterError) -> Set<String>? {
        try await ifPresent { () throws(RouterError) -> Set<String>? in
            let users = try await transport.read(.user, where: [("name", user)], properties: ["name", "group"])
            guard let group = users.first?["group"] else { return nil }
            let groups = try await transport.read(.userGroup, where: [("name", group)], properties: ["name", "policy"])
            return groups.first.map { Set($0.list("policy").filter { !$0.hasPrefix("!") }) }
        } ?? nil
    }
}

extension RouterProbe.Server {
    init?(_ record: RouterRecord) {
        guard let name = record["name"] else { return nil }
        self.init(
            name: name, interface: record["interface"] ?? "", profile: record["profile"] ?? "default",
            isDisabled: record.flag("disabled"), isInvalid: record.flag("invalid"))
    }
}

extension RouterProbe.ServerProfile {
    init?(_ record: RouterRecord) {
        guard let name = record["name"] else { return nil }
        self.init(
            name: name, loginBy: Set(record.list("login-by")), dnsName: record["dns-name"],
            htmlDirectory: record["html-directory-override"] ?? record["html-directory"],
            usesRADIUS: record.flag("use-radius"))
    }
}
