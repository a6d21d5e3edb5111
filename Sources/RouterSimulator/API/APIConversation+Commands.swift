import Values

extension APIConversation {
    /// Answers a command of a client that has logged in.
    mutating func answer(_ request: APIRequest) {
        let tag = request.tag
        do throws(RouterTrap) {
            try perform(request)
        } catch {
            send(error.reply, tag)
            send(.done(ret: nil), tag)
        }
    }

    private mutating func perform(_ request: APIRequest) throws(RouterTrap) {
        guard let user else { return }
        var command = request.command
        let isTool = command.menu.isEmpty || command.menu == "/tool"
        switch command.verb {
        case "listen":
            guard let listening = try listening(command, for: user) else { throw .noSuchCommand }
            return run(.listening(listening), request.tag)
        case "monitor-traffic" where command.arguments["once"] == nil,
            "ping" where isTool && command.arguments["count"] == nil:
            if command.verb == "ping" { command.arguments["count"] = "1" }
            command.arguments["interval"] = nil
            _ = try reply(command, user)
            return run(.repeating(command, round: 0, next: 0), request.tag)
        case "get": try get(command, user, request.tag)
        case "find": try find(command, user, request.tag)
        default:
            command.arguments["once"] = nil
            finish(try reply(command, user), command, request.tag)
        }
    }

    private func reply(_ command: RouterCommand, _ user: RouterUser) throws(RouterTrap) -> RouterReply {
        let outcome = router.with { machine, now -> Result<RouterReply, RouterTrap> in
            do throws(RouterTrap) {
                return .success(try machine.perform(command, by: user, at: now))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Rows, then the end; from 7.18 on `!empty` says that there are none (FACTS 2.1).
    private mutating func finish(_ reply: RouterReply, _ command: RouterCommand, _ tag: String?) {
        switch reply {
        case .records(let records):
            for record in records { send(.row(record, order: command.properties), tag) }
            let saysEmpty = router.with { machine, _ in machine.version >= RouterRelease(7, 18) }
            if records.isEmpty, saysEmpty { send(.empty, tag) }
            send(.done(ret: nil), tag)
        case .value(let value): send(.done(ret: value), tag)
        case .nothing: send(.done(ret: nil), tag)
        }
    }

    /// `get`: one value by `value-name`, else the row as the console writes it.
    private mutating func get(_ command: RouterCommand, _ user: RouterUser, _ tag: String?) throws(RouterTrap) {
        var plain = command
        let name = plain.arguments.removeValue(forKey: "value-name")
        guard case .records(let records) = try reply(plain, user), let record = records.first else {
            throw .noSuchItem
        }
        if let name { return send(.done(ret: record[name] ?? ""), tag) }
        let text = record.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ";")
        send(.done(ret: text), tag)
    }

    /// `find`: the numbers of all rows.
    private mutating func find(_ command: RouterCommand, _ user: RouterUser, _ tag: String?) throws(RouterTrap) {
        let reading = RouterCommand(command.menu, "print", query: command.query, properties: [".id"])
        guard case .records(let records) = try reply(reading, user) else { throw .noSuchCommand }
        send(.done(ret: records.compactMap { $0[".id"] }.joined(separator: ";")), tag)
    }

    private func listening(_ command: RouterCommand, for user: RouterUser) throws(RouterTrap) -> APIListening? {
        let reading = RouterCommand(command.menu, "print")
        guard case .records = try reply(reading, user) else { return nil }
        var listening = APIListening(
            menu: command.menu, showsSecrets: user.policies.contains("sensitive"), properties: command.properties)
        _ = listening.news(router)
        return listening
    }

    /// One round of a command that goes on until it is cancelled; `.section` counts the rounds.
    mutating func repeatRows(_ command: RouterCommand, _ round: Int, _ tag: String?) {
        guard let user, case .some(.records(let records)) = try? reply(command, user) else { return }
        for var record in records {
            if command.verb == "ping" {
                for name in ["sent", "received"] { record[name] = String(round + 1) }
                record["seq"] = String(round)
            } else {
                record[".section"] = String(round)
            }
            send(.row(record, order: nil), tag)
        }
    }
}

/// What a `listen` has told already: rows that changed come whole, rows that went with `.dead`.
///
/// Counters and times that run by themselves are no change. Source: FACTS 2.3 and the captured dialogue.
struct APIListening: Sendable {
    let menu: String
    let showsSecrets: Bool
    let properties: [String]?
    private var revision = -1
    private var known: [String: Record] = [:]

    init(menu: String, showsSecrets: Bool, properties: [String]?) {
        self.menu = menu
        self.showsSecrets = showsSecrets
        self.properties = properties
    }

    private static let running: Set<String> = [
        "uptime", "idle-time", "session-time-left", "expires-in", "expires-after", "last-seen", "age", "timeout",
        "bytes", "packets", "bytes-in", "bytes-out", "packets-in", "packets-out", "rate", "hits", "rx-byte", "tx-byte",
        "rx-packet", "tx-packet", "cpu-load", "free-memory", "time", "date", "last-handshake", "rx", "tx",
    ]

    /// What has happened since the last call.
    mutating func news(_ router: SimulatedRouter) -> [APIReply] {
        let (last, menu, showsSecrets) = (revision, menu, showsSecrets)
        let found = router.with { machine, _ -> (Int, [Record])? in
            guard machine.revision != last else { return nil }
            return (machine.revision, machine.records(of: menu, showingSecrets: showsSecrets))
        }
        guard let (now, records) = found else { return [] }
        revision = now
        var gone = known
        var news: [APIReply] = []
        for record in records {
            let id = record[".id"] ?? ""
            let lasting = menu == "/log" ? record : record.filter { !Self.running.contains($0.key) }
            gone[id] = nil
            guard known.updateValue(lasting, forKey: id) != lasting else { continue }
            news.append(.row(record, order: properties.map { [".id"] + $0.filter { $0 != ".id" } }))
        }
        for id in gone.keys.sorted() {
            known[id] = nil
            news.append(.row([".id": id, ".dead": "true"], order: [".id", ".dead"]))
        }
        return news
    }
}
