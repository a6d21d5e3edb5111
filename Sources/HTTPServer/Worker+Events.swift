import CMicrohttpd
import Glibc
import Synchronization

/// What happens to connections, apart from requests.
extension Worker {
    /// Whether one more connection may come from there.
    func admits(_ address: PeerAddress) -> Bool { server.crowd.admits(address) }

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
        // It may be closed after it was resumed and before it was answered.
        if let pending = request.pending, pending.take() != nil { end(pending, of: request) }
        if request.flows { unsafe table.attach(nil, to: request.slot) }
        unsafe request.slot.pointee.enter(.idle, until: headDeadline())
        meter.count(row: request.target.endpoint.row, status: request.status, microseconds: request.microseconds)
        log?.add(request)
        if let sheet = request.sheet { sheets.give(sheet) }
    }

    /// When the head of the next request must be there: a client may be silent first, and then take its time.
    private func headDeadline() -> UInt64 {
        let seconds = UInt64(server.settings.idleTimeout + server.settings.requestTimeout)
        return mhd_nanoseconds(CLOCK_MONOTONIC_COARSE) / 1_000_000 + seconds * 1_000
    }

    /// No connection can be accepted for want of descriptors.
    ///
    /// A loop without connections would ask again at once, for as long as it takes; one with some waits until one of
    /// them closes, which the caretaker sees to.
    func ranOutOfDescriptors() {
        isStarved.store(true, ordering: .relaxed)
        usleep(20_000)
        server.complainOfDescriptors()
    }

    /// Makes room where silent connections fill the table up, so that a newcomer gets in.
    func thinOut(at now: UInt64) {
        let limit = table.capacity - Self.slack
        let isStarved = isStarved.load(ordering: .relaxed)
        guard table.open * 8 > limit * 7 || isStarved else { return }
        // Who came or was answered within the last second may be about to ask.
        let total = UInt64(server.settings.idleTimeout + server.settings.requestTimeout) * 1_000
        let dropped = table.dropIdle(max(table.open - limit * 3 / 4, 1), silentBefore: now + total - 1_000)
        if dropped > 0 || table.open == 0 { self.isStarved.store(false, ordering: .relaxed) }
    }
}
