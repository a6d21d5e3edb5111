package import Values

/// Someone who may log in to the hotspot: `/ip/hotspot/user`.
package struct HotspotUser: Hashable, Sendable {
    /// Unique together with `server`.
    package let name: String
    package var password: Secret
    /// The name of a profile that is on the router.
    package var profile: String
    /// The name of the one hotspot server where the user may log in; nil for all.
    package var server: String?
    /// Connected time in all sessions together; a limit of zero cannot be written, since zero means none.
    package var uptimeLimit = Allowance<Span>.unlimited
    /// Upload and download together, in all sessions.
    package var volumeLimit = Allowance<DataVolume>.unlimited
    /// The one device that may use the name; nil for any.
    package var device: MACAddress?
    package var isDisabled = false
    package var tag: RouterTag

    package init(name: String, password: Secret, profile: String, tag: RouterTag) {
        self.name = name
        self.password = password
        self.profile = profile
        self.tag = tag
    }

    /// Everything, the password last; empty clears.
    var fields: [RouterField] {
        [
            ("name", name), ("profile", profile), ("server", server ?? "all"),
            ("limit-uptime", RouterDuration(.seconds(uptimeLimit.limit?.secondsRoundedUp ?? 0)).text),
            ("limit-bytes-total", "\(volumeLimit.limit?.bytes ?? 0)"),
            ("mac-address", device?.description ?? ""), ("comment", tag.comment),
            ("disabled", RouterValue.text(isDisabled)), ("password", password.revealed),
        ]
    }

    /// What is read to compare.
    static let properties = [
        "name", "profile", "server", "limit-uptime", "limit-bytes-total", "mac-address", "comment", "disabled",
        "password",
    ]

    /// Whether a row certainly shows all of this, its password aside; where not, `row` tells what it lacks.
    package func isShown(by state: HotspotUserState) -> Bool {
        name == state.name && profile == state.profile && server == state.server && uptimeLimit == state.uptimeLimit
            && volumeLimit == state.volumeLimit && device == state.device && isDisabled == state.isDisabled
            && tag.comment == state.comment
    }

    /// The row that the user shall have; its password is left alone where it reads back masked.
    package var row: RouterRow {
        RouterRow(
            menu: .hotspotUser, key: [("name", name), ("server", server ?? "all")], fields: fields,
            properties: Self.properties, secret: "password", isTagged: true)
    }
}

/// A hotspot user as the router has it.
package struct HotspotUserState: Hashable, Sendable {
    package let id: RouterID
    package let name: String
    /// Nil where any server will do.
    package let server: String?
    package let profile: String
    package let comment: String?
    /// Nil where the row is not ours.
    package let tag: RouterTag?
    package let isDisabled: Bool
    package let uptimeLimit: Allowance<Span>
    package let volumeLimit: Allowance<DataVolume>
    package let device: MACAddress?
    /// Totals of the ended sessions.
    package let usage: HotspotUsage

    package static let properties =
        [
            "name", "server", "profile", "comment", "disabled", "limit-uptime", "limit-bytes-total", "mac-address",
        ] + HotspotUsage.properties

    package init?(_ record: RouterRecord) {
        guard let id = record.id, let name = record["name"] else { return nil }
        self.id = id
        self.name = name
        server = record["server"].flatMap { $0 == "all" ? nil : $0 }
        profile = record["profile"] ?? "default"
        comment = record["comment"]
        tag = RouterTag(comment: comment)
        isDisabled = record.flag("disabled")
        uptimeLimit = Allowance(record.span("limit-uptime").flatMap { $0 > .zero ? $0 : nil })
        volumeLimit = Allowance(record.number("limit-bytes-total").flatMap { $0 > 0 ? DataVolume(bytes: $0) : nil })
        device = record.mac("mac-address").flatMap { $0.bits == 0 ? nil : $0 }
        usage = HotspotUsage(record)
    }
}

/// A user and who is online under its name.
package struct HotspotStanding: Hashable, Sendable {
    package let user: HotspotUserState
    package let sessions: [HotspotSession]

    package init(user: HotspotUserState, sessions: [HotspotSession]) {
        self.user = user
        self.sessions = sessions
    }

    /// What was used in ended sessions and in those under way.
    package var usage: HotspotUsage { sessions.map(\.usage).reduce(user.usage, +) }
}

/// What was used.
package struct HotspotUsage: Hashable, Sendable {
    package let uptime: Span
    /// What the router received from the devices: upload.
    package let uploaded: DataVolume
    package let downloaded: DataVolume

    package init(uptime: Span = .zero, uploaded: DataVolume = .init(bytes: 0), downloaded: DataVolume = .init(bytes: 0))
    {
        self.uptime = uptime
        self.uploaded = uploaded
        self.downloaded = downloaded
    }

    static let properties = ["uptime", "bytes-in", "bytes-out"]

    init(_ record: RouterRecord) {
        uptime = record.span("uptime") ?? .zero
        uploaded = DataVolume(bytes: record.number("bytes-in") ?? 0)
        downloaded = DataVolume(bytes: record.number("bytes-out") ?? 0)
    }

    package static func + (left: Self, right: Self) -> Self {
        Self(
            uptime: left.uptime + right.uptime,
            uploaded: DataVolume(bytes: left.uploaded.bytes + right.uploaded.bytes),
            downloaded: DataVolume(bytes: left.downloaded.bytes + right.downloaded.bytes))
    }
}

/// One device that is online: a row of `/ip/hotspot/active`.
package struct HotspotSession: Hashable, Sendable {
    package let id: RouterID
    package let user: String
    package let mac: MACAddress?
    package let address: IPv4Address?
    package let server: String?
    /// How it came in: `http-pap`, `mac-cookie` and so on.
    package let loginBy: String?
    /// Whether a RADIUS server let it in.
    package let isRADIUS: Bool
    /// Since the login.
    package let usage: HotspotUsage
    package let timeLeft: Span?

    package static let properties =
        [
            "user", "mac-address", "address", "server", "login-by", "radius", "session-time-left",
        ] + HotspotUsage.properties

    package init?(_ record: RouterRecord) {
        guard let id = record.id else { return nil }
        self.id = id
        user = record["user"] ?? ""
        mac = record.mac("mac-address")
        address = record.address("address")
        server = record["server"]
        loginBy = record["login-by"]
        isRADIUS = record.flag("radius")
        usage = HotspotUsage(record)
        timeLeft = record.span("session-time-left")
    }
}
