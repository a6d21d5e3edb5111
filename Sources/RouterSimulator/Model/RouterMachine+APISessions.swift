import Values

/// Who is signed in to the router itself: a row of `/user/active`.
///
/// The router keeps one for each user and address and never drops it (FACTS 1.5).
struct APISession: Hashable, Sendable {
    let user: String
    let address: String
    let since: String
}

extension RouterMachine {
    /// Notes that a user came by REST; the first time from an address leaves a line in the log.
    mutating func noteSession(of user: String, from address: String, at time: Instant) {
        guard !apiSessions.contains(where: { $0.user == user && $0.address == address }) else { return }
        advance(to: time)
        apiSessions.append(APISession(user: user, address: address, since: clock.dateTime(at: now, version)))
        note("system,info,account", "user \(user) logged in from \(address) via rest-api")
    }

    /// Whether a service is on and takes clients of that address.
    ///
    /// The router accepts the connection and closes it without a word (FACTS 1.1).
    func admits(_ peer: IPv4Address, to service: String) -> Bool {
        guard let table = tables["/ip/service"], let id = table.ids(named: service).first, let row = table[id] else {
            return false
        }
        let blocks = (row["available-from"] ?? "") + "," + (row["address"] ?? "")
        let ranges = blocks.split(separator: ",").compactMap { AddressRange($0) }
        return row["disabled"] != "true" && (ranges.isEmpty || ranges.contains { $0.contains(peer) })
    }

    /// The rows of `/user/active`.
    var apiSessionRows: [(id: UInt32, values: [String: String])] {
        apiSessions.enumerated().map { index, session in
            (
                UInt32(index + 1),
                [
                    "name": session.user, "address": session.address, "via": "rest-api", "when": session.since,
                    "group": tables["/user"]?.ids(named: session.user).first
                        .flatMap { tables["/user"]?[$0]?["group"] } ?? "",
                ]
            )
        }
    }
}
