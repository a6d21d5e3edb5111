// The compiler takes `timeval` for a part of whichever of the two it meets first.
import CTLS
import Glibc

/// A raw connection to a server under test on 127.0.0.1: what is written goes out as it is.
@safe package final class Wire {
    package struct Failure: Error, CustomStringConvertible { package let description: String }

    /// One answer.
    package struct Answer: Sendable {
        package var status = 0
        package var headers: [(name: String, value: String)] = []
        package var body: [UInt8] = []
        package var text: String { String(decoding: body, as: UTF8.self) }

        package subscript(_ name: String) -> String? { headers.first { $0.name == name.lowercased() }?.value }
    }

    package let descriptor: Int32
    private var pending: [UInt8] = []

    package init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(description: "socket: \(errno)") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // Everything is set, so that `deinit` closes it also where this throws.
        guard code == 0 else { throw Failure(description: "connect: \(errno)") }
        var span = timeval(tv_sec: 20, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &span, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { throw Failure(description: "send: \(errno)") }
            rest = rest.dropFirst(sent)
        }
    }

    /// Reads what there is; empty at the end of the stream, nil when nothing came in time.
    package func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        return count < 0 ? (errno == EAGAIN ? nil : []) : Array(buffer.prefix(count))
    }

    /// Reads one answer.
    package func answer() throws -> Answer {
        var bytes = pending
        pending = []
        while Self.headEnd(bytes) == nil { try more(&bytes) }
        let end = Self.headEnd(bytes) ?? 0
        var answer = try Self.parse(String(decoding: bytes[..<end], as: UTF8.self))
        bytes.removeFirst(end + 4)
        if let length = answer["content-length"].flatMap({ Int($0) }) {
            while bytes.count < length { try more(&bytes) }
            answer.body = Array(bytes.prefix(length))
            pending = Array(bytes.dropFirst(length))
        } else if ![100, 204, 304].contains(answer.status) {
            // Without a length the answer ends with the connection; chunk sizes stay in the text.
            while let part = read(), !part.isEmpty, !bytes.suffix(5).elementsEqual("0\r\n\r\n".utf8) { bytes += part }
            answer.body = bytes
        }
        return answer
    }

    private func more(_ bytes: inout [UInt8]) throws {
        guard let part = read() else { throw Failure(description: "nothing came in time") }
        guard !part.isEmpty else { throw Failure(description: "closed") }
        bytes += part
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...bytes.count - 4).first {
            bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
        }
    }

    private static func parse(_ head: String) throws -> Answer {
        var answer = Answer()
        let lines = head.split(separator: "\r\n")
        guard let words = lines.first?.split(separator: " "), words.count >= 2, let status = Int(words[1]) else {
            throw Failure(description: "no status line: \(head.prefix(80))")
        }
        answer.status = status
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            answer.headers.append(
                (line[..<colon].lowercased(), String(line[line.index(after: colon)...].drop { $0 == " " })))
        }
        return answer
    }

    /// Sends one request and reads its answer.
    package static func ask(
        _ port: UInt16, _ method: String = "GET", _ path: String, headers: [String] = [], body: [UInt8]? = nil
    ) throws -> Answer {
        let wire = try Wire(port: port)
        var head = "\(method) \(path) HTTP/1.1\r\nHost: lango.test\r\nConnection: close\r\n"
        for header in headers { head += header + "\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        try wire.send(Array((head + "\r\n").utf8) + (body ?? []))
        return try wire.answer()
    }

    /// Posts a form.
    package static func post(
        _ port: UInt16, _ path: String, _ form: [(String, String)], headers: [String] = []
    ) throws -> Answer {
        let body = form.map { "\(encode($0.0))=\(encode($0.1))" }.joined(separator: "&")
        return try ask(
            port, "POST", path, headers: ["Content-Type: application/x-www-form-urlencoded"] + headers,
            body: Array(body.utf8))
    }

    /// Percent-encodes everything but letters and digits.
    package static func encode(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            encoded += isPlain ? [byte] : [37, hex[Int(byte >> 4)], hex[Int(byte & 15)]]
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
