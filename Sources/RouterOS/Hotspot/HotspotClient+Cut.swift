package import Values

/// What a cut found and removed.
package struct HotspotCut: Hashable, Sendable {
    package var disabledUsers = 0
    package var cookies = 0
    package var sessions = 0
    package var hosts = 0
    package var removedUsers = 0

    package init() {}
}

extension HotspotClient {
    /// Ends the access of users and devices at once, and keeps it ended.
    ///
    /// A user that is only removed stays online, and a device with a cookie comes back without a password: so users are
    /// disabled first, then cookies, sessions and hosts go, then the users. What has vanished meanwhile counts as done.
    ///
    /// Users without our tag throw `notOurs` before anything is touched.
    @discardableResult package func cut(
        users names: [String], devices: [MACAddress] = [], removingUsers: Bool = true
    ) async throws(RouterError) -> HotspotCut {
        var cut = HotspotCut()
        let users = try await rows(.hotspotUser, "name", names, ["name", "comment", "disabled"])
        guard users.allSatisfy({ RouterTag(comment: $0["comment"]) != nil }) else {
            throw RouterError(.notOurs, in: .hotspotUser)
        }
        for user in users where !user.flag("disabled") {
            let isDone = try await tolerant(user) { id throws(RouterError) in
                try await transport.set(.hotspotUser, id, [("disabled", "true")])
            }
            if isDone { cut.disabledUsers += 1 }
        }
        let sessions = try await rows(.hotspotActive, "user", names, ["user", "mac-address"])
        // Devices that came in under the names lose their cookies and hosts too.
        let macs = Set(devices.map(\.description) + sessions.compactMap { $0.mac("mac-address")?.description }).sorted()
        cut.cookies = try await remove(.hotspotCookie, [("user", names), ("mac-address", macs)])
        cut.sessions = try await remove(.hotspotActive, [("user", names), ("mac-address", macs)])
        cut.hosts = try await remove(.hotspotHost, [("mac-address", macs)])
        guard removingUsers else { return cut }
        for user in users where try await removed(user, from: .hotspotUser) {
            cut.removedUsers += 1
        }
        return cut
    }

    /// Removes a user whose sessions are over; one that is gone counts as done.
    package func removeUser(_ name: String) async throws(RouterError) {
        for user in try await rows(.hotspotUser, "name", [name], ["name", "comment"]) {
            guard RouterTag(comment: user["comment"]) != nil else { throw RouterError(.notOurs, in: .hotspotUser) }
            _ = try await removed(user, from: .hotspotUser)
        }
    }

    /// Removes the rows where any of the properties has one of its values; says how many were there.
    private func remove(_ menu: Menu, _ keys: [(property: String, values: [String])]) async throws(RouterError) -> Int {
        var seen: Set<RouterID?> = []
        var count = 0
        for key in keys {
            for row in try await rows(menu, key.property, key.values, [key.property])
            where seen.insert(row.id).inserted {
                if try await removed(row, from: menu) { count += 1 }
            }
        }
        return count
    }

    private func removed(_ row: RouterRecord, from menu: Menu) async throws(RouterError) -> Bool {
        try await tolerant(row) { id throws(RouterError) in try await transport.remove(menu, id) }
    }

    /// Does something to a row; false where it is gone.
    private func tolerant(
        _ row: RouterRecord, _ deed: (RouterID) async throws(RouterError) -> Void
    ) async throws(RouterError) -> Bool {
        guard let id = row.id else { return false }
        do throws(RouterError) {
            try await deed(id)
            return true
        } catch  where error.kind == .noSuchItem {
            return false
        }
    }

    /// The rows where a property has one of the values: asked one by one where they are few, picked here where many.
    private func rows(
        _ menu: Menu, _ property: String, _ values: [String], _ properties: [String]
    ) async throws(RouterError) -> [RouterRecord] {
        guard values.count > 4 else {
            var rows: [RouterRecord] = []
            for value in values {
                rows += try await transport.read(menu, where: [(property, value)], properties: properties)
            }
            return rows
        }
        let wanted = Set(values)
        return try await transport.read(menu, properties: properties).filter { wanted.contains($0[property] ?? "") }
    }
}
