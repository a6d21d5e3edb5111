import Glibc

/// A raw connection to the server under test: what is written goes out as it is.
@safe final class Client {
    let descriptor: Int32
    private var pending: [UInt8] = []

    struct Failure: Error, CustomStringConvertible { let description: String }

    /// Connects to 127.0.0.1, or from another loopback address.
    init(port: UInt16, from source: String? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(description: "socket: \(errno)") }
        if let source { unsafe try Self.withAddress(source, 0) { unsafe bind(descriptor, $0, $1) } }
        // On failure `deinit` closes the descriptor.
        unsafe try Self.withAddress("127.0.0.1", port) { unsafe connect(descriptor, $0, $1) }
        setTimeout(seconds: 10)
    }

    deinit { close(descriptor) }

    private static func withAddress(
        _ text: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        unsafe inet_pton(AF_INET, text, &address.sin_addr)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
        guard code == 0 else { throw Failure(description: "connect: \(errno)") }
    }

    func setTimeout(seconds: Double) {
        var span = timeval(tv_sec: Int(seconds), tv_usec: Int(seconds.truncatingRemainder(dividingBy: 1) * 1_000_000))
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &span, socklen_t(MemoryLayout<timeval>.size))
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { throw Failure(description: "send: \(errno)") }
            rest = rest.dropFirst(sent)
        }
    }

    /// Closes the sending side.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads what there is, at most `limit` bytes; empty at the end of the stream, nil when nothing came in time.
    func read(_ limit: Int = 65_536) -> [UInt8]? {
        if !pending.isEmpty {
            defer { pending = [] }
            return pending
        }
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count < 0 { return errno == EAGAIN ? nil : [] }
        return Array(buffer.prefix(count))
    }

    /// Whether the server closes the connection without a further byte.
    func isClosedByServer() -> Bool { read() == [] }

    /// Reads everything up to the end of the stream.
    func readToEnd() -> String {
        var all: [UInt8] = []
        while let part = read(), !part.isEmpty { all += part }
        return String(decoding: all, as: UTF8.self)
    }

    /// One answer.
    struct Answer {
        var status = 0
        var headers: [(name: String, value: String)] = []
        var body: [UInt8] = []
        var text: String { String(decoding: body, as: UTF8.self) }

        subscript(_ name: String) -> String? { headers.first { $0.name == name.lowercased() }?.value }
        func all(_ name: String) -> [String] { headers.filter { $0.name == name.lowercased() }.map(\.value) }
    }

    /// Reads one answer; `bodiless` for answers to HEAD.
    func answer(bodiless: Bool = false) throws -> Answer {
        var bytes: [UInt8] = []
        var headEnd: Int?
        while headEnd == nil {
            try more(&bytes)
            headEnd = Self.find([13, 10, 13, 10], in: bytes)
        }
        guard let headEnd else { throw Failure(description: "no head") }
        var answer = try Self.parse(head: bytes[..<headEnd])
        bytes.removeFirst(headEnd + 4)
        if answer.status == 100 {
            pending = bytes
            return answer
        }
        if bodiless || answer.status == 204 || answer.status == 304 {
            pending = bytes
        } else if let length = answer["Content-Length"].flatMap({ Int($0) }) {
            while bytes.count < length { try more(&bytes) }
            answer.body = Array(bytes.prefix(length))
            pending = Array(bytes.dropFirst(length))
        } else if answer["Transfer-Encoding"] == "chunked" {
            answer.body = try chunks(&bytes)
            pending = bytes
        } else {
            while let part = read(), !part.isEmpty { bytes += part }
            answer.body = bytes
        }
        return answer
    }

    private func chunks(_ bytes: inout [UInt8]) throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            while Self.find([13, 10], in: bytes) == nil { try more(&bytes) }
            let end = Self.find([13, 10], in: bytes) ?? 0
            guard let size = Int(String(decoding: bytes[..<end], as: UTF8.self), radix: 16) else {
                throw Failure(description: "bad chunk")
            }
            while bytes.count < end + 2 + size + 2 { try more(&bytes) }
            body += bytes[(end + 2)..<(end + 2 + size)]
            bytes.removeFirst(end + 2 + size + 2)
            if size == 0 { return body }
        }
    }

    private func more(_ bytes: inout [UInt8]) throws {
        guard let part = read() else { throw Failure(description: "nothing came in time") }
        guard !part.isEmpty else {
            throw Failure(description: "closed after \(String(decoding: bytes, as: UTF8.self))")
        }
        bytes += part
    }

    private static func find(_ text: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= text.count else { return nil }
        return (0...bytes.count - text.count).first { bytes[$0..<$0 + text.count].elementsEqual(text) }
    }

    private static func parse(head: ArraySlice<UInt8>) throws -> Answer {
        var answer = Answer()
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw Failure(description: "no status line: \(lines[0])")
        }
        answer.status = status
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw Failure(description: "bad header \(line)") }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            answer.headers.append((line[..<colon].lowercased(), String(value)))
        }
        return answer
    }
}

extension Client {
    /// Sends one request and reads its answer.
    func ask(
        _ method: String = "GET", _ path: String, headers: [String] = [], body: String? = nil
    ) throws -> Answer {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: lango.test\r\n"
        for header in headers { text += header + "\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n\r\n\(body)" } else { text += "\r\n" }
        try send(text)
        return try answer(bodiless: method == "HEAD")
    }

    func post(_ path: String, _ body: String, type: String = "application/x-www-form-urlencoded") throws -> Answer {
        try ask("POST", path, headers: ["Content-Type: \(type)"], body: body)
    }
}
