import Values

/// Who is signed in to the router itself: a row of `/user/active`.
///
/// For REST the router keeps one for each user and address and never drops it (FACTS 1.5); one of the binary API lasts
/// as long as its connection.
struct APISession: Hashable, Sendable {
    let id: UInt32
    let user: String
    /// `rest-api`, `api` or `ssh`.
    let via: String
    let address: String
    let since: String
}

extension RouterMachine {
    /// Notes that a user came by REST; the first time from an address leaves a line in the log.
    mutating func noteSession(of user: String, from address: String, at time: Instant) {
        let isKnown = apiSessions.contains { $0.via == "rest-api" && $0.user == user && $0.address == address }
        if !isKnown { openSession(of: user, from: address, via: "rest-api", at: time) }
    }

    /// Notes that a user came; returns the number of the row in `/user/active`.
    @discardableResult
    mutating func openSession(of user: String, from address: String, via: String, at time: Instant) -> UInt32 {
        advance(to: time)
        sessionCount += 1
        let since = clock.dateTime(at: now, version)
        apiSessions.append(APISession(id: sessionCount, user: user, via: via, address: address, since: since))
        note("system,info,account", "user \(user) logged in from \(address) via \(via)")
        return sessionCount
    }

    /// Notes that a user has gone.
    mutating func closeSession(_ id: UInt32, at time: Instant) {
        advance(to: time)
        guard let index = apiSessions.firstIndex(where: { $0.id == id }) else { return }
        let session = apiSessions.remove(at: index)
        note("system,info,account", "user \(session.user) logged out from \(session.address) via \(session.via)")
    }

    /// Whether a service is on, takes clients of that address and has not too many; FACTS 1.1.
    ///
    /// The router accepts the connection and closes it without a word.
    func admits(_ peer: IPv4Address, to service: String) -> Bool {
        guard let table = tables["/ip/service"], let id = table.ids(named: service).first, let row = table[id] else {
            return false
        }
        if let most = Int(row["max-sessions"] ?? "20"), version >= RouterRelease(7, 16), !service.hasPrefix("www"),
            apiSessions.count(where: { $0.via == service || $0.via + "-ssl" == service }) >= most
        {
            return false
        }
        let blocks = (row["available-from"] ?? "") + "," + (row["address"] ?? "")
        let ranges = blocks.split(separator: ",").compactMap { AddressRange($0) }
        return row["disabled"] != "true" && (ranges.isEmpty || ranges.contains { $0.contains(peer) })
    }

    /// The rows of `/user/active`.
    var apiSessionRows: [(id: UInt32, values: [String: String])] {
        apiSessions.map { session in
            (
                session.id,
                [
                    "name": session.user, "address": session.address, "via": session.via, "when": session.since,
                    "group": tables["/user"]?.ids(named: session.user).first
                        .flatMap { tables["/user"]?[$0]?["group"] } ?? "",
                ]
            )
        }
    }
}
