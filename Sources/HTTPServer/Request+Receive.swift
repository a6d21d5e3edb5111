import CMicrohttpd
import Glibc
import Telemetry
import Values
import Threads

/// How a request comes in and its answer goes out.
extension Request {
    /// Takes a part of the body; false where the connection has to be cut.
    func receive(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if refusal != nil {
            discarded += bytes.count
            return discarded <= Self.drainedBytes
        }
        guard body.count + bytes.count <= min(endpoint.bodyLimit, worker.server.settings.bodyBytes) else {
            refusal = .tooLarge
            body = []
            return true
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    /// Bodies up to here are read to the end even when they are not wanted, so that the client gets to see the answer.
    static var drainedBytes: Int { 1 << 20 }

    /// The methods that would do, for `Allow`.
    var allowedMethods: String {
        let names = Method.allCases.filter { target.allowed & 1 << UInt8($0.rawValue) != 0 }.map { "\($0.name)" }
        return names.joined(separator: ", ")
    }

    /// Hands an answer to the library.
    func send(_ response: Response) -> MHD_Result {
        status = response.status
        guard hasRoom else {
            unsafe BareAnswer.send(status, over: connection)
            noteAnswered(response)
            return .NO
        }
        flows = response.flows
        let closes = mustClose || worker.discouragesKeeping
        if !closes, let answer = unsafe answerOnSheet(response) {
            let result = unsafe MHD_queue_response(connection, UInt32(status), answer)
            noteAnswered(response)
            return result
        }
        guard let answer = unsafe prepare(response, closes: closes) else { return .NO }
        let result = unsafe MHD_queue_response(connection, UInt32(response.status), answer)
        if case .fixed = response.content {} else { unsafe MHD_destroy_response(answer) }
        noteAnswered(response)
        return result
    }

    /// The sheet's own answer, where the page is on the sheet and the headers are those of every page.
    private func answerOnSheet(_ response: Response) -> OpaquePointer? {
        guard let sheet, response.isOrdinary, response.isWritten(on: sheet.buffer), let type = response.type else {
            return nil
        }
        let answer = unsafe sheet.answer(
            type: type, caching: response.caching, security: response.security ?? target.endpoint.security,
            overTLS: worker.server.speaksTLS)
        sentBytes = sheet.buffer.count
        return unsafe answer
    }

    private func prepare(_ response: Response, closes: Bool) -> OpaquePointer? {
        switch response.content {
        case .fixed(let fixed):
            sentBytes = fixed.count
            return unsafe fixed.answer(closing: closes, overTLS: worker.server.speaksTLS)
        case .page(let page):
            let full = unsafe page.buffer
            let short = response.mayCompress && acceptsGzip ? Self.compressed(full) : nil
            sentBytes = (short ?? full).count
            guard let answer = unsafe Self.answer(lending: short ?? full) else { return nil }
            if short != nil { unsafe MHD_add_response_header(answer, "Content-Encoding", "gzip") }
            unsafe response.addHeaders(to: answer, for: self, closes: closes)
            return unsafe answer
        case .events(let start):
            let outflow = unsafe Outflow(connection, limit: EventStream.limit, heartbeat: Array(":\n\n".utf8))
            guard let answer = unsafe flowing(outflow, response, closes) else { return nil }
            if method != .head { start(EventStream(outflow: outflow)) }
            return unsafe answer
        case .stream(let produce):
            let outflow = unsafe Outflow(connection, limit: BodyWriter.limit)
            guard let answer = unsafe flowing(outflow, response, closes) else { return nil }
            if method != .head { fill(outflow, produce) }
            return unsafe answer
        default:
            guard let answer = unsafe MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT) else { return nil }
            unsafe response.addHeaders(to: answer, for: self, closes: closes)
            return unsafe answer
        }
    }

    private static func compressed(_ buffer: ByteBuffer) -> ByteBuffer? {
        guard let bytes = unsafe Gzip.compress(buffer.bytes, level: 5) else { return nil }
        let short = ByteBuffer(capacity: bytes.count)
        short.append(bytes)
        return short
    }

    private func flowing(_ outflow: Outflow, _ response: Response, _ closes: Bool) -> OpaquePointer? {
        guard let answer = unsafe outflow.makeAnswer() else { return nil }
        unsafe response.addHeaders(to: answer, for: self, closes: closes)
        worker.attach(outflow, to: self)
        return unsafe answer
    }

    /// Runs the maker of a long body on a thread of its own.
    private func fill(_ outflow: Outflow, _ produce: @escaping @Sendable (BodyWriter) throws -> Void) {
        let log = worker.server.log
        let (id, pattern) = (id, self.pattern)
        let thread = OwnThread(named: "http-body") {
            do {
                try produce(BodyWriter(outflow: outflow))
                outflow.finish()
            } catch {
                if !(error is BodyWriter.Gone) {
                    log.error(
                        "body.failed",
                        [
                            "request.id": .text(id), "http.route": .text(pattern),
                            "error": .text(String(describing: error)),
                        ])
                }
                outflow.finish(broken: true)
            }
        }
        if thread == nil { outflow.finish(broken: true) }
    }

    /// Notes that the answer is made; what follows is sending.
    private func noteAnswered(_ response: Response) {
        let now = mhd_nanoseconds(CLOCK_MONOTONIC)
        microseconds = (now - startedAt) / 1_000
        guard !response.flows else { return unsafe slot.pointee.enter(.waiting, until: .max) }
        // A client that reads less than a kilobyte a second does not hold its place for longer.
        let seconds = UInt64(worker.server.settings.requestTimeout + sentBytes / 1_024)
        unsafe slot.pointee.enter(.sending, until: now / 1_000_000 + seconds * 1_000)
    }

    /// An answer that reads from the buffer, and lets go of it when the last byte is out.
    static func answer(lending buffer: ByteBuffer) -> OpaquePointer? {
        let held = unsafe Unmanaged.passRetained(buffer)
        let answer = unsafe MHD_create_response_from_buffer_with_free_callback_cls(
            buffer.count, UnsafeMutableRawPointer(mutating: buffer.bytes.baseAddress), releaseBuffer, held.toOpaque())
        if unsafe answer == nil { unsafe held.release() }
        return unsafe answer
    }
}

extension Response {
    func addHeaders(to answer: OpaquePointer, for request: Request, closes: Bool) {
        if let type { unsafe Self.add("Content-Type", type, to: answer) }
        unsafe Self.add("Cache-Control", caching.text, to: answer)
        unsafe (security ?? request.endpoint.security).add(
            to: answer, ownPolicy: contentPolicy, overTLS: request.worker.server.speaksTLS)
        if mayCompress { unsafe Self.add("Vary", "Accept-Encoding", to: answer) }
        for (name, value) in headers { unsafe Self.add(name, value, to: answer) }
        for cookie in cookies { unsafe Self.add("Set-Cookie", cookie.line(secure: request.isSecure), to: answer) }
        if status >= 400 { unsafe Self.add("X-Request-Id", request.id, to: answer) }
        if closes { unsafe Self.add("Connection", "close", to: answer) }
    }

    static func add(_ name: StaticString, _ value: String, to answer: OpaquePointer) {
        // Unlike the conversion of an argument, this does not copy.
        unsafe value.withCString { value in
            unsafe UnsafeRawPointer(name.utf8Start).withMemoryRebound(to: CChar.self, capacity: 1) {
                _ = unsafe MHD_add_response_header(answer, $0, value)
            }
        }
    }
}

private func releaseBuffer(_ held: UnsafeMutableRawPointer?) {
    if let held = unsafe held { unsafe Unmanaged<ByteBuffer>.fromOpaque(held).release() }
}
