import CMicrohttpd
import Glibc
import Synchronization
package import Telemetry
package import Values

/// An HTTP/1.1 server: event loops that share a port, each with its own connections.
package final class Server: Sendable {
    package let settings: ServerSettings
    let application: Application
    let log: Log
    /// Takes access lines, on a thread of its own.
    let access: @Sendable ([UInt8]) -> Void
    let now: @Sendable () -> Instant
    let crowd: Crowd
    let speaksTLS: Bool
    let hasTrustedProxies: Bool
    private let state = Mutex(State())

    private struct State {
        var workers: [Worker] = []
        var listeners: [Listener] = []
        var caretaker: Caretaker?
    }

    /// The certificate of new connections last; those before it are kept for handshakes that are under way.
    private let lastComplaint = Atomic(0)
    private let certificates = Mutex<[Certificate]>([])

    /// Checks the settings; nothing is opened yet.
    ///
    /// `access` gets whole access lines, each ended by a line feed, on one thread.
    package init(
        settings: ServerSettings, application: Application, log: Log,
        access: @escaping @Sendable ([UInt8]) -> Void = AccessLog.writeToStandardOutput,
        now: @escaping @Sendable () -> Instant
    ) throws(ServerError) {
        guard !settings.addresses.isEmpty else { throw ServerError(.settings, "No address to listen on.") }
        guard settings.poolBytes >= 4_096, settings.connectionLimit > 0, settings.requestTimeout > 0,
            settings.idleTimeout > 0, settings.answerTimeout > 0, settings.threads ?? 1 > 0
        else { throw ServerError(.settings, "A limit is too small: the pool needs 4096 bytes, the others 1.") }
        self.settings = settings
        self.application = application
        self.log = log
        self.access = access
        self.now = now
        crowd = Crowd(limit: settings.perAddressLimit, exempt: settings.trustedProxies)
        speaksTLS = settings.tls != nil
        hasTrustedProxies = !settings.trustedProxies.isEmpty
    }

    /// The port that is listened on; 0 before `start`.
    package var port: UInt16 { state.withLock { $0.listeners.first?.port ?? 0 } }

    var workers: [Worker] { state.withLock(\.workers) }

    /// Opens the port and begins to answer.
    package func start() throws(ServerError) {
        try state.withLock { state throws(ServerError) in
            precondition(state.workers.isEmpty, "A server starts once")
            do throws(ServerError) {
                try open(&state)
            } catch {
                for worker in state.workers { worker.stop() }
                state = State()
                throw error
            }
        }
    }

    private func open(_ state: inout State) throws(ServerError) {
        signal(SIGPIPE, SIG_IGN)
        try reloadCertificate()
        let threads = settings.threads ?? max(4, 2 * Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        let limit = Descriptors.makeRoom(
            for: settings.connectionLimit, addresses: settings.addresses.count, threads: threads, log: log)
        let share = (limit + threads - 1) / threads
        for address in settings.addresses {
            var port = settings.port
            if port != 0 { try Listener.checkFree(address, port: port) }
            for _ in 0..<threads {
                let listener = try Listener(address, port: port)
                port = listener.port
                state.listeners.append(listener)
                let worker = Worker(self, number: state.workers.count, capacity: share)
                try worker.start(on: listener.descriptor)
                state.workers.append(worker)
            }
        }
        state.caretaker = Caretaker(state.workers, settings: settings, access: access)
    }

    /// Reads certificate and key again, for new connections; those that are open go on.
    ///
    /// - Throws: `ServerError` of kind `certificate`, and then the old one stays.
    package func reloadCertificate() throws(ServerError) {
        guard let files = settings.tls else { return }
        let certificate = try Certificate(files)
        certificates.withLock { certificates in
            certificates.append(certificate)
            if certificates.count > 4 { certificates.removeFirst() }
        }
    }

    /// Tells the operator, at most once a second.
    func complainOfDescriptors() {
        let second = Int(mhd_nanoseconds(CLOCK_MONOTONIC_COARSE) / 1_000_000_000)
        guard lastComplaint.exchange(second, ordering: .relaxed) != second else { return }
        log.error("http.out-of-descriptors", ["http.connections": .number(workers.reduce(0) { $0 + $1.table.open })])
    }

    var certificate: Certificate? { certificates.withLock(\.last) }

    /// Lets nobody new in, answers those who wait, gives the rest `grace` to finish, then closes everything.
    package func stop(grace: Span = .seconds(5)) {
        let (workers, caretaker) = state.withLock { ($0.workers, $0.caretaker) }
        guard !workers.isEmpty else { return }
        for worker in workers { worker.quiesce() }
        let deadline = mhd_nanoseconds(CLOCK_MONOTONIC) + UInt64(max(grace.milliseconds, 0)) * 1_000_000
        repeat {
            for worker in workers { worker.endSuspensions(.shuttingDown) }
            guard workers.contains(where: \.isBusy) else { break }
            usleep(2_000)
        } while mhd_nanoseconds(CLOCK_MONOTONIC) < deadline
        for worker in workers { worker.stop() }
        caretaker?.stop()
        state.withLock { $0 = State() }
    }

    func trusts(_ address: PeerAddress) -> Bool {
        settings.trustedProxies.contains { $0.contains(address) }
    }
}
