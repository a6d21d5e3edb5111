import CMicrohttpd
import Glibc
package import Values

/// One request, as its handler sees it.
///
/// Good only until the handler returns, and on its thread. What is asked for is looked up where the library left it;
/// nothing is copied before.
@safe package final class Request {
    package let method: Method
    /// What a surface's `admit` found out about the person.
    package var principal: (any Sendable)?
    /// The bytes of the body, within the route's limit.
    package internal(set) var body: [UInt8] = []

    let connection: OpaquePointer
    let worker: Worker
    let slot: UnsafeMutablePointer<ConnectionSlot>
    let number: UInt64
    let startedAt: UInt64
    let rawPath: UnsafeBufferPointer<UInt8>
    let target: Application.Target
    /// What was found wrong before the handler could run.
    var refusal: RequestRefusal?
    var mustClose = false
    /// Whether the library has room for the head of an answer.
    var hasRoom = true
    /// The body, where there is one, is too long to be read for nothing.
    var mustRefuseAtOnce = false
    var pending: Pending?
    /// Whether the body of the answer is made while it is sent.
    var flows = false
    /// Bytes of a body that nobody wants.
    var discarded = 0
    /// What the page of the answer is written on, once `page` was asked for.
    private(set) var sheet: PageSheet?
    /// The form, once it was asked for.
    var readForm: Form?
    // What the access log wants to know.
    var status = 0
    var sentBytes = 0
    var microseconds: UInt64 = 0

    init(
        _ method: Method, path: UnsafeBufferPointer<UInt8>, on connection: OpaquePointer,
        _ slot: UnsafeMutablePointer<ConnectionSlot>, of worker: Worker, target: consuming Application.Target
    ) {
        self.method = method
        unsafe self.connection = connection
        unsafe self.slot = slot
        self.worker = worker
        unsafe rawPath = path
        self.target = target
        number = worker.nextRequestNumber()
        startedAt = mhd_nanoseconds(CLOCK_MONOTONIC)
    }

    /// What answers it.
    var endpoint: Endpoint { target.endpoint }

    /// The number of the event loop that carries it, from 0: for what would be touched by all of them.
    package var loop: Int { worker.number }

    /// The decoded path; empty where it is not text.
    package var path: String { unsafe Percent.decode(rawPath) ?? "" }

    /// Sixteen hexadecimal digits under which the log knows the request, or what a trusted proxy calls it.
    package var id: String {
        let digits = ByteBuffer(capacity: 64)
        appendID(to: digits)
        return String(decoding: digits.array, as: UTF8.self)
    }

    func appendID(to line: ByteBuffer) {
        if worker.server.hasTrustedProxies, let given = unsafe lookUp(.HEADER_KIND, "X-Request-Id"),
            (8...64).contains(given.count), unsafe given.allSatisfy(Self.isIDByte), isFromTrustedProxy
        {
            unsafe line.append(given)
            return
        }
        line.append(hexadecimal: number)
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte & 0xDF) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }

    /// The path pattern that matched, for logs and metrics.
    package var pattern: String { endpoint.pattern }

    /// The value of a header, the first where there are several; names compare without case.
    package func header(_ name: StaticString) -> String? {
        unsafe lookUp(.HEADER_KIND, name).map { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The value of an argument of the query, the first where there are several.
    ///
    /// - Throws: `RequestRefusal.malformedText` for a broken escape, for what is not UTF-8, and for NUL.
    package func query(_ name: StaticString) throws -> String? {
        guard let raw = unsafe lookUp(.GET_ARGUMENT_KIND, name) else { return nil }
        // The library has turned "+" into a space already.
        guard let text = unsafe Percent.decode(raw) else { throw RequestRefusal.malformedText }
        return text
    }

    /// Calls `take` with name and value of each argument of the query, in order and with their escapes: see `Percent`.
    package func forEachArgument(_ take: (_ name: Swift.Span<UInt8>, _ value: Swift.Span<UInt8>) -> Void) {
        let some = 16
        unsafe withUnsafeTemporaryAllocation(of: mhd_argument.self, capacity: some) { room in
            var (before, count) = (0, 0)
            repeat {
                count = unsafe mhd_arguments(connection, before, room.baseAddress, some)
                for index in 0..<count {
                    let name = unsafe UnsafeBufferPointer(room[index].name, room[index].name_count)
                    let value = unsafe UnsafeBufferPointer(room[index].value, room[index].value_count)
                    unsafe take(name.span, value.span)
                }
                before += count
            } while count == some
        }
    }

    /// The bytes of the request line and the headers; no part of them is longer.
    package var headBytes: Int { unsafe mhd_head_size(connection) }

    /// The value of a cookie; case counts, the first of several is taken, as browsers send the nearest path first.
    package func cookie(_ name: StaticString) -> String? {
        guard let line = unsafe lookUp(.HEADER_KIND, "Cookie") else { return nil }
        return unsafe Cookie.value(of: name, secure: isSecure, in: line)
    }

    /// What the path holds in place of `{name}`, decoded; empty where it is not text.
    ///
    /// The route must have that capture.
    package func parameter(_ name: StaticString) -> String {
        guard let index = endpoint.captures.firstIndex(where: { name.holds($0) }) else {
            preconditionFailure("The route \(endpoint.pattern) captures no such name")
        }
        return unsafe Percent.decode(UnsafeBufferPointer(rebasing: rawPath[target.captures[index]])) ?? ""
    }

    /// Calls `body` with what the path holds in place of the first two captures, escapes and all.
    ///
    /// The route must have as many.
    package func withFirstParameters<Answer>(
        _ body: (Swift.Span<UInt8>, Swift.Span<UInt8>) -> Answer
    ) -> Answer {
        precondition(target.captures.count >= 2, "The route \(endpoint.pattern) has not two captures")
        let first = unsafe UnsafeBufferPointer(rebasing: rawPath[target.captures[0]])
        let second = unsafe UnsafeBufferPointer(rebasing: rawPath[target.captures[1]])
        return unsafe body(first.span, second.span)
    }

    /// Where to write the HTML of this request's answer at the least cost, for `Response.html`; good until the handler
    /// returns.
    package func page() -> ByteBuffer {
        // A handler that wants two pages gets the second the ordinary way.
        guard sheet == nil else { return ByteBuffer() }
        let sheet = worker.sheets.take()
        self.sheet = sheet
        return sheet.buffer
    }

    /// Whether the refusal is sent without waiting for the body.
    var refusesAtOnce: Bool { refusal != nil && mustRefuseAtOnce }

    func lookUp(_ kind: MHD_ValueKind, _ name: StaticString) -> UnsafeBufferPointer<UInt8>? {
        var value: UnsafePointer<CChar>?
        var count = 0
        let found = unsafe UnsafeRawPointer(name.utf8Start).withMemoryRebound(to: CChar.self, capacity: 1) {
            unsafe MHD_lookup_connection_value_n(connection, kind, $0, name.utf8CodeUnitCount, &value, &count)
        }
        guard found == .YES else { return nil }
        return unsafe UnsafeBufferPointer(value, count)
    }
}

/// Where the captures of a path lie in it; at most eight.
struct Captures {
    private var ranges: InlineArray<8, (start: Int32, end: Int32)> = .init(repeating: (0, 0))
    /// How many there are; what lies beyond is forgotten where it is lowered.
    var count = 0

    subscript(_ index: Int) -> Range<Int> { Int(ranges[index].start)..<Int(ranges[index].end) }

    mutating func append(_ range: Range<Int>) {
        ranges[count] = (Int32(range.lowerBound), Int32(range.upperBound))
        count += 1
    }
}

extension StaticString {
    /// Whether the text is exactly these bytes.
    func holds(_ bytes: [UInt8]) -> Bool {
        unsafe UnsafeBufferPointer(self).elementsEqual(bytes)
    }
}
