import Synchronization
import TestKit

/// A server on the loopback that reads requests of HTTP and remembers them.
final class Loopback: Sendable {
    private let server: LoopbackServer
    private let requests: Requests

    var port: UInt16 { server.port }
    /// How many connections were taken.
    var connections: Int { server.connections }
    /// Every request that came in, head and body.
    var received: [String] { requests.texts.withLock { $0 } }

    /// Listens at a free port; with an identity it speaks TLS.
    init(_ identity: SelfSigned? = nil, serve: @escaping @Sendable (Peer) -> Void) {
        let requests = Requests()
        self.requests = requests
        server = LoopbackServer(identity) { peer in serve(Peer(peer, requests)) }
    }

    /// Takes no more connections.
    func close() { server.close() }
}

final class Requests: Sendable {
    let texts = Mutex<[String]>([])
}

/// One accepted connection.
final class Peer {
    private let peer: LoopbackPeer
    private let requests: Requests

    init(_ peer: LoopbackPeer, _ requests: Requests) {
        self.peer = peer
        self.requests = requests
    }

    /// The next request: its head, and the body where it has a length; nil when the other side is gone.
    func request() -> String? {
        var bytes: [UInt8] = []
        while let chunk = peer.read() {
            bytes += chunk
            let text = String(decoding: bytes, as: UTF8.self)
            let halves = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2 else { continue }
            let fields = halves[0].split(separator: "\r\n").map { $0.lowercased() }
            let length = fields.first { $0.hasPrefix("content-length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
            guard halves[1].utf8.count >= length else { continue }
            requests.texts.withLock { $0.append(text) }
            return text
        }
        return nil
    }

    func send(_ text: String) { peer.send(Array(text.utf8)) }

    /// An answer with a body and its length.
    func answer(_ body: String, status: String = "200 OK", headers: String = "") {
        send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }
}
