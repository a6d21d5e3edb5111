import CMicrohttpd
import Glibc
import Telemetry

/// What happens to connections, apart from requests.
extension Worker {
    /// Whether one more connection may come from there; on the way makes room when the table fills up.
    func admits(_ address: PeerAddress) -> Bool {
        if table.open * 8 >= (table.capacity - Self.slack) * 7 { _ = table.dropOldestIdle(silentSince: .max) }
        return server.crowd.admits(address)
    }

    func open(_ connection: OpaquePointer) -> UnsafeMutablePointer<ConnectionSlot>? {
        unsafe server.crowd.enter(PeerAddress(mhd_peer(connection)))
        return unsafe table.take(
            descriptor: mhd_descriptor(connection), worker: Unmanaged.passUnretained(self).toOpaque(),
            deadline: headDeadline())
    }

    func close(_ connection: OpaquePointer, _ slot: UnsafeMutablePointer<ConnectionSlot>) {
        unsafe server.crowd.leave(PeerAddress(mhd_peer(connection)))
        unsafe table.release(slot)
    }

    /// The answer to a request is out, or never will be.
    func complete(_ request: Request) {
        if request.flows { unsafe table.attach(nil, to: request.slot) }
        unsafe request.slot.pointee.enter(.idle, until: headDeadline())
        meter.count(row: request.endpoint.row, status: request.status, microseconds: request.microseconds)
        log?.add(request)
    }

    /// When the head of the next request must be there: a client may be silent first, and then take its time.
    private func headDeadline() -> UInt64 {
        let seconds = UInt64(server.settings.idleTimeout + server.settings.requestTimeout)
        return mhd_nanoseconds(CLOCK_MONOTONIC_COARSE) / 1_000_000 + seconds * 1_000
    }

    /// Something that the library says about itself.
    func heard(_ text: String) {
        guard text.contains("resource limit") else { return }
        // Without descriptors the library would ask again at once, for as long as it takes.
        usleep(20_000)
        server.log.error("http.out-of-descriptors", ["http.connections": .number(table.open)])
    }
}
