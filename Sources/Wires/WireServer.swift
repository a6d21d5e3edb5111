import CWire
import Glibc
import Synchronization
package import Values

/// Listening sockets of many simulated routers and the threads behind them: one that accepts, one a connection.
///
/// Own sockets instead of a web server's: a simulator must be able to refuse, hang, cut an answer in the middle and
/// speak as a proxy, and the binary API will share them.
package final class WireServer: Sendable {
    package typealias Serve = @Sendable (WireStream) -> Void
    /// Takes the place of a port's identity, connection by connection.
    package typealias Choose = @Sendable (TLSIdentity) -> TLSIdentity

    /// One open port.
    package final class Port: Sendable {
        /// The address it is bound to.
        package let address: IPv4Address
        /// The number that was chosen.
        package let number: UInt16
        fileprivate let state: Mutex<State>
        fileprivate let serve: Serve
        fileprivate let choose: Choose

        fileprivate struct State {
            var descriptor: Int32?
            var identity: TLSIdentity?
            /// The sockets of open connections; their threads close them.
            var connections: Set<Int32> = []
        }

        fileprivate init(
            _ descriptor: Int32, _ identity: TLSIdentity?, _ choose: @escaping Choose, _ serve: @escaping Serve
        ) {
            (address, number) = WireSocket.local(descriptor)
            state = Mutex(State(descriptor: descriptor, identity: identity))
            self.serve = serve
            self.choose = choose
        }

        /// Takes another certificate for the connections to come.
        package func change(_ identity: TLSIdentity) { state.withLock { $0.identity = identity } }
    }

    private let ports = Mutex<[Port]>([])
    private let isStopping = Atomic(false)
    private let chores = Mutex<[@Sendable () -> Bool]>([])
    private let threads = Atomic(0)
    /// A pipe that wakes the accepting thread when the set of ports has changed.
    private let wake: (read: Int32, write: Int32)

    package init() throws(WireError) {
        var ends: [Int32] = [0, 0]
        guard unsafe wire_pipe(&ends) == 0 else { throw WireError("pipe") }
        wake = (ends[0], ends[1])
        // A client that hangs up while OpenSSL writes must not end the process.
        _ = signal(SIGPIPE, SIG_IGN)
        threads.add(1, ordering: .relaxed)
        WireThread.start { [self] in
            acceptLoop()
            threads.subtract(1, ordering: .relaxed)
        }
    }

    /// Runs something once a second, on one thread for all; until it returns false.
    package func everySecond(_ work: @escaping @Sendable () -> Bool) {
        let isFirst = chores.withLock { chores in
            chores.append(work)
            return chores.count == 1
        }
        guard isFirst else { return }
        threads.add(1, ordering: .relaxed)
        WireThread.start { [self] in
            keepTicking()
            threads.subtract(1, ordering: .relaxed)
        }
    }

    private func keepTicking() {
        while !isStopping.load(ordering: .relaxed) {
            for _ in 0..<20 where !isStopping.load(ordering: .relaxed) { WireThread.pause(milliseconds: 50) }
            let due = chores.withLock { $0 }
            let isDone = due.map { isStopping.load(ordering: .relaxed) || !$0() }
            let isLast = chores.withLock { chores in
                for index in isDone.indices.reversed() where isDone[index] { chores.remove(at: index) }
                return chores.isEmpty
            }
            if isLast { return }
        }
    }

    /// Opens a port; every connection is served on a thread of its own.
    package func open(
        _ address: IPv4Address, port: UInt16, identity: TLSIdentity? = nil, choose: @escaping Choose = { $0 },
        _ serve: @escaping Serve
    ) throws(WireError) -> Port {
        let port = Port(try WireSocket.listen(address, port: port), identity, choose, serve)
        ports.withLock { $0.append(port) }
        ring()
        return port
    }

    /// Closes a port so that connecting is refused, and drops its connections.
    package func close(_ port: Port) {
        port.state.withLock { state in
            if let descriptor = state.descriptor { shutdown(descriptor, wire_both_ways) }
            if let descriptor = state.descriptor { Glibc.close(descriptor) }
            state.descriptor = nil
            for descriptor in state.connections { shutdown(descriptor, wire_both_ways) }
        }
        ring()
    }

    /// Closes a port for good.
    package func remove(_ port: Port) {
        close(port)
        ports.withLock { $0.removeAll { $0 === port } }
    }

    /// Opens a closed port again, under the same number.
    package func reopen(_ port: Port) throws(WireError) {
        guard port.state.withLock({ $0.descriptor == nil }) else { return }
        let descriptor = try WireSocket.listen(port.address, port: port.number)
        port.state.withLock { $0.descriptor = descriptor }
        ring()
    }

    /// Closes everything and waits up to two seconds for the threads.
    package func stop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        for port in ports.withLock({ $0 }) { close(port) }
        ring()
        for _ in 0..<200 where threads.load(ordering: .relaxed) > 0 { WireThread.pause(milliseconds: 10) }
    }

    private func ring() {
        let byte: [UInt8] = [0]
        _ = unsafe write(wake.write, byte, 1)
    }

    private func acceptLoop() {
        var scratch = [UInt8](repeating: 0, count: 64)
        var open: [Port] = []
        var states: [pollfd] = []
        // Thousands of ports: the list is made anew only when the bell has rung.
        var isStale = true
        while !isStopping.load(ordering: .sequentiallyConsistent) {
            if isStale { (open, states) = listening() }
            isStale = false
            guard unsafe poll(&states, nfds_t(states.count), 1_000) > 0 else { continue }
            if let bell = states.last, bell.revents != 0 {
                while unsafe read(wake.read, &scratch, scratch.count) > 0 {}
                isStale = true
            }
            for index in open.indices where states[index].revents != 0 { acceptOne(on: open[index]) }
        }
    }

    /// The open ports and what to poll for them; the bell comes last.
    private func listening() -> ([Port], [pollfd]) {
        let open = ports.withLock { $0 }.compactMap { port in
            port.state.withLock { $0.descriptor }.map { (port, $0) }
        }
        let descriptors = open.map(\.1) + [wake.read]
        return (open.map(\.0), descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) })
    }

    private func acceptOne(on port: Port) {
        // The lock keeps the socket open while it is accepted from.
        let accepted = port.state.withLock { state -> (Int32, TLSIdentity?)? in
            guard let listening = state.descriptor else { return nil }
            let descriptor = wire_accept(listening)
            guard descriptor >= 0 else { return nil }
            state.connections.insert(descriptor)
            return (descriptor, state.identity)
        }
        guard let (descriptor, identity) = accepted else { return }
        threads.add(1, ordering: .relaxed)
        let isStarted = WireThread.start { [self] in
            run(descriptor, identity, port)
            threads.subtract(1, ordering: .relaxed)
        }
        guard !isStarted else { return }
        threads.subtract(1, ordering: .relaxed)
        _ = port.state.withLock { $0.connections.remove(descriptor) }
        Glibc.close(descriptor)
    }

    private func run(_ descriptor: Int32, _ identity: TLSIdentity?, _ port: Port) {
        WireSocket.setTimeout(descriptor, seconds: 60)
        let stream = identity.map { WireStream(descriptor, as: port.choose($0)) } ?? WireStream(plain: descriptor)
        if let stream { port.serve(stream) }
        // Forgotten before the stream closes the number, which the system may give out again at once.
        _ = port.state.withLock { $0.connections.remove(descriptor) }
        withExtendedLifetime(stream) {}
    }
}
