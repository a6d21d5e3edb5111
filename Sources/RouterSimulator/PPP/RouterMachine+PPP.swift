package import Values

/// Subscribers that dial in by PPPoE.
extension RouterMachine {
    /// A subscriber's modem dials in; returns its address.
    ///
    /// - Throws: Why the router does not let it in.
    @discardableResult
    package mutating func dial(
        _ user: String, password: String, from caller: MACAddress, at time: Instant
    ) throws(PPPRefusal) -> IPv4Address {
        advance(to: time)
        guard
            let server = tables["/interface/pppoe-server/server"]?.rows.values.first(where: {
                $0["disabled"] == "false"
            })
        else { throw .noServer }
        let secret = try secret(of: user, password)
        if let wanted = secret["caller-id"], !wanted.isEmpty, MACAddress(wanted) != caller { throw .wrongCaller }
        let profile = profile(of: secret)
        // A modem that dials anew has lost its former session.
        if server["one-session-per-host"] == "true" {
            for session in pppSessions where session.caller == caller { end(session, because: "peer-request") }
        }
        if let most = server["max-sessions"].flatMap({ Int($0) }), pppSessions.count >= most { throw .full }
        if profile["only-one"] == "yes", pppSessions.contains(where: { $0.user == user }) { throw .alreadyConnected }
        guard let address = freeAddress(secret, profile) else { throw .noAddress }
        let device = tables["/interface", default: Table()].insert(
            [
                "name": deviceName(of: user), "type": "pppoe-in", "dynamic": "true", "mtu": "1480",
                "actual-mtu": "1480",
            ].merging(Self.freshCounters) { own, _ in own })
        tables["/interface/pppoe-server", default: Table()].restore(
            device,
            [
                "name": deviceName(of: user), "user": user, "service": "", "remote-address": caller.description,
                "running": "true", "dynamic": "true", "mtu": "1480", "mru": "1480",
            ])
        pppCount += 1
        pppSessions.append(
            PPPSession(
                id: pppCount, device: device, user: user, caller: caller, address: address, since: now,
                comment: secret["comment"] ?? "", terms: PPPTerms(secret: secret, profile: profile), lastTraffic: now))
        touch()
        note("pppoe,ppp,info,account", "\(user) logged in, \(address) from \(caller)")
        return address
    }

    /// The first device of a user is `<pppoe-NAME>`, further ones carry a number.
    private func deviceName(of user: String) -> String {
        let taken = tables["/interface"] ?? Table()
        let plain = "<pppoe-\(user)>"
        guard !taken.ids(named: plain).isEmpty else { return plain }
        return (1...).lazy.map { "<pppoe-\(user)-\($0)>" }.first { taken.ids(named: $0).isEmpty } ?? plain
    }

    private func secret(of user: String, _ password: String) throws(PPPRefusal) -> [String: String] {
        guard let table = tables["/ppp/secret"], let id = table.ids(named: user).first, let row = table[id],
            ["any", "pppoe"].contains(row["service"] ?? "any")
        else { throw .unknownUser }
        guard row["disabled"] != "true" else { throw .disabled }
        guard row["password"] ?? "" == password else { throw .wrongPassword }
        return row
    }

    private func profile(of secret: [String: String]) -> [String: String] {
        let name = secret["profile"] ?? "default"
        guard let table = tables["/ppp/profile"], let id = table.ids(named: name).first else { return [:] }
        return table[id] ?? [:]
    }

    /// The secret's address before the profile's; either may name a pool.
    private func freeAddress(_ secret: [String: String], _ profile: [String: String]) -> IPv4Address? {
        let words = [secret["remote-address"], profile["remote-address"]].compactMap(\.self)
        guard let wanted = words.first(where: { !$0.isEmpty }) else { return nil }
        if let fixed = IPv4Address(wanted) { return fixed }
        guard let pools = tables["/ip/pool"], let id = pools.ids(named: wanted).first else { return nil }
        let taken = Set(pppSessions.map(\.address.bits) + hotspot.phones.values.map(\.address.bits))
        for range in (pools[id]?["ranges"] ?? "").split(separator: ",").compactMap({ AddressRange($0) }) {
            if let free = range.range.first(where: { !taken.contains($0) }) { return IPv4Address(bits: free) }
        }
        return nil
    }

    /// Counts what a subscriber sent and received; false where nobody of that name is connected.
    @discardableResult
    package mutating func pppTraffic(_ user: String, up: Int64, down: Int64, at time: Instant) -> Bool {
        advance(to: time)
        guard let index = pppSessions.firstIndex(where: { $0.user == user }) else { return false }
        let (session, terms) = (pppSessions[index], pppSessions[index].terms)
        let passedUp = min(up, terms.limitIn.map { max(0, $0 - session.up) } ?? .max)
        let passedDown = min(down, terms.limitOut.map { max(0, $0 - session.down) } ?? .max)
        pppSessions[index].up += passedUp
        pppSessions[index].down += passedDown
        pppSessions[index].lastTraffic = now
        // The router receives what the subscriber sends.
        countDevice(session.device, received: passedUp, sent: passedDown)
        countUplink(from: nil, up: passedUp, down: passedDown)
        countQueue(
            of: session.address, on: tables["/interface"]?[session.device]?["name"], up: passedUp, down: passedDown)
        let after = pppSessions[index]
        let isUsedUp =
            terms.limitIn.map { after.up >= $0 } == true || terms.limitOut.map { after.down >= $0 } == true
        if isUsedUp { end(after, because: "traffic-limit") }
        return true
    }

    /// Ends the sessions whose time is over.
    mutating func endDuePPPSessions() {
        for session in pppSessions {
            if let due = session.end, due.at <= now { end(session, because: due.reason) }
        }
    }

    /// The modem hangs up, or its line is cut.
    package mutating func hangUp(_ user: String, because reason: String = "hangup", at time: Instant) {
        advance(to: time)
        for session in pppSessions where session.user == user { end(session, because: reason) }
    }

    mutating func endPPPSessions(because reason: String) {
        for session in pppSessions { end(session, because: reason) }
    }

    /// `remove` of `/ppp/active`: the only way to make a change of a secret count (FACTS 7).
    mutating func removePPP(_ ids: Set<UInt32>) {
        for session in pppSessions where ids.contains(session.id) { end(session, because: "admin-reset") }
    }

    private mutating func end(_ session: PPPSession, because reason: String) {
        pppSessions.removeAll { $0.id == session.id }
        for path in ["/interface", "/interface/pppoe-server"] { tables[path]?.remove(session.device) }
        note("pppoe,ppp,info,account", "\(session.user) logged out, \((now - session.since).milliseconds / 1_000) s")
        guard let id = tables["/ppp/secret"]?.ids(named: session.user).first, var row = tables["/ppp/secret"]?[id]
        else { return }
        row["last-logged-out"] = clock.dateTime(at: now, version)
        row["last-caller-id"] = session.caller.description
        row["last-disconnect-reason"] = reason
        tables["/ppp/secret"]?.update(id, row)
    }

    // MARK: Reading

    /// The rows of `/ppp/active`; the keys are the captured ones.
    var pppRows: [(id: UInt32, values: [String: String])] {
        pppSessions.map { session in
            (
                session.id,
                [
                    "name": session.user, "service": "pppoe", "caller-id": session.caller.description,
                    "address": session.address.description, "uptime": RouterDuration.text(now - session.since),
                    "encoding": "", "session-id": "0x" + String(0x8110_0000 + session.id, radix: 16),
                    "limit-bytes-in": String(session.terms.limitIn ?? 0),
                    "limit-bytes-out": String(session.terms.limitOut ?? 0), "radius": "false",
                    "comment": session.comment,
                ]
            )
        }
    }

    /// The queues that profiles make for subscribers.
    var pppQueues: [Record] {
        pppSessions.compactMap { session in
            guard let limits = QueueLimits(session.terms.rate) else { return nil }
            let name = tables["/interface"]?[session.device]?["name"] ?? ""
            let parent = session.terms.parentQueue
            return Self.dynamicQueue(
                0x200_0000 + session.id, name, target: name, limits, up: session.up, down: session.down,
                under: parent.isEmpty ? "none" : parent)
        }
    }

    /// The entries that profiles make for subscribers while they are connected.
    var pppListRows: [Record] {
        pppSessions.flatMap { session in
            session.terms.addressLists.enumerated().map { index, list in
                [
                    ".id": RowNumber.text(0x200_0000 + session.id * 16 + UInt32(index)), "list": list,
                    "address": session.address.description, "dynamic": "true", "disabled": "false",
                    "creation-time": clock.dateTime(at: session.since, version),
                ]
            }
        }
    }
}
