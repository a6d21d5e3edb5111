package import Values

extension RouterMachine {
    /// The row and id of a user who may use the server.
    func hotspotUser(named name: String, on server: String) -> (UInt32, [String: String])? {
        guard let table = tables["/ip/hotspot/user"] else { return nil }
        let rows = table.ids(named: name).compactMap { id in table[id].map { (id, $0) } }
        return rows.first { $0.1["server"] == server } ?? rows.first { ($0.1["server"] ?? "all") == "all" }
    }

    /// A user profile; the default one where the name is not known.
    func profile(named name: String?) -> [String: String] {
        guard let table = tables["/ip/hotspot/user/profile"] else { return [:] }
        let id = table.ids(named: name ?? "default").first ?? 0
        return table[id] ?? [:]
    }

    /// The hotspot server that the phones are connected to; nil while none runs.
    var server: [String: String]? {
        guard singletons["/system/device-mode"]?["hotspot"] != "false", let table = tables["/ip/hotspot"] else {
            return nil
        }
        return table.order.lazy.compactMap { table[$0] }.first { $0["disabled"] != "true" }
    }

    /// The profile of the running server.
    var serverProfile: [String: String] {
        guard let table = tables["/ip/hotspot/profile"] else { return [:] }
        return table[table.ids(named: server?["profile"] ?? "default").first ?? 0] ?? [:]
    }

    /// The words of `login-by` that are set.
    var loginMethods: Set<String> {
        Set((serverProfile["login-by"] ?? "cookie,http-chap").split(separator: ",").map(String.init))
    }

    /// The session of a device.
    func session(of mac: MACAddress) -> Session? { hotspot.sessions.first { $0.mac == mac } }

    /// Begins a session: row, queue, cookies, log.
    mutating func open(
        _ host: Host, _ name: String, _ userID: UInt32?, _ method: LoginMethod, _ limits: Session.Limits,
        domain: String
    ) {
        let taken = Set(hotspot.sessions.filter { $0.user == name }.map(\.queueNumber))
        let number = (1...).first { !taken.contains($0) } ?? 1
        hotspot.sessions.append(
            Session(
                id: hotspot.newID(), user: name, userID: userID, mac: host.mac, address: host.address,
                server: host.server, domain: domain, method: method, since: now, limits: limits, lastTraffic: now,
                queueNumber: number))
        if let index = hotspot.hosts.firstIndex(where: { $0.mac == host.mac }) {
            hotspot.hosts[index].challenge = nil
            hotspot.hosts[index].lastTraffic = now
        }
        if method != .trial { keepMACCookie(for: host.mac, name, userID, domain) }
        note("hotspot,account,info,debug", "\(name) (\(host.address)): logged in")
    }

    private mutating func keepMACCookie(for mac: MACAddress, _ name: String, _ userID: UInt32?, _ domain: String) {
        guard loginMethods.contains("mac-cookie"), let userID,
            let row = tables["/ip/hotspot/user"]?[userID]
        else { return }
        let profile = profile(named: row["profile"])
        guard profile["add-mac-cookie"] ?? "true" == "true",
            let lifetime = Self.span(profile["mac-cookie-timeout"] ?? "3d")
        else { return }
        hotspot.cookies.removeAll { $0.mac == mac && $0.isMAC }
        hotspot.cookies.append(
            Cookie(
                id: hotspot.newID(), user: name, mac: mac, domain: domain, isMAC: true, value: "",
                expires: now + lifetime))
    }

    /// Ends a session at an instant that may lie before `now`; the user's counters grow.
    mutating func close(_ id: UInt32, because reason: String, at end: Instant? = nil) {
        guard let index = hotspot.sessions.firstIndex(where: { $0.id == id }) else { return }
        var session = hotspot.sessions.remove(at: index)
        session.usage.uptime = max(.zero, (end ?? now) - session.since)
        if let userID = session.userID, tables["/ip/hotspot/user"]?[userID] != nil {
            hotspot.totals[userID] = (hotspot.totals[userID] ?? Usage()) + session.usage
        } else if session.method == .trial {
            let reset = Self.span(serverProfile["trial-uptime-reset"] ?? "1d") ?? .days(1)
            hotspot.trials[session.mac, default: Trial(resetsAt: session.since + reset)].used =
                (hotspot.trials[session.mac]?.used ?? .zero) + session.usage.uptime
        }
        note("hotspot,info,debug", "\(session.user) (\(session.address)): logged out: \(reason)")
    }

    /// Lets time pass: limits end sessions at their own instant, idle devices are forgotten, cookies expire.
    package mutating func advance(to time: Instant) {
        guard time > now else { return }
        now = time
        if let corrected = clock.correctedAt, now >= corrected { clock.correct(at: now) }
        endSessions()
        endDuePPPSessions()
        endDueListEntries()
        hotspot.trials = hotspot.trials.filter { now < $0.value.resetsAt }
        if hotspot.cookies.contains(where: { $0.expires <= now }) {
            hotspot.cookies.removeAll { $0.expires <= now }
            touch()
        }
        forgetIdleHosts()
        if now - hotspot.savedAt >= settings.savesEvery { save() }
    }

    /// Brings the lifetime counters to the flash.
    mutating func save() {
        hotspot.savedAt = now
        hotspot.savedTotals = hotspot.totals
    }

    private mutating func endSessions() {
        for session in hotspot.sessions {
            var end: (at: Instant, reason: String)?
            func consider(_ instant: Instant?, _ reason: String) {
                guard let instant, instant <= now, instant < end?.at ?? .init(milliseconds: .max) else { return }
                end = (instant, reason)
            }
            consider(session.endsAt, "session timeout")
            consider(session.limits.idle.map { session.lastTraffic + $0 }, "idle timeout")
            if let gone = hotspot.goneSince[session.mac] {
                consider(session.limits.keepalive.map { gone + $0 }, "keepalive timeout")
            }
            if let end { close(session.id, because: end.reason, at: end.at) }
        }
    }

    /// An unauthorised device that is gone for the server's `idle-timeout` leaves the host table.
    ///
    /// One that is there stays: telephones chatter all the time, even while their owner reads the portal.
    private mutating func forgetIdleHosts() {
        guard let idle = Self.span(server?["idle-timeout"] ?? "5m") else { return }
        let active = Set(hotspot.sessions.map(\.mac))
        let count = hotspot.hosts.count
        let gone = hotspot.goneSince
        hotspot.hosts.removeAll { host in
            !active.contains(host.mac) && gone[host.mac].map { max($0, host.lastTraffic) + idle <= now } == true
        }
        if hotspot.hosts.count < count { touch() }
    }
}
