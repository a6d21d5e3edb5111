import Values

/// One client of the binary API, apart from its wire: sentences go in, bytes come out.
///
/// Commands run side by side, told apart by their tags; what takes time waits in `running` and is looked at by
/// `advance`. Source: FACTS 2.
struct APIConversation {
    /// A command that has not ended.
    struct Running {
        /// What it waits for.
        enum Work {
            /// A fault delays it until then.
            case late(APIRequest, hits: [Fault.Kind], until: Instant)
            /// A fault holds it until faults are cleared.
            case hanging(patience: Int)
            case listening(APIListening)
            /// Sends its rows again and again, as a monitor does.
            case repeating(RouterCommand, round: Int, next: Instant)
        }

        let tag: String?
        var work: Work
    }

    let router: SimulatedRouter
    let peer: IPv4Address
    /// The bytes that wait to be sent.
    private(set) var output: [UInt8] = []
    /// Whether the connection ends once `output` is sent.
    private(set) var isOver = false
    var user: RouterUser?
    private(set) var running: [Running] = []
    private var session: UInt32?
    /// What a client before 6.43 must answer to.
    private var challenge: [UInt8] = []

    init(_ router: SimulatedRouter, peer: IPv4Address) {
        self.router = router
        self.peer = peer
    }

    /// Whether changes of the router matter to it.
    var isListening: Bool {
        running.contains { command in if case .listening = command.work { true } else { false } }
    }

    /// How long nothing will happen by itself.
    func calm(at now: Instant) -> Span {
        running.reduce(.seconds(1)) { calm, command in
            switch command.work {
            case .late(_, _, let until): min(calm, until - now)
            case .repeating(_, _, let next): min(calm, next - now)
            case .hanging: min(calm, Span(milliseconds: 20))
            case .listening: calm
            }
        }
    }

    /// Takes the bytes to send.
    mutating func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    /// Takes one sentence of the client.
    mutating func take(_ sentence: APISentence, at now: Instant) {
        guard !isOver else { return }
        let request = APIRequest(sentence)
        switch request.path {
        case "/quit":
            // Capture: FACTS 2.1.
            end(saying: "session terminated on request")
        case "/cancel" where user != nil: cancel(request)
        case "/login": begin(request, as: "/login", at: now)
        case _ where user == nil: end(saying: "not logged in")
        default: begin(request, as: request.command.menu, at: now)
        }
    }

    /// Lets delayed commands run, listeners tell what has changed, monitors send their next rows.
    mutating func advance(at now: Instant) {
        for index in running.indices.reversed() {
            let (tag, work) = (running[index].tag, running[index].work)
            switch work {
            case .late(let request, let hits, let until) where until <= now:
                running.remove(at: index)
                carryOut(request, hits)
            case .hanging(let patience) where router.patienceNow != patience: isOver = true
            case .listening(var listening):
                for reply in listening.news(router) { send(reply, tag) }
                running[index].work = .listening(listening)
            case .repeating(let command, let round, let next) where next <= now:
                repeatRows(command, round, tag)
                running[index].work = .repeating(command, round: round + 1, next: now + .seconds(1))
            default: break
            }
        }
    }

    /// The connection has ended.
    mutating func hangUp() {
        isOver = true
        guard let session else { return }
        router.with { machine, now in machine.closeSession(session, at: now) }
        self.session = nil
    }

    mutating func send(_ reply: APIReply, _ tag: String?) { output += reply.sentence(tag: tag).bytes }

    mutating func run(_ work: Running.Work, _ tag: String?) { running.append(Running(tag: tag, work: work)) }

    private mutating func end(saying reason: String) {
        send(.fatal(reason), nil)
        isOver = true
    }

    // MARK: One command

    private mutating func begin(_ request: APIRequest, as menu: String, at now: Instant) {
        let hits = router.hits(menu, request.command.verb, by: .api)
        if hits.contains(.closeBefore) {
            isOver = true
            return
        }
        if hits.contains(.hang) { return run(.hanging(patience: router.patienceNow), request.tag) }
        let delay = hits.reduce(0) { sum, hit in
            if case .slow(let milliseconds) = hit { sum + milliseconds } else { sum }
        }
        guard delay == 0 else {
            return run(.late(request, hits: hits, until: now + Span(milliseconds: Int64(delay))), request.tag)
        }
        carryOut(request, hits)
    }

    /// Carries a command out; faults decide how much of the answer arrives.
    private mutating func carryOut(_ request: APIRequest, _ hits: [Fault.Kind]) {
        let start = output.count
        if hits.contains(.error500) {
            send(.trap(category: nil, message: "action failed (6)"), request.tag)
            return send(.done(ret: nil), request.tag)
        }
        if request.path == "/login" { logIn(request) } else { answer(request) }
        // A restart takes the connection with it.
        let hasRestarted = request.path == "/system/reboot" && router.with { machine, _ in machine.apiSessions.isEmpty }
        if hasRestarted { isOver = true }
        for hit in hits {
            switch hit {
            case .loseReply:
                output.removeSubrange(start...)
                isOver = true
            case .cut(let count):
                output.removeSubrange(min(output.count, start + count)...)
                isOver = true
            default: break
            }
        }
    }

    /// `/cancel`: the interrupted commands' traps, then the end of `/cancel`, then theirs; as captured.
    private mutating func cancel(_ request: APIRequest) {
        let wanted = request.arguments["tag"]
        let isMeant = { (command: Running) in
            if case .hanging = command.work { return false }
            return wanted == nil || command.tag == wanted
        }
        let ended = running.filter(isMeant)
        running.removeAll(where: isMeant)
        for command in ended { send(.interrupted, command.tag) }
        send(.done(ret: nil), request.tag)
        for command in ended { send(.done(ret: nil), command.tag) }
    }

    // MARK: Login

    /// Both logins: from 6.43 name and password, before a challenge and its answer.
    ///
    /// Source: FACTS 2.2.
    private mutating func logIn(_ request: APIRequest) {
        let (name, response) = (request.arguments["name"] ?? "", request.arguments["response"])
        let isOld = router.with { machine, _ in machine.version < RouterRelease(6, 43) }
        if isOld, response == nil {
            challenge = router.with { machine, _ in machine.chance.bytes(16) }
            return send(.done(ret: Hex.encode(challenge)), request.tag)
        }
        let (asked, address, peer, password) = (challenge, peer, peer.description, request.arguments["password"] ?? "")
        let found = router.with { machine, now -> (RouterUser, UInt32)? in
            let known =
                isOld
                ? machine.user(named: name, answering: asked, with: response ?? "", from: address)
                : machine.user(named: name, password: password, from: address)
            guard let known, known.policies.contains("api") else {
                machine.note("system,error,critical", "login failure for user \(name) from \(peer) via api")
                return nil
            }
            return (known, machine.openSession(of: name, from: peer, via: "api", at: now))
        }
        challenge = []
        guard let (known, number) = found else {
            let words = isOld ? "cannot log in" : "invalid user name or password (6)"
            send(.trap(category: nil, message: words), request.tag)
            return send(.done(ret: nil), request.tag)
        }
        if let session { router.with { machine, now in machine.closeSession(session, at: now) } }
        (user, session) = (known, number)
        send(.done(ret: nil), request.tag)
    }
}

extension RouterMachine {
    /// Who answers the challenge: `00` and MD5(0 ‖ password ‖ challenge) in hexadecimal digits; FACTS 2.2.
    func user(
        named name: String, answering challenge: [UInt8], with response: String, from peer: IPv4Address
    ) -> RouterUser? {
        guard !challenge.isEmpty, let table = tables["/user"], let id = table.ids(named: name).first else { return nil }
        let password = table[id]?["password"] ?? ""
        guard response == "00" + ChapAnswer.hex(id: 0, password: password, challenge: challenge) else { return nil }
        return user(named: name, password: password, from: peer)
    }
}
