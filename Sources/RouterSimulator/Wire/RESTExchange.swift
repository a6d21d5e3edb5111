import Values
import Wires

/// One REST request to a simulated router, apart from its wire: FACTS 1.
struct RESTExchange {
    let request: WireRequest
    /// What is asked for; nil where the path means nothing, which `refusal` explains.
    private(set) var path: RESTPath?
    private var refusal: RouterTrap?

    /// Nil for what does not begin with `/rest`.
    init?(_ request: WireRequest, _ tree: MenuTree) {
        let target = request.target.prefix { $0 != "?" }
        guard target == "/rest" || target.hasPrefix("/rest/") else { return nil }
        self.request = request
        do throws(RouterTrap) {
            path = try RESTPath(request.method, String(target.dropFirst(5)), tree)
        } catch {
            refusal = error
        }
    }

    /// Carries the request out.
    func answer(_ machine: inout RouterMachine, at now: Instant) -> WireAnswer {
        guard let user = user(machine) else {
            return Self.error(401).with("WWW-Authenticate", "Basic realm=\"lango-routersim\"")
        }
        machine.noteSession(of: user.name, from: request.peerAddress.description, at: now)
        guard ["GET", "PUT", "PATCH", "DELETE", "POST"].contains(request.method) else { return Self.error(501) }
        do throws(RouterTrap) {
            guard let path else { throw refusal ?? .noSuchCommand }
            guard let body = body() else { return Self.error(415) }
            guard let members = (body ?? .object([:])).members else { return Self.error(400, "invalid JSON") }
            // Names and comments stand in the JSON byte for byte, whatever code page they are of.
            var answer = try perform(path, members, user, &machine, now)
            if answer.body.contains(0xEE) { answer.body = APIText.bytes(String(decoding: answer.body, as: UTF8.self)) }
            return answer
        } catch {
            return answer(to: error)
        }
    }

    private func user(_ machine: RouterMachine) -> RouterUser? {
        guard let header = request.header("authorization"), header.lowercased().hasPrefix("basic "),
            let bytes = Base64.decode(header.dropFirst(6))
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let colon = text.firstIndex(of: ":"),
            let user = machine.user(
                named: String(text[..<colon]), password: String(text[text.index(after: colon)...]),
                from: request.peerAddress),
            user.policies.contains("rest-api")
        else { return nil }
        return user
    }

    /// The body: nil for a wrong content type, `.some(nil)` for none.
    private func body() -> WireJSON?? {
        guard !request.body.isEmpty else { return .some(nil) }
        let type = (request.header("content-type") ?? "").prefix { $0 != ";" }
        guard type.lowercased() == "application/json" else { return nil }
        return .some(WireJSON(Array(APIText.text(request.body[...]).utf8)) ?? .null)
    }

    private func perform(
        _ path: RESTPath, _ members: [String: WireJSON], _ user: RouterUser, _ machine: inout RouterMachine,
        _ now: Instant
    ) throws(RouterTrap) -> WireAnswer {
        var command = RouterCommand(path.menu, path.verb)
        for (name, value) in members {
            switch (name, value) {
            case (".query", .array(let words)): command.query = words.compactMap(\.text)
            case (".proplist", _): command.properties = Self.list(value)
            case (_, .null): command.arguments[name] = ""
            default: command.arguments[name] = value.text ?? Self.list(value).joined(separator: ",")
            }
        }
        if path.verb == "listen" {
            throw machine.tree[path.menu]?.isSingleton == true ? .unknown("follow-only") : .sessionClosed
        }
        if path.verb == "unset" { throw .noSuchCommand }
        // Some singletons know no `print` over REST; seen on 7.2x.
        if path.menu == "/system/device-mode", path.verb == "print", request.method == "POST" { return Self.error(500) }
        if let row = path.row { command.arguments[".id"] = row }
        if request.method == "GET" { readQuery(into: &command) }
        let reply = try machine.perform(command, by: user, at: now)
        return try answer(to: reply, command, user, &machine, now)
    }

    private static func list(_ value: WireJSON) -> [String] {
        if case .array(let words) = value { return words.compactMap(\.text) }
        return (value.text ?? "").split(separator: ",").map { String($0) }
    }

    private func readQuery(into command: inout RouterCommand) {
        let query = request.target.drop { $0 != "?" }.dropFirst()
        for (name, value) in PercentText.fields(query) {
            if name == ".proplist" {
                command.properties = value.split(separator: ",").map { String($0) }
            } else {
                command.query.append("\(name)=\(value)")
            }
        }
    }

    private func answer(
        to reply: RouterReply, _ command: RouterCommand, _ user: RouterUser, _ machine: inout RouterMachine,
        _ now: Instant
    ) throws(RouterTrap) -> WireAnswer {
        switch (request.method, reply) {
        case ("PUT", .value(let id)): return .json(201, try record(id, command, user, &machine, now))
        case ("PATCH", _): return .json(200, try record(command.arguments[".id"] ?? "", command, user, &machine, now))
        case ("DELETE", _): return WireAnswer(204)
        case (_, .value(let value)): return .json(200, .object(["ret": .string(value)]))
        case (_, .nothing): return .json(200, .array([]))
        case (_, .records(let records)):
            let isOne = command.verb == "get" || machine.tree[command.menu]?.isSingleton == true
            guard isOne else { return .json(200, .array(records.map { .record($0) })) }
            return .json(200, records.first.map { .record($0) } ?? .object([:]))
        }
    }

    /// The row as it is now.
    private func record(
        _ id: String, _ command: RouterCommand, _ user: RouterUser, _ machine: inout RouterMachine, _ now: Instant
    ) throws(RouterTrap) -> WireJSON {
        let reading = RouterCommand(command.menu, "get", [".id": id])
        // Whoever may write and not read still sees what was written.
        let reader = RouterUser(name: user.name, policies: user.policies.union(["read"]))
        guard case .records(let records) = try machine.perform(reading, by: reader, at: now), let record = records.first
        else { return .object([:]) }
        return .record(record)
    }

    private func answer(to trap: RouterTrap) -> WireAnswer {
        switch trap.kind {
        case .argument, .command: Self.error(400, trap.message)
        case .notAcceptable:
            request.method == "POST" ? Self.error(400, "no such command") : Self.error(406, trap.message)
        case .missingRow: Self.error(404, request.method == "POST" ? trap.message : nil)
        case .policy: Self.error(500, trap.message)
        }
    }

    /// `{"detail":…,"error":…,"message":…}`; the only number in the router's JSON is the error.
    static func error(_ status: Int, _ detail: String? = nil) -> WireAnswer {
        var members: [String: WireJSON] = [
            "error": .number(status), "message": .string(WireAnswer.reasons[status] ?? "Error"),
        ]
        if let detail { members["detail"] = .string(detail) }
        return .json(status, .object(members))
    }
}

extension WireAnswer {
    /// Whether the router gave up on a command that does not end.
    var isSessionClosed: Bool { status == 400 && WireJSON(body)?["detail"]?.text == RouterTrap.sessionClosed.message }

    func with(_ name: String, _ value: String) -> WireAnswer {
        var copy = self
        copy.headers.append((name, value))
        return copy
    }
}

/// RFC 4648 section 4.
enum Base64 {
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in text.utf8 where byte != UInt8(ascii: "=") {
            guard let value = value(byte) else { return nil }
            bits = bits << 6 | value
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        return bytes
    }

    private static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 65...90: UInt32(byte - 65)
        case 97...122: UInt32(byte - 71)
        case 48...57: UInt32(byte + 4)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
