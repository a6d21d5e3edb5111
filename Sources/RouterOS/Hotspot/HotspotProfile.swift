package import Values

/// What a package means to the hotspot: `/ip/hotspot/user/profile`.
package struct HotspotProfile: Hashable, Sendable {
    /// Unique on the router.
    package let name: String
    package var rateLimit: RateLimit?
    /// How many devices may be online at once under one user.
    package var sharedUsers = Allowance<Int64>.upTo(1)
    /// How long one login lasts at most; it starts again with each login, so a prepaid time belongs to the user.
    package var sessionTimeout = Allowance<Span>.unlimited
    /// After how long without traffic a device is taken off.
    package var idleTimeout = Allowance<Span>.unlimited
    /// After how long out of reach a device is taken off.
    package var keepaliveTimeout = Allowance<Span>.upTo(.minutes(2))
    /// How long a device may come back without logging in; nil where it must log in each time.
    package var macCookieTimeout: Span?

    package init(name: String) { self.name = name }

    /// Everything but `add-mac-cookie`, which must be sent alone; see `macCookieField`.
    var fields: [RouterField] {
        var fields: [RouterField] = [
            ("name", name), ("rate-limit", rateLimit?.text ?? ""),
            ("shared-users", sharedUsers.limit.map { "\($0)" } ?? "unlimited"),
            ("session-timeout", RouterDuration(sessionTimeout.limit ?? .zero).text),
            ("idle-timeout", idleTimeout.limit.map { RouterDuration($0).text } ?? "none"),
            ("keepalive-timeout", keepaliveTimeout.limit.map { RouterDuration($0).text } ?? "none"),
        ]
        if let macCookieTimeout { fields.append(("mac-cookie-timeout", RouterDuration(macCookieTimeout).text)) }
        return fields
    }

    /// Sent alone and last: at creation it is ignored, and a change of `mac-cookie-timeout` sets it back to true
    /// (measured on 7.24.4).
    package var macCookieField: RouterField { ("add-mac-cookie", RouterValue.text(macCookieTimeout != nil)) }

    /// The row that the profile shall have, but for `macCookieField`.
    package var row: RouterRow {
        RouterRow(
            menu: .hotspotUserProfile, key: [("name", name)], fields: fields, properties: Self.properties)
    }

    /// What is read to compare.
    package static let properties = [
        "name", "rate-limit", "shared-users", "session-timeout", "idle-timeout", "keepalive-timeout", "add-mac-cookie",
        "mac-cookie-timeout",
    ]
}
