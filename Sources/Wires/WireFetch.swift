import Values

/// One HTTP request that a simulator makes, carried out for real, to this computer alone.
package struct WireFetch {
    package var isSecure = false
    package var host = ""
    package var port: UInt16 = 80
    package var target = "/"
    package var method = "GET"
    package var headers: [String] = []
    package var body: [UInt8] = []
    package var agent = "lango-simulator"
    /// How long connecting and each reading may take.
    package var seconds = 10

    /// What came back.
    package struct Answer {
        package let status: Int
        package let reason: String
        package let body: [UInt8]
    }

    /// Why there is none.
    package struct Failure: Error {
        package let words: String

        package init(words: String) { self.words = words }
    }

    package static let longest = 4 << 20

    /// Reads `http://host[:port]/path`, or `https`.
    package init?(url: String) {
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
    package func carryOut() throws(Failure) -> Answer {
        guard let address = WireSocket.resolve(host) else { throw Failure(words: "resolving error") }
        guard address.bits >> 24 == 127 else { throw Failure(words: "connection timeout") }
        guard let descriptor = WireSocket.connect(address, port: port, seconds: seconds) else {
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
            "User-Agent: \(agent)",
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
