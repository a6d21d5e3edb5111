import CMicrohttpd
import Glibc
import Synchronization
import Telemetry
import Values

/// One event loop of the library: a thread, an epoll set and a share of the connections.
@safe final class Worker: Sendable {
    let server: Server
    private let application: Application
    /// The how manieth loop of its server this is, from 0.
    let number: Int
    let table: ConnectionTable
    let meter: Meter
    let log: AccessLog?
    let sheets = PageSheets()
    private let resumptions = ResumptionQueue()
    // Written by `start` and `stop` only, on the thread of whoever owns the server.
    nonisolated(unsafe) private var daemon: OpaquePointer?
    // Used by the event loop's thread only.
    @exclusivity(unchecked) nonisolated(unsafe) private var random: UInt64
    private let isStopping = Atomic(false)
    /// Whether connections could not be accepted for want of descriptors.
    let isStarved = Atomic(false)

    init(_ server: Server, number: Int, capacity: Int) {
        self.server = server
        self.number = number
        application = Application(twin: server.application)
        table = ConnectionTable(capacity: capacity + Self.slack)
        meter = Meter(rows: server.application.patterns.count)
        log = server.settings.accessLog ? AccessLog() : nil
        unsafe random = UInt64.random(in: 1 ... .max)
    }

    /// Connections that the library may have beyond our limit, while the oldest are being closed.
    static let slack = 64

    /// Starts the loop on a listening descriptor, which stays the caller's.
    func start(on descriptor: Int32) throws(ServerError) {
        let settings = server.settings
        let own = unsafe Unmanaged.passUnretained(self).toOpaque()
        var options = unsafe [
            Self.option(.LISTEN_SOCKET, Int(descriptor)),
            Self.option(.CONNECTION_MEMORY_LIMIT, settings.poolBytes),
            Self.option(.CONNECTION_MEMORY_INCREMENT, 1_024),
            Self.option(.CONNECTION_LIMIT, table.capacity),
            Self.option(.CONNECTION_TIMEOUT, settings.idleTimeout),
            Self.option(.END, 0),
        ]
        var callbacks = unsafe mhd_callbacks(
            admit: admitConnection, handle: handleRequest, completed: noteCompletion, connection: noteConnection,
            log: logMessage, target: noteTarget)
        let flags =
            MHD_USE_EPOLL_INTERNAL_THREAD.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue | MHD_USE_ERROR_LOG.rawValue
        if server.speaksTLS {
            unsafe daemon = mhd_start_tls(flags, own, &callbacks, retrieveCertificate, &options)
        } else {
            unsafe daemon = mhd_start(flags, own, &callbacks, &options)
        }
        guard unsafe daemon != nil else {
            throw ServerError(.library, "The HTTP library did not start: not enough memory, threads or descriptors.")
        }
    }

    private static func option(_ name: MHD_OPTION, _ value: Int) -> MHD_OptionItem {
        unsafe MHD_OptionItem(option: name, value: value, ptr_value: nil)
    }

    /// Takes no more connections; those there are go on.
    func quiesce() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        if let daemon = unsafe daemon { _ = unsafe MHD_quiesce_daemon(daemon) }
    }

    /// Ends the loop, in which no connection may be suspended.
    func stop() {
        resumptions.end()
        if let daemon = unsafe daemon { unsafe MHD_stop_daemon(daemon) }
        unsafe daemon = nil
    }

    /// Ends all waits.
    func endSuspensions(_ reason: RequestRefusal) {
        var found: [any Suspension] = []
        table.sweep { _, slot in
            if let suspension = slot.suspension { found.append(suspension) }
        }
        for suspension in found { suspension.end(reason) }
    }

    /// SplitMix64: numbers that do not repeat, and need not be secret.
    func nextRequestNumber() -> UInt64 {
        unsafe random &+= 0x9E37_79B9_7F4A_7C15
        var mixed = unsafe random
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    // MARK: Requests

    /// The head is there: finds out what it wants, and refuses at once what need not be read.
    func begin(
        _ connection: OpaquePointer, path: UnsafePointer<CChar>, targetCount: Int, method: UnsafePointer<CChar>,
        version: UnsafePointer<CChar>
    ) -> Request? {
        // A target that was too long has its answer already.
        guard targetCount >= 0,
            let slot = unsafe mhd_context(connection)?.assumingMemoryBound(to: ConnectionSlot.self)
        else { return nil }
        let check = unsafe HeadCheck(
            connection, method: method, target: path, targetCount: targetCount, version: version,
            poolBytes: server.settings.poolBytes)
        let raw = unsafe Self.originForm(UnsafeBufferPointer<UInt8>(path, strlen(path)))
        let known = unsafe Method(reading: method)
        let request = unsafe Request(
            known ?? .options, path: raw, on: connection, slot, of: self,
            target: application.target(known, raw))
        request.refusal = check.flaw ?? request.target.refusal
        request.hasRoom = check.hasRoom
        if request.refusal == nil { request.refusal = Self.refusal(of: check.contentLength, for: request) }
        // After a chunked body no further request is read: two readers may disagree on where it ended.
        request.mustClose = check.flaw != nil || check.contentLength == nil
        let length = check.contentLength ?? 0
        request.mustRefuseAtOnce = check.flaw != nil || length > Request.drainedBytes
        if length > 0, request.refusal == nil { request.body.reserveCapacity(length) }
        let seconds = UInt64(server.settings.requestTimeout)
        let isWithoutBody = check.contentLength == 0
        unsafe slot.pointee.enter(
            isWithoutBody ? .handling : .receiving,
            until: isWithoutBody ? .max : request.startedAt / 1_000_000 + seconds * 1_000)
        return request
    }

    /// Takes scheme and authority off a target that a client wrote for a proxy; RFC 9112 section 3.2.2.
    private static func originForm(_ target: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard unsafe target.first != UInt8(ascii: "/"),
            let scheme = (["http://", "https://"] as [StaticString]).first(where: {
                unsafe target.starts(with: UnsafeBufferPointer($0))
            }), let start = unsafe target.dropFirst(scheme.utf8CodeUnitCount).firstIndex(of: UInt8(ascii: "/"))
        else { return unsafe target }
        return unsafe UnsafeBufferPointer(rebasing: target[start...])
    }

    private static func refusal(of length: Int?, for request: Request) -> RequestRefusal? {
        guard let length, length > min(request.endpoint.bodyLimit, request.worker.server.settings.bodyBytes) else {
            return nil
        }
        return .tooLarge
    }

    /// All is there, or the wait is over: answers.
    func answer(_ request: Request) -> MHD_Result {
        let response: Response
        do {
            if let refusal = request.refusal { throw refusal }
            if let pending = request.pending {
                guard let make = pending.take() else { return .YES }
                end(pending, of: request)
                response = try make()
            } else {
                unsafe request.slot.pointee.enter(.handling, until: .max)
                response = try request.target.endpoint.handle(request)
            }
        } catch {
            return send(explain(error, to: request), for: request)
        }
        return send(response, for: request)
    }

    private func explain(_ error: any Error, to request: Request) -> Response {
        var response = request.endpoint.problem(error, request)
        if response.status == 503, let seconds = (error as? any Passing)?.retryAfter {
            response = response.with(header: "Retry-After", String(seconds))
        }
        if response.status >= 500, !(error is RequestRefusal) {
            server.log.error(
                "request.failed",
                [
                    "request.id": .text(request.id), "http.route": .text(request.pattern),
                    "error": .text(String(describing: error)),
                ])
        }
        return request.refusal == .methodNotAllowed
            ? response.with(header: "Allow", request.allowedMethods) : response
    }

    private func send(_ response: Response, for request: Request) -> MHD_Result {
        guard case .later(let seconds, let start) = response.content else { return request.send(response) }
        guard !isStopping.load(ordering: .sequentiallyConsistent) else {
            return send(explain(RequestRefusal.shuttingDown, to: request), for: request)
        }
        suspend(request, within: seconds ?? server.settings.answerTimeout, start)
        return .YES
    }

    /// Lets the caretaker know who keeps the connection.
    func attach(_ suspension: any Suspension, to request: Request) {
        unsafe table.attach(suspension, to: request.slot)
        // Who stops the server either sees the wait in the table or has said so before this line.
        if isStopping.load(ordering: .sequentiallyConsistent) { suspension.end(.shuttingDown) }
    }

    private func suspend(_ request: Request, within seconds: Int, _ start: @Sendable (Resumption) -> Void) {
        let pending = unsafe Pending(request.connection, by: resumptions)
        request.pending = pending
        let deadline = mhd_nanoseconds(CLOCK_MONOTONIC) / 1_000_000 + UInt64(seconds) * 1_000
        unsafe MHD_suspend_connection(request.connection)
        unsafe request.slot.pointee.enter(.waiting, until: deadline)
        attach(pending, to: request)
        start(Resumption(pending: pending))
    }

    /// The wait of a request is over, on the event loop.
    func end(_ pending: Pending, of request: Request) {
        request.pending = nil
        unsafe table.attach(nil, to: request.slot)
        resumptions.noteAnswer()
    }

    /// Whether a request is being answered.
    var isBusy: Bool {
        var isBusy = false
        table.sweep { if $1.phase != .idle { isBusy = true } }
        return isBusy
    }

    /// Whether clients should come back on a new connection: the server stops, or is nearly full.
    var discouragesKeeping: Bool {
        isStopping.load(ordering: .relaxed) || table.open * 4 > (table.capacity - Self.slack) * 3
    }
}
