import Values

/// One request of `/tool fetch`, carried out for real, to this computer alone.
///
/// Facts: the manual's page on fetch; the words of failures are as remembered by its readers, not captured.
struct ConsoleFetch {
    var isSecure = false
    var host = ""
    var port: UInt16 = 80
    var target = "/"
    var method = "GET"
    var headers: [String] = []
    var body: [UInt8] = []

    /// What came back.
    struct Answer {
        let status: Int
        let reason: String
        let body: [UInt8]
    }

    /// Why there is none.
    struct Failure: Error { let words: String }

    static let longest = 4 << 20

    /// Reads `http://host[:port]/path`, or `https`.
    init?(url: String) {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 3, parts[1].isEmpty, ["http:", "https:"].contains(parts[0]) else { return nil }
        isSecure = parts[0] == "https:"
        let authority = parts[2].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(authority.count), !authority[0].isEmpty else { return nil }
        host = authority[0]
        guard let port = authority.count == 2 ? UInt16(authority[1]) : isSecure ? 443 : 80 else { return nil }
        self.port = port
        if parts.count == 4 { target = "/" + parts[3] }
        guard isClean(host), isClean(target) else { return nil }
    }

    private func isClean(_ text: String) -> Bool { text.utf8.allSatisfy { $0 > 32 && $0 != 127 } }

    /// Sends the request and reads to the end of the answer.
    func carryOut() throws(Failure) -> Answer {
        guard let address = WireSocket.resolve(host) else { throw Failure(words: "resolving error") }
        guard address.bits >> 24 == 127 else { throw Failure(words: "connection timeout") }
        guard let descriptor = WireSocket.connect(address, port: port, seconds: 10) else {
            throw Failure(words: "connection refused")
        }
        let stream = isSecure ? WireStream(descriptor, asClientOf: host) : WireStream(plain: descriptor)
        guard let stream else { throw Failure(words: "ssl: handshake failed") }
        guard stream.write(request) else { throw Failure(words: "connection reset") }
        var bytes: [UInt8] = []
        while true {
            let more = stream.read()
            guard !more.isEmpty else { break }
            bytes += more
            guard bytes.count <= Self.longest else { throw Failure(words: "file too large") }
            if let answer = Self.answer(bytes, isComplete: false) { return answer }
        }
        guard let answer = Self.answer(bytes, isComplete: true) else { throw Failure(words: "connection reset") }
        return answer
    }

    private var request: [UInt8] {
        let isUsual = port == (isSecure ? 443 : 80)
        var lines = [
            "\(method) \(target) HTTP/1.1", "Host: \(host)\(isUsual ? "" : ":\(port)")",
            "User-Agent: Mikrotik/7.x Fetch",
            "Connection: close",
        ]
        lines += headers.filter { isField($0) }
        if !body.isEmpty || method != "GET" { lines.append("Content-Length: \(body.count)") }
        let hasType = headers.contains { $0.lowercased().hasPrefix("content-type:") }
        if !body.isEmpty, !hasType { lines.append("Content-Type: application/x-www-form-urlencoded") }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }

    private func isField(_ line: String) -> Bool {
        line.contains(":") && line.utf8.allSatisfy { $0 >= 32 && $0 != 127 }
    }

    // MARK: The answer

    /// Reads status, headers and body; nil while something is missing.
    private static func answer(_ bytes: [UInt8], isComplete: Bool) -> Answer? {
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: [13, 10, 13, 10]) }) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
        let words = (lines.first ?? "").split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { return nil }
        let fields = lines.dropFirst().map { $0.lowercased() }
        let rest = Array(bytes[(end + 4)...])
        let reason = words.count == 3 ? words[2] : ""
        if fields.contains(where: { $0.hasPrefix("transfer-encoding:") && $0.hasSuffix("chunked") }) {
            return unchunked(rest).map { Answer(status: status, reason: reason, body: $0) }
        }
        let length = fields.first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
        if let length, length >= 0, rest.count >= length {
            return Answer(status: status, reason: reason, body: Array(rest[..<length]))
        }
        let isWhole = isComplete && length == nil || status == 204 || status == 304
        return isWhole ? Answer(status: status, reason: reason, body: rest) : nil
    }

    /// RFC 9112 section 7.1; nil while the last chunk is missing.
    private static func unchunked(_ bytes: [UInt8]) -> [UInt8]? {
        var body: [UInt8] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 13) {
            let digits = String(decoding: rest[..<end].prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
            guard let count = Int(digits, radix: 16), count >= 0, count <= longest else { return nil }
            rest = rest[end...].dropFirst(2)
            guard count > 0 else { return body }
            guard rest.count >= count + 2 else { return nil }
            body += rest.prefix(count)
            rest = rest.dropFirst(count + 2)
        }
        return nil
    }
}

extension ConsoleRun {
    /// `/tool fetch`.
    mutating func fetch(_ statement: ConsoleStatement) throws(Stop) -> ConsoleValue {
        guard console.user.policies.contains("ftp") else { throw .failed("not enough permissions (9)") }
        let isForbidden = console.router.with { machine, _ in
            machine.singletons["/system/device-mode"]?["fetch"] == "false" && machine.version >= RouterRelease(7, 0)
        }
        guard !isForbidden else { throw .failed("failure: not allowed by device-mode") }
        var given: [String: String] = [:]
        for (name, node) in statement.arguments {
            given[name] = try value(of: node).items.map(\.value.text).joined(separator: ",")
        }
        guard let url = given["url"] else { throw .failed("missing value(s) of argument(s) url") }
        guard var request = ConsoleFetch(url: url) else { throw .failed("failure: invalid URL") }
        request.body = Array((given["http-data"] ?? "").utf8)
        request.method = (given["http-method"] ?? (request.body.isEmpty ? "get" : "post")).uppercased()
        guard ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"].contains(request.method) else {
            throw .failed("input does not match any value of http-method")
        }
        request.headers = (given["http-header-field"] ?? "").split(separator: ",").map { String($0.drop { $0 == " " }) }
        if let user = given["user"] {
            let pair = Array("\(user):\(given["password"] ?? "")".utf8)
            request.headers.append("Authorization: Basic \(Base64.encode(pair))")
        }
        if request.isSecure, given["check-certificate"]?.hasPrefix("yes") == true {
            throw .failed("failure: ssl: no trusted CA certificate found (6)")
        }
        do throws(ConsoleFetch.Failure) {
            let answer = try request.carryOut()
            guard !console.isCancelled() else { throw ConsoleFetch.Failure(words: "interrupted") }
            return try keep(answer, request, given, isValue: statement.words.contains("as-value"))
        } catch {
            throw .failed("failure: \(error.words)")
        }
    }

    private mutating func keep(
        _ answer: ConsoleFetch.Answer, _ request: ConsoleFetch, _ given: [String: String], isValue: Bool
    ) throws(ConsoleFetch.Failure) -> ConsoleValue {
        guard (200..<300).contains(answer.status) else {
            let peer = "\(request.host):\(request.port)"
            throw ConsoleFetch.Failure(words: "closing connection: <\(answer.status) \(answer.reason)> \(peer) (4)")
        }
        var items = [
            ConsoleValue.Item(key: "downloaded", value: .number(Int64(answer.body.count / 1_024))),
            ConsoleValue.Item(key: "duration", value: .time(.seconds(1))),
            ConsoleValue.Item(key: "status", value: .text("finished")),
        ]
        let isUser = given["output"]?.hasPrefix("user") == true
        if isUser {
            // Variables hold 64 KiB; a longer answer is cut.
            let data = String(decoding: answer.body.prefix(65_536), as: UTF8.self)
            items.insert(ConsoleValue.Item(key: "data", value: .text(data)), at: 0)
        } else if given["output"] != "none", given["keep-result"] != "no" {
            let last = request.target.prefix { $0 != "?" }.split(separator: "/").last.map(String.init)
            let name = given["dst-path"] ?? last ?? "index.html"
            console.router.with { machine, _ in machine.store(answer.body, as: name) }
        }
        guard !isValue else { return .array(items) }
        for item in items { print("  \(item.key ?? ""): \(item.value.text)") }
        return .nothing
    }
}

extension Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// RFC 4648 section 4.
    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << UInt32(16 - 8 * $1.offset) }
            for place in 0..<4 {
                let digit = digits[Int(bits >> UInt32(18 - 6 * place) & 63)]
                text.append(place <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
