package import Values

/// What logins by PPP of one speed have in common: `/ppp/profile`.
package struct PPPProfile: Hashable, Sendable {
    /// Unique on the router.
    package let name: String
    package var rateLimit: RateLimit?
    /// The address list that holds a session's address while it lasts; nil for none.
    package var addressList: String?
    /// Which addresses sessions get, as another profile of the router says it; nil leaves what is there.
    package var addresses: PPPAddresses?

    package init(name: String) { self.name = name }

    /// The row that the profile shall have.
    package var row: RouterRow {
        var fields: [RouterField] = [
            ("name", name), ("rate-limit", rateLimit?.text ?? ""), ("only-one", "yes"),
            ("address-list", addressList ?? ""),
        ]
        if let addresses { fields += addresses.fields }
        return RouterRow(menu: .pppProfile, key: [("name", name)], fields: fields, properties: Self.properties)
    }

    /// What is read to compare.
    package static let properties = ["name", "rate-limit", "only-one", "address-list"] + PPPAddresses.properties
}

/// The router's own address in a session, the subscriber's, and the name servers that a modem is told.
package struct PPPAddresses: Hashable, Sendable {
    package static let properties = ["local-address", "remote-address", "dns-server"]

    package let local: String
    /// An address or the name of a pool; empty where each secret says its own.
    package let remote: String
    package let nameServers: String

    /// What a profile says; nil where it names a pool that is gone, which shows as its bare id.
    package init?(_ record: RouterRecord) {
        local = record["local-address"] ?? ""
        remote = record["remote-address"] ?? ""
        nameServers = record["dns-server"] ?? ""
        guard !RouterValue.isDangling(local), !RouterValue.isDangling(remote) else { return nil }
    }

    var fields: [RouterField] {
        [("local-address", local), ("remote-address", remote), ("dns-server", nameServers)]
    }
}

/// A subscriber who is connected: a row of `/ppp/active`.
package struct PPPSession: Hashable, Sendable {
    package let id: RouterID
    package let user: String
    package let caller: String?
    package let address: IPv4Address?
    package let uptime: Span
    /// What the router calls this session, as `0x81100003` (FACTS 7); another one after each login.
    package let number: String?
    /// The comment of the secret as it was at the login.
    package let comment: String?
    package let isRADIUS: Bool

    package static let properties = ["name", "caller-id", "address", "uptime", "session-id", "comment", "radius"]

    package init?(_ record: RouterRecord) {
        guard let id = record.id, let user = record["name"] else { return nil }
        self.id = id
        self.user = user
        caller = record["caller-id"]
        address = record.address("address")
        uptime = record.span("uptime") ?? .zero
        number = record["session-id"]
        comment = record["comment"]
        isRADIUS = record.flag("radius")
    }
}
