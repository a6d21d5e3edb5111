import Synchronization
package import Values
package import Wires

/// A simulated router: the machine behind a lock, its faults, and the exchanges of its wires.
package final class SimulatedRouter: Sendable {
    private enum HostKey: Sendable {
        case none
        case promised(@Sendable () -> SSHIdentity?)
        case made(SSHIdentity)
    }

    private let machine: Mutex<RouterMachine>
    private let plan = Mutex(FaultPlan())
    private let identity: Mutex<TLSIdentity?>
    private let sshIdentity = Mutex<HostKey>(.none)
    /// Grows when hanging requests are let go.
    private let patience = Atomic(0)
    /// What rings when something has changed: listeners wait for it.
    private let bells = Mutex<[WireBell]>([])
    private let clock: @Sendable () -> Instant
    /// What scripts keep under `:global` names, until the router starts again.
    private let shared = Mutex<(bootedAt: Instant, values: [String: ConsoleValue])>((Instant(milliseconds: 0), [:]))
    /// Scripts that were read lately, by their text: a schedule runs the same ones again and again.
    private let scripts = Mutex<[String: Console.Script]>([:])
    /// How long the router lets a command run that does not end by itself; 60 s on a real one.
    private let sessionLimit: Span

    /// Takes a machine and where the time comes from.
    package init(
        _ machine: RouterMachine, identity: TLSIdentity? = nil, sessionLimit: Span = .seconds(60),
        clock: @escaping @Sendable () -> Instant
    ) {
        self.machine = Mutex(machine)
        self.sessionLimit = sessionLimit
        self.identity = Mutex(identity)
        self.clock = clock
    }

    /// Works on the machine; nobody else does meanwhile.
    package func with<Result: Sendable>(
        _ work: @Sendable (inout RouterMachine, Instant) throws -> Result
    ) rethrows -> Result {
        var isChanged = false
        defer { if isChanged { ringBells() } }
        return try machine.withLock { machine in
            let before = machine.revision
            defer { isChanged = machine.revision != before }
            return try work(&machine, max(clock(), machine.now))
        }
    }

    /// The variables that all scripts share; a restart forgets them.
    func withShared<Result>(_ work: (inout [String: ConsoleValue]) -> Result) -> Result {
        let bootedAt = machine.withLock { $0.bootedAt }
        return shared.withLock { shared in
            if shared.bootedAt != bootedAt { shared = (bootedAt, [:]) }
            return work(&shared.values)
        }
    }

    /// The script that a text says; read where nobody read it lately.
    func script(of text: String, reading parse: () -> Console.Script) -> Console.Script {
        if let known = scripts.withLock({ $0[text] }) { return known }
        let script = parse()
        scripts.withLock { scripts in
            if scripts.count >= 50 { scripts = [:] }
            scripts[text] = script
        }
        return script
    }

    /// Lets a bell ring after every change.
    func attach(_ bell: WireBell) { bells.withLock { $0.append(bell) } }
    func detach(_ bell: WireBell) { bells.withLock { bells in bells.removeAll { $0 === bell } } }
    private func ringBells() { for bell in bells.withLock({ $0 }) { bell.ring() } }

    /// Lets limits take effect and scripts run whose time has come; to be called once a second.
    package func tick() {
        with { $0.advance(to: $1) }
        startDueScripts()
    }

    /// A command that did not come over a wire.
    @discardableResult
    package func perform(_ command: RouterCommand, by user: RouterUser = .full) throws -> RouterReply {
        try with { try $0.perform(command, by: user, at: $1) }
    }

    /// Plans a fault.
    package func plan(_ fault: Fault) { plan.withLock { $0.add(fault) } }
    /// Forgets all faults; requests that hang are let go without an answer.
    package func clearFaults() {
        plan.withLock { $0.clear() }
        patience.add(1, ordering: .relaxed)
    }
    /// The faults that still wait for their request.
    package var faults: [Fault] { plan.withLock { $0.faults } }

    /// Counts a request and says what hits it.
    func hits(_ menu: String, _ verb: String, by door: Fault.Door) -> [Fault.Kind] {
        with { machine, _ in machine.countRequest(menu, verb) }
        return plan.withLock { $0.hits(menu, verb, by: door) }
    }

    /// Differs from before once hanging requests are let go.
    var patienceNow: Int { patience.load(ordering: .relaxed) }

    /// The certificate that the TLS ports show.
    package var certificate: TLSIdentity? { identity.withLock { $0 } }

    /// The key that the SSH door shows; made now where nobody asked before.
    package var hostKey: SSHIdentity? {
        sshIdentity.withLock { key in
            if case .promised(let make) = key { key = make().map { .made($0) } ?? .none }
            if case .made(let identity) = key { return identity }
            return nil
        }
    }

    /// Shows another key over SSH from now on.
    package func show(_ hostKey: SSHIdentity) { sshIdentity.withLock { $0 = .made(hostKey) } }

    /// Shows over SSH what is made when it is first asked for.
    func showHostKey(_ make: @escaping @Sendable () -> SSHIdentity?) { sshIdentity.withLock { $0 = .promised(make) } }

    /// Shows another certificate from now on, in `/certificate` too.
    package func show(_ certificate: TLSIdentity) {
        identity.withLock { $0 = certificate }
        with { machine, now in machine.showCertificate(fingerprint: certificate.fingerprint, at: now) }
    }

    // MARK: Exchanges

    /// Answers a REST request, with what faults leave of the answer.
    ///
    /// - Parameters:
    ///   - request: What came over the wire.
    ///   - service: The row of `/ip/service` that it came by: `www` or `www-ssl`.
    ///   - isCancelled: Whether the client has gone; ends a wait.
    /// - Returns: The answer, and how much of it may arrive.
    package func rest(
        _ request: WireRequest, service: String = "www", isCancelled: () -> Bool = { false }
    ) -> WireAnswer {
        let (isAdmitted, tree, version) = with { machine, _ in
            (machine.admits(request.peerAddress, to: service), machine.tree, machine.version)
        }
        guard isAdmitted else { return WireAnswer(403, fate: .lost) }
        // Before 7.1 there is no REST, before 7.9 none without TLS: WebFig's page answers (FACTS 1.1).
        let first = service == "www" ? RouterRelease(7, 9) : RouterRelease(7, 1)
        guard version >= first, let exchange = RESTExchange(request, tree) else { return Self.frontPage }
        let (menu, verb) = exchange.path.map { ($0.menu, $0.verb) } ?? ("?", request.method)
        let hits = hits(menu, verb, by: .rest)
        for case .slow(let milliseconds) in hits { wait(.init(milliseconds: Int64(milliseconds)), isCancelled) }
        if hits.contains(.hang) {
            // Longer than any client waits.
            wait(.minutes(2), isCancelled)
            return WireAnswer(500, fate: .lost)
        }
        if hits.contains(.closeBefore) { return WireAnswer(500, fate: .lost) }
        if hits.contains(.error500) { return RESTExchange.error(500) }
        var answer = with { machine, now in exchange.answer(&machine, at: now) }
        if answer.isSessionClosed, !hits.contains(.loseReply) { wait(sessionLimit, isCancelled) }
        if hits.contains(.loseReply) { answer.fate = .lost }
        for case .cut(let count) in hits { answer.fate = .cut(after: count) }
        return answer
    }

    private func wait(_ span: Span, _ isCancelled: () -> Bool) {
        let start = patience.load(ordering: .relaxed)
        for _ in 0..<max(1, span.milliseconds / 20)
        where patience.load(ordering: .relaxed) == start && !isCancelled() {
            WireThread.pause(milliseconds: 20)
        }
    }

    private static let frontPage = WireAnswer(
        200, headers: [("Content-Type", "text/html; charset=utf-8")],
        body: Array(
            ServletPages.plain("Simulated router", "This is lango-routersim. The REST interface lies under /rest.").utf8
        ))
}

extension RouterMachine {
    /// Puts the certificate of `www-ssl` into `/certificate`.
    mutating func showCertificate(fingerprint: String, at time: Instant) {
        advance(to: time)
        let row = [
            "name": "api-cert", "common-name": settings.hotspotAddress.description, "subject-alt-name": "",
            "private-key": "true", "authority": "true", "issued": "false", "fingerprint": fingerprint, "key-type": "ec",
            "key-size": "prime256v1", "invalid-before": clock.dateTime(at: now - .days(1), version),
            "invalid-after": clock.dateTime(at: now + .days(3_650), version), "expires-after": "521w3d",
        ]
        var table = tables["/certificate"] ?? Table()
        if let id = table.ids(named: "api-cert").first { table.update(id, row) } else { table.insert(row) }
        tables["/certificate"] = table
        for service in ["www-ssl", "api-ssl"] {
            guard let id = tables["/ip/service"]?.ids(named: service).first, var row = tables["/ip/service"]?[id]
            else { continue }
            row["certificate"] = "api-cert"
            tables["/ip/service"]?.update(id, row)
        }
    }
}
