package import Values

/// What this product does with a hotspot.
///
/// Every operation may be repeated: it looks first, and does what is missing.
package struct HotspotClient: Sendable {
    let transport: any RouterTransport
    let pause: @Sendable (Span) async -> Void

    package init(_ transport: any RouterTransport) {
        self.init(transport) { try? await Task.sleep(for: .milliseconds($0.milliseconds)) }
    }

    /// A client with its own way to pass the time.
    package init(_ transport: any RouterTransport, pause: @escaping @Sendable (Span) async -> Void) {
        self.transport = transport
        self.pause = pause
    }

    /// What an upsert came to.
    package enum Change: Hashable, Sendable {
        case created, changed, unchanged
    }

    /// Brings a user profile to the given state.
    ///
    /// Profiles have no comment to tag: the name alone makes it ours.
    @discardableResult package func upsert(_ profile: HotspotProfile) async throws(RouterError) -> Change {
        let row = profile.row
        let change = try await bring(row)
        var last = row
        last.fields = [profile.macCookieField]
        guard let record = try await find(row), try await write(last, record) else { return change }
        return change == .created ? .created : .changed
    }

    /// Brings a user to the given state; its profile must be there already.
    ///
    /// A password that reads back masked cannot be compared: it is written at creation, and again with
    /// `rewritingPassword`.
    ///
    /// A user of that name without our tag throws `notOurs` and is left alone.
    @discardableResult package func upsert(
        _ user: HotspotUser, rewritingPassword: Bool = false
    ) async throws(RouterError) -> Change {
        var row = user.row
        if rewritingPassword { row.secret = nil }
        return try await bring(row)
    }

    /// Who is online.
    package func active() async throws(RouterError) -> [HotspotSession] {
        try await transport.read(.hotspotActive, properties: HotspotSession.properties).compactMap {
            HotspotSession($0)
        }
    }

    /// All users, or those of ours alone.
    package func users(ours: Bool = true) async throws(RouterError) -> [HotspotUserState] {
        let users = try await transport.read(.hotspotUser, properties: HotspotUserState.properties)
            .compactMap { HotspotUserState($0) }
        return ours ? users.filter { $0.tag != nil } : users
    }

    /// A user with the sessions under way; nil where there is no such user.
    ///
    /// The two are read one after the other, and a session that ended in between would count twice: then both are read
    /// anew.
    package func standing(of user: String) async throws(RouterError) -> HotspotStanding? {
        var sessions = try await sessions(of: user)
        for _ in 0..<3 {
            let rows = try await transport.read(
                .hotspotUser, where: [("name", user)], properties: HotspotUserState.properties)
            guard let state = rows.lazy.compactMap({ HotspotUserState($0) }).first else { return nil }
            guard !sessions.isEmpty else { return HotspotStanding(user: state, sessions: []) }
            let later = try await self.sessions(of: user)
            if later.map(\.id) == sessions.map(\.id) { return HotspotStanding(user: state, sessions: sessions) }
            sessions = later
        }
        throw RouterError(.notReady, in: .hotspotActive)
    }

    private func sessions(of user: String) async throws(RouterError) -> [HotspotSession] {
        try await transport.read(.hotspotActive, where: [("user", user)], properties: HotspotSession.properties)
            .compactMap { HotspotSession($0) }
    }
}

extension HotspotClient {
    /// Adds the row or sets what differs, and believes it when it is read back.
    func bring(_ row: RouterRow) async throws(RouterError) -> Change {
        if let record = try await find(row) { return try await update(row, record) }
        do throws(RouterError) {
            _ = try await transport.add(row.menu, row.initial)
        } catch  where error.kind == .alreadyExists {
            // Someone was quicker, or an earlier attempt whose answer was lost.
            guard let record = try await find(row) else { throw error }
            return try await update(row, record)
        }
        guard let record = try await find(row) else { throw RouterError(.noSuchItem, in: row.menu) }
        // What the router filled in otherwise than its manual says.
        _ = try await write(row, record)
        return .created
    }

    private func update(_ row: RouterRow, _ record: RouterRecord) async throws(RouterError) -> Change {
        guard !row.isTagged || RouterTag(comment: record["comment"]) != nil else {
            throw RouterError(.notOurs, in: row.menu)
        }
        return try await write(row, record) ? .changed : .unchanged
    }

    /// Sets what the record lacks and reads it back; false where nothing was to do.
    private func write(_ row: RouterRow, _ record: RouterRecord) async throws(RouterError) -> Bool {
        let missing = row.missing(in: record)
        guard let id = record.id, !missing.isEmpty else { return false }
        try await transport.set(row.menu, id, missing)
        guard let record = try await find(row) else { throw RouterError(.noSuchItem, in: row.menu) }
        // A masked password tells nothing either way.
        var written = row
        written.fields = missing
        written.secret = "password"
        if let field = written.missing(in: record).first {
            throw RouterError(.notApplied(property: field.name), in: row.menu)
        }
        return true
    }

    private func find(_ row: RouterRow) async throws(RouterError) -> RouterRecord? {
        guard let name = row.key.first else { return nil }
        return try await transport.read(row.menu, where: [name], properties: row.properties).first(where: row.isFound)
    }
}
