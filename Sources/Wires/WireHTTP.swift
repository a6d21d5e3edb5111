package import Values

/// A request as it came over the wire; nothing is interpreted.
package struct WireRequest: Sendable {
    package var method: String
    /// As sent: `/path?query`, `http://host/path`, or `host:port` for CONNECT.
    package var target: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// The address that the client connected to.
    package var localAddress: IPv4Address
    package var localPort: UInt16
    package var peerAddress: IPv4Address
    /// Whether the client leaves the connection open.
    package var keepsAlive: Bool

    package init(
        method: String, target: String, headers: [(name: String, value: String)], body: [UInt8],
        localAddress: IPv4Address, localPort: UInt16, peerAddress: IPv4Address, keepsAlive: Bool
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.localAddress = localAddress
        self.localPort = localPort
        self.peerAddress = peerAddress
        self.keepsAlive = keepsAlive
    }

    /// The first value of a header; names compare without case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.value
    }
}

/// An answer, and how much of it the client gets to see.
package struct WireAnswer: Sendable {
    /// What happens to the answer on its way.
    package enum Fate: Hashable, Sendable {
        case whole
        /// The connection ends before any byte of it.
        case lost
        /// The connection is reset after so many bytes.
        case cut(after: Int)
    }

    package var status: Int
    package var reason: String?
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// How much of it arrives.
    package var fate: Fate

    package init(
        _ status: Int, reason: String? = nil, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        fate: Fate = .whole
    ) {
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body
        self.fate = fate
    }

    /// JSON with its label.
    package static func json(_ status: Int, _ value: WireJSON) -> WireAnswer {
        WireAnswer(status, headers: [("Content-Type", "application/json")], body: value.bytes)
    }

    /// The bytes as sent, by RFC 9112.
    ///
    /// No length stands with 204, as RFC 9110 section 8.6 asks.
    package func bytes(from server: String, keepingAlive: Bool, withoutBody: Bool) -> [UInt8] {
        var head = "HTTP/1.1 \(status) \(reason ?? Self.reasons[status] ?? "Answer")\r\n"
        for header in headers { head += "\(header.name): \(Self.oneLine(header.value))\r\n" }
        if status != 204 && status != 304 { head += "Content-Length: \(body.count)\r\n" }
        head += "Server: \(server)\r\nConnection: \(keepingAlive ? "keep-alive" : "close")\r\n\r\n"
        return Array(head.utf8) + (withoutBody || status == 204 ? [] : body)
    }

    private static func oneLine(_ text: String) -> String {
        String(decoding: text.utf8.map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
    }

    package static let reasons = [
        200: "OK", 201: "Created", 204: "No Content", 302: "Found", 400: "Bad Request", 401: "Unauthorized",
        403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
        415: "Unsupported Media Type", 500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
        503: "Service Unavailable",
    ]
}

/// What a handler does with a request.
package enum WireOutcome {
    case answer(WireAnswer)
    /// Goes on with the stream by itself, to its end.
    case takeOver(@Sendable (WireStream) -> Void)
}

/// HTTP/1.1 on a stream: reads requests one after the other and sends what the handler says.
///
/// Deliberately simple: a client that breaks the rules is cut off.
package struct WireHTTP {
    private let stream: WireStream
    private var buffer: [UInt8] = []

    private static let headLimit = 64 << 10
    private static let bodyLimit = 8 << 20

    /// Serves a connection to its end; `server` is the name that answers carry.
    package static func serve(
        _ stream: WireStream, as server: String, _ handle: (WireRequest, WireStream) -> WireOutcome
    ) {
        var http = WireHTTP(stream)
        while let request = http.next() {
            switch handle(request, stream) {
            case .answer(let answer):
                let bytes = answer.bytes(
                    from: server, keepingAlive: request.keepsAlive, withoutBody: request.method == "HEAD")
                guard http.send(bytes, answer.fate), request.keepsAlive else { return }
            case .takeOver(let work): return work(stream)
            }
        }
    }

    private init(_ stream: WireStream) { self.stream = stream }

    private func send(_ bytes: [UInt8], _ fate: WireAnswer.Fate) -> Bool {
        switch fate {
        case .whole:
            return stream.write(bytes)
        case .lost:
            return false
        case .cut(let count):
            stream.write(Array(bytes.prefix(count)))
            return false
        }
    }

    /// The next request; nil at the end of the connection and for what cannot be read.
    private mutating func next() -> WireRequest? {
        guard let head = head() else { return nil }
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)
        guard let words = lines.first?.split(separator: " "), words.count == 3 else { return nil }
        var headers: [(name: String, value: String)] = []
        for line in lines.dropFirst() {
            guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let value = line[line.utf8.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.append((String(line[..<colon]), String(value)))
        }
        let (local, port) = WireSocket.local(stream.descriptor)
        var request = WireRequest(
            method: String(words[0]), target: String(words[1]), headers: headers, body: [], localAddress: local,
            localPort: port, peerAddress: WireSocket.peer(stream.descriptor).address, keepsAlive: true)
        let wish = request.header("connection")?.lowercased() ?? ""
        request.keepsAlive = words[2] == "HTTP/1.1" ? !wish.contains("close") : wish.contains("keep-alive")
        if request.header("expect")?.lowercased() == "100-continue" {
            stream.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
        }
        guard let body = body(request) else { return nil }
        request.body = body
        return request
    }

    private mutating func head() -> String? {
        var searched = 0
        while true {
            if let end = Self.end(of: buffer, from: searched) {
                let head = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end + 4)
                return head
            }
            searched = max(0, buffer.count - 3)
            guard buffer.count < Self.headLimit, fill() else { return nil }
        }
    }

    /// Where the empty line begins.
    private static func end(of bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in start...(bytes.count - 4) where bytes[index] == 13 && bytes[index + 1] == 10 {
            if bytes[index + 2] == 13, bytes[index + 3] == 10 { return index }
        }
        return nil
    }

    private mutating func fill() -> Bool {
        let more = stream.read()
        buffer += more
        return !more.isEmpty
    }

    private mutating func body(_ request: WireRequest) -> [UInt8]? {
        if request.header("transfer-encoding")?.lowercased() == "chunked" { return chunks() }
        guard let length = Int(request.header("content-length") ?? "0"), (0...Self.bodyLimit).contains(length)
        else { return nil }
        return take(length)
    }

    private mutating func take(_ count: Int) -> [UInt8]? {
        while buffer.count < count { guard fill() else { return nil } }
        let taken = Array(buffer[..<count])
        buffer.removeFirst(count)
        return taken
    }

    private mutating func line() -> String? {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                let line = buffer[..<end].filter { $0 != 13 }
                buffer.removeFirst(end + 1)
                return String(decoding: line, as: UTF8.self)
            }
            guard buffer.count < Self.headLimit, fill() else { return nil }
        }
    }

    private mutating func chunks() -> [UInt8]? {
        var body: [UInt8] = []
        while let line = line() {
            guard let size = Int(line.prefix { $0 != ";" }, radix: 16), body.count + size <= Self.bodyLimit
            else { return nil }
            guard size > 0 else {
                while let trailer = self.line() { if trailer.isEmpty { return body } }
                return nil
            }
            guard let chunk = take(size), self.line() == "" else { return nil }
            body += chunk
        }
        return nil
    }
}
