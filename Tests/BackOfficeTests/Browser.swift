import Glibc

/// A small browser for tests: keeps cookies, follows nothing by itself, says every byte that came.
@safe final class Browser {
    struct Failure: Error, CustomStringConvertible { let description: String }

    struct Page {
        var status = 0
        var headers: [(name: String, value: String)] = []
        var body: [UInt8] = []
        var text: String { String(decoding: body, as: UTF8.self) }

        subscript(_ name: String) -> String? { headers.first { $0.name == name }?.value }

        /// The value of a hidden field or another input.
        func field(_ name: String) -> String? {
            guard let place = text.split(separator: "name=\"\(name)\"", maxSplits: 1).dropFirst().first,
                let value = place.prefix(while: { $0 != ">" }).split(separator: "value=\"", maxSplits: 1).dropFirst()
                    .first
            else { return nil }
            return String(value.prefix { $0 != "\"" })
        }

        /// The first link that begins so and does not lead to another language.
        func link(_ prefix: String) -> String? {
            text.split(separator: "href=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
                .first { $0.hasPrefix(prefix) && !$0.contains("lang=") }
        }
    }

    let port: UInt16
    var cookies: [String: String] = [:]
    var headers: [String] = []

    init(port: UInt16) { self.port = port }

    func get(_ path: String) throws -> Page { try ask("GET", path) }

    /// Posts a form; a token that is not given is left out.
    func post(_ path: String, _ fields: KeyValuePairs<String, String>) throws -> Page {
        let body = fields.map { "\(Self.encoded($0))=\(Self.encoded($1))" }.joined(separator: "&")
        return try ask("POST", path, ["Content-Type: application/x-www-form-urlencoded"], Array(body.utf8))
    }

    func ask(_ method: String, _ path: String, _ more: [String] = [], _ body: [UInt8]? = nil) throws -> Page {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: office.test\r\nConnection: close\r\n"
        for header in headers + more { head += header + "\r\n" }
        if !cookies.isEmpty {
            head += "Cookie: " + cookies.map { "\($0)=\($1)" }.joined(separator: "; ") + "\r\n"
        }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        let bytes = try exchange(Array((head + "\r\n").utf8) + (body ?? []))
        let page = try Self.page(bytes)
        for (name, value) in page.headers where name == "set-cookie" { keep(value) }
        return page
    }

    private func keep(_ line: String) {
        let parts = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        cookies[name] = parts.count == 2 && !parts[1].isEmpty ? String(parts[1]) : nil
    }

    private func exchange(_ request: [UInt8]) throws -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(description: "socket: \(errno)") }
        defer { close(descriptor) }
        var span = timeval(tv_sec: 30, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &span, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        unsafe inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(descriptor, $0, length) }
        }
        guard code == 0 else { throw Failure(description: "connect: \(errno)") }
        var rest = request[...]
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // A server that refuses early closes its side; what it said is still read.
            guard sent > 0 else { break }
            rest = rest.dropFirst(sent)
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return answer
    }

    private static func page(_ bytes: [UInt8]) throws -> Page {
        guard bytes.count > 16,
            let end = (0...bytes.count - 4).first(where: { bytes[$0..<$0 + 4] == [13, 10, 13, 10] })
        else { throw Failure(description: "no answer: \(bytes.count) bytes") }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        var page = Page()
        page.status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            page.headers.append((parts[0].lowercased(), String(parts[1].drop { $0 == " " })))
        }
        page.body = Array(bytes[(end + 4)...])
        if page["transfer-encoding"] == "chunked" { page.body = try unchunked(page.body) }
        return page
    }

    private static func unchunked(_ bytes: [UInt8]) throws -> [UInt8] {
        var body: [UInt8] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: 13),
            let size = Int(String(decoding: bytes[start..<end], as: UTF8.self), radix: 16), size > 0
        {
            guard end + 2 + size <= bytes.count else { throw Failure(description: "broken off") }
            body += bytes[(end + 2)..<(end + 2 + size)]
            start = end + 2 + size + 2
        }
        return body
    }

    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 48...57, 65...90, 97...122: String(UnicodeScalar(byte))
            default: "%" + String(Int(byte) + 256, radix: 16).uppercased().dropFirst()
            }
        }.joined()
    }
}
