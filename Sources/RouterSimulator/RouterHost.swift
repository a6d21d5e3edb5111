import Synchronization
package import Values
package import Wires

/// A simulated router on its wires: REST and the binary API, plain and TLS, SSH, the phones' side, the control side, its folder.
package final class RouterHost: Sendable {
    /// Where a host listens and keeps its state.
    package struct Settings: Sendable {
        /// What kind of router it is.
        package var router = RouterSettings()
        /// Where the router's own services listen; loopback only.
        package var address = IPv4Address(bits: 0x7F00_0001)
        /// 0 lets the system choose.
        package var restPort: UInt16 = 0
        package var restTLSPort: UInt16 = 0
        package var apiPort: UInt16 = 0
        package var apiTLSPort: UInt16 = 0
        package var sshPort: UInt16 = 0
        package var phonePort: UInt16 = 0
        package var controlPort: UInt16 = 0
        /// Whether it has a control side of its own; a router of a fleet has not.
        package var hasControl = true
        /// Phones 1 to this many have an address 127.0.0.N of their own.
        package var phones = 8
        /// Where the state is kept; nil keeps nothing.
        package var dataFolder: String?
        /// The pages of the servlet; nil serves the built-in ones.
        package var portalFolder: String?
        /// Lines of the console that a new router starts with, as an export has them.
        package var script: String?
        /// Whether its services have a certificate from the start, as somebody's work; a router has none by itself.
        package var hasCertificate = true
        /// What a client of the control side must show; made up where nil.
        package var controlToken: String?

        package init() {}
    }

    /// How the host was started.
    package let settings: Settings
    /// The router behind the wires; tests reach into it directly.
    package let router: SimulatedRouter
    /// What a client of the control side shows.
    package let controlToken: String
    private let server: WireServer
    private let ownsServer: Bool
    private let skipped: Skipped
    private let ports = Mutex<[Role: [WireServer.Port]]>([:])
    /// The revision of the machine that the data folder holds.
    private let saved = Mutex(-1)
    private let isStopped = Atomic(false)

    private enum Role: Hashable { case rest, restTLS, api, apiTLS, ssh, phones, control }

    /// How far the simulation's time is ahead of this computer's.
    private final class Skipped: Sendable {
        let milliseconds = Atomic<Int64>(0)

        func now() -> Instant {
            SimulatorFiles.now() + Span(milliseconds: milliseconds.load(ordering: .relaxed))
        }
    }

    /// Starts a router; several may share a server.
    ///
    /// - Throws: `WireError` when a port is taken or the folder cannot be written.
    package init(_ settings: Settings, on shared: WireServer? = nil) throws {
        self.settings = settings
        skipped = Skipped()
        ownsServer = shared == nil
        server = try shared ?? WireServer()
        controlToken = settings.controlToken ?? Self.freshToken()
        if let folder = settings.dataFolder { try SimulatorFiles.makeFolder(folder) }
        let (machine, isNew) = Self.machine(settings, at: skipped.now())
        let identity = try Self.identity(settings, at: skipped.now())
        let skipped = skipped
        router = SimulatedRouter(machine, identity: identity) { skipped.now() }
        if settings.hasCertificate { router.show(identity) }
        // Made when somebody asks: hundreds of RSA keys would keep a fleet waiting.
        router.showHostKey { try? Self.hostKey(settings) }
        if isNew, let script = settings.script {
            for flaw in Console(router, .full).start(with: script) {
                router.with { machine, _ in machine.note("script,error", flaw) }
            }
        }
        do {
            try listen(identity)
        } catch {
            stop()
            throw error
        }
        keepTicking()
    }

    static func freshToken() -> String {
        var dice = SystemRandomNumberGenerator()
        return Hex.encode((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &dice) })
    }

    /// The router, and whether it is a new one rather than one that was kept.
    private static func machine(_ settings: Settings, at now: Instant) -> (RouterMachine, isNew: Bool) {
        var machine = RouterMachine(settings.router, at: now)
        var isNew = true
        if let folder = settings.dataFolder, let bytes = SimulatorFiles.read(folder + "/router.json"),
            let snapshot = WireJSON(bytes), machine.restore(snapshot)
        {
            machine.apply(settings.router)
            isNew = false
        }
        if let folder = settings.portalFolder {
            for name in SimulatorFiles.list(folder) {
                guard let bytes = SimulatorFiles.read("\(folder)/\(name)") else { continue }
                machine.store(bytes, as: "hotspot/\(name)")
            }
        }
        return (machine, isNew)
    }

    private static func identity(_ settings: Settings, at now: Instant) throws -> TLSIdentity {
        let path = settings.dataFolder.map { $0 + "/certificate.pem" }
        if let path, let bytes = SimulatorFiles.read(path),
            let kept = TLSIdentity(pem: String(decoding: bytes, as: UTF8.self))
        {
            return kept
        }
        guard let fresh = TLSIdentity(commonName: settings.address.description, at: now) else {
            throw WireError("make a certificate")
        }
        if let path { try SimulatorFiles.replace(path, with: Array(fresh.pem.utf8)) }
        return fresh
    }

    /// The key of the SSH door: kept beside the certificate.
    private static func hostKey(_ settings: Settings, isNew: Bool = false) throws -> SSHIdentity {
        let path = settings.dataFolder.map { $0 + "/ssh-host-key" }
        if !isNew, let path, let bytes = SimulatorFiles.read(path),
            let kept = SSHIdentity(pem: String(decoding: bytes, as: UTF8.self))
        {
            return kept
        }
        let kind = settings.router.version >= RouterRelease(7, 12) ? SSHIdentity.Kind.ed25519 : .rsa
        guard let fresh = SSHIdentity(kind) else { throw WireError("make a host key") }
        if let path { try SimulatorFiles.replace(path, with: Array(fresh.pem.utf8)) }
        return fresh
    }

    // MARK: Wires

    private func listen(_ identity: TLSIdentity) throws {
        let router = router
        let choose = { (service: String) -> WireServer.Choose in
            { identity in router.with { machine, _ in machine.identity(of: service, orElse: identity) } }
        }
        let rest = { (service: String) -> WireServer.Serve in
            { stream in
                WireHTTP.serve(stream, as: "lango-routersim") { request, stream in
                    .answer(router.rest(request, service: service) { stream.isClosedByPeer })
                }
            }
        }
        try open(.rest, settings.address, settings.restPort, rest("www"))
        try open(
            .restTLS, settings.address, settings.restTLSPort, identity: identity, choose: choose("www-ssl"),
            rest("www-ssl"))
        let api = { (service: String) -> WireServer.Serve in
            { stream in APIDoor.serve(stream, router, service: service) }
        }
        try open(.api, settings.address, settings.apiPort, api("api"))
        try open(
            .apiTLS, settings.address, settings.apiTLSPort, identity: identity, choose: choose("api-ssl"),
            api("api-ssl"))
        try open(.ssh, settings.address, settings.sshPort) { SSHDoor.serve($0, router) }
        let phones: WireServer.Serve = { stream in
            WireHTTP.serve(stream, as: "lango-routersim") { request, _ in
                router.with { machine, now in PhoneExchange(request: request).outcome(&machine, at: now) }
            }
        }
        var port = settings.phonePort
        for number in 1..<UInt32(settings.phones + 1) {
            try open(.phones, IPv4Address(bits: 0x7F00_0000 + number), port, phones)
            port = phonePort
        }
        guard settings.hasControl else { return }
        let token = controlToken
        try open(.control, settings.address, settings.controlPort) { [weak self] stream in
            WireHTTP.serve(stream, as: "lango-routersim") { request, _ in
                guard let self else { return .answer(WireAnswer(503)) }
                return .answer(ControlExchange.answer(request, host: self, token: token))
            }
        }
    }

    private func open(
        _ role: Role, _ address: IPv4Address, _ number: UInt16, identity: TLSIdentity? = nil,
        choose: @escaping WireServer.Choose = { $0 }, _ serve: @escaping WireServer.Serve
    ) throws {
        let port = try server.open(address, port: number, identity: identity, choose: choose, serve)
        ports.withLock { $0[role, default: []].append(port) }
    }

    private func number(_ role: Role) -> UInt16 { ports.withLock { $0[role]?.first?.number ?? 0 } }

    /// Where programs find its doors, and what they show there but the password.
    package var report: WireJSON {
        let address = settings.address.description
        let user = WireJSON.string(settings.router.userName)
        return .object([
            "identity": .string(settings.router.identity), "version": .string(settings.router.version.description),
            "rest": .object([
                "url": .string("http://\(address):\(restPort)/rest"), "port": .number(restPort),
                "tls-url": .string("https://\(address):\(restTLSPort)/rest"), "tls-port": .number(restTLSPort),
                "fingerprint": .string(router.certificate?.fingerprint ?? ""), "user": user,
            ]),
            "api": .object([
                "host": .string(address), "port": .number(apiPort), "tls-port": .number(apiTLSPort), "user": user,
            ]),
            "ssh": .object([
                "host": .string(address), "port": .number(sshPort),
                "fingerprint": .string(router.hostKey?.fingerprint ?? ""), "user": user,
            ]),
        ])
    }

    /// Where REST listens over plain HTTP.
    package var restPort: UInt16 { number(.rest) }
    /// Where REST listens over TLS.
    package var restTLSPort: UInt16 { number(.restTLS) }
    /// Where the binary API listens without TLS.
    package var apiPort: UInt16 { number(.api) }
    /// Where the binary API listens over TLS.
    package var apiTLSPort: UInt16 { number(.apiTLS) }
    /// Where the console listens over SSH.
    package var sshPort: UInt16 { number(.ssh) }
    /// Where phones connect, on each of their addresses.
    package var phonePort: UInt16 { number(.phones) }
    /// Where the control side listens.
    package var controlPort: UInt16 { number(.control) }

    private func ports(_ roles: [Role]) -> [WireServer.Port] {
        ports.withLock { ports in roles.flatMap { ports[$0] ?? [] } }
    }

    private static let restRoles: [Role] = [.rest, .restTLS]
    private static let apiRoles: [Role] = [.api, .apiTLS]

    /// Refuses connections to REST alone.
    package func closeREST() { for port in ports(Self.restRoles) { server.close(port) } }

    /// Listens for REST again.
    package func reopenREST() throws { for port in ports(Self.restRoles) { try server.reopen(port) } }

    /// Refuses connections to the binary API alone.
    package func closeAPI() { for port in ports(Self.apiRoles) { server.close(port) } }

    /// Listens for the binary API again.
    package func reopenAPI() throws { for port in ports(Self.apiRoles) { try server.reopen(port) } }

    /// Refuses connections by SSH alone.
    package func closeSSH() { for port in ports([.ssh]) { server.close(port) } }

    /// Listens for SSH again.
    package func reopenSSH() throws { for port in ports([.ssh]) { try server.reopen(port) } }

    /// Refuses connections to all doors for programs, as a router that is off.
    package func closeDoors() {
        closeREST()
        closeAPI()
        closeSSH()
    }

    /// Listens again at all doors.
    package func reopenDoors() throws {
        try reopenREST()
        try reopenAPI()
        try reopenSSH()
    }

    /// Drops the connections to all doors and stays away for some seconds.
    package func dropDoors(for seconds: Int64) {
        closeDoors()
        guard seconds > 0 else {
            try? reopenDoors()
            return
        }
        WireThread.start { [weak self] in
            for _ in 0..<(seconds * 10) where self?.isStopped.load(ordering: .relaxed) == false {
                WireThread.pause(milliseconds: 100)
            }
            guard let self, !isStopped.load(ordering: .relaxed) else { return }
            try? reopenDoors()
        }
    }

    /// Shows another certificate than before: what a client that pinned the old one must refuse.
    package func changeCertificate() throws {
        guard let fresh = TLSIdentity(commonName: settings.address.description, at: skipped.now()) else {
            throw WireError("make a certificate")
        }
        if let folder = settings.dataFolder {
            try SimulatorFiles.replace(folder + "/certificate.pem", with: Array(fresh.pem.utf8))
        }
        for port in ports([.restTLS, .apiTLS]) { port.change(fresh) }
        router.show(fresh)
    }

    /// Shows another key over SSH than before.
    package func changeHostKey() throws { router.show(try Self.hostKey(settings, isNew: true)) }

    // MARK: Time and state

    /// Lets the simulation's time jump ahead.
    package func skip(_ span: Span) {
        skipped.milliseconds.add(max(0, span.milliseconds), ordering: .relaxed)
        router.tick()
    }

    private func keepTicking() {
        server.everySecond { [weak self] in
            guard let self, !isStopped.load(ordering: .relaxed) else { return false }
            router.tick()
            keep()
            return true
        }
    }

    /// Writes the state to the data folder where it has changed.
    package func keep() {
        guard let folder = settings.dataFolder else { return }
        saved.withLock { saved in
            let last = saved
            let news = router.with { machine, _ in
                machine.revision == last ? nil : (machine.revision, machine.snapshot.bytes)
            }
            guard let (revision, bytes) = news else { return }
            do {
                try SimulatorFiles.replace(folder + "/router.json", with: bytes)
                saved = revision
            } catch {
                router.with { machine, _ in machine.note("system,error", "state not kept: \(error)") }
            }
        }
    }

    /// Ends sessions as an orderly shutdown does, keeps the state, closes the ports.
    package func stop() {
        guard !isStopped.exchange(true, ordering: .sequentiallyConsistent) else { return }
        router.clearFaults()
        router.with { machine, now in
            machine.advance(to: now)
            machine.endSessions(because: "shutdown")
        }
        keep()
        for port in ports.withLock({ $0.values.flatMap(\.self) }) { server.remove(port) }
        if ownsServer { server.stop() }
    }
}
