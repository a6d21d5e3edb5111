import RouterOS
import Sockets
import Synchronization
import TestKit
import Values

/// A sentence in the tests' own hand: each word after its length, an empty word at the end.
func sentence(_ words: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    for word in words {
        switch word.count {
        case ..<0x80: bytes.append(UInt8(word.count))
        case ..<0x4000: bytes += [0x80 | UInt8(word.count >> 8), UInt8(word.count & 0xFF)]
        default: bytes += [0xC0 | UInt8(word.count >> 16), UInt8(word.count >> 8 & 0xFF), UInt8(word.count & 0xFF)]
        }
        bytes += word
    }
    return bytes + [0]
}

func sentence(_ words: String...) -> [UInt8] { sentence(words.map { Array($0.utf8) }) }

/// Counts turns over all connections.
final class Turns: Sendable {
    private let count = Atomic<Int>(0)

    /// 1 at first.
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}

/// One side of the API for one test: reads sentences, answers what the test says.
final class ScriptedRouter: Sendable {
    /// A conversation over one connection.
    final class Talk {
        let peer: LoopbackPeer
        private let note: ([String]) -> Void
        private var bytes: [UInt8] = []

        init(_ peer: LoopbackPeer, _ note: @escaping ([String]) -> Void) {
            self.peer = peer
            self.note = note
        }

        /// The words of the next sentence; nil when the other side is gone.
        func hear() -> [String]? { hearBytes()?.map { String(decoding: $0, as: UTF8.self) } }

        func hearBytes() -> [[UInt8]]? {
            var words: [[UInt8]] = []
            while let word = word() {
                guard !word.isEmpty else {
                    note(words.map { String(decoding: $0, as: UTF8.self) })
                    return words
                }
                words.append(word)
            }
            return nil
        }

        private func word() -> [UInt8]? {
            guard let first = take(1)?.first else { return nil }
            if first < 0x80 { return take(Int(first)) }
            guard let second = take(1)?.first else { return nil }
            if first < 0xC0 { return take(Int(first & 0x3F) << 8 | Int(second)) }
            guard let third = take(1)?.first else { return nil }
            return take(Int(first & 0x1F) << 16 | Int(second) << 8 | Int(third))
        }

        private func take(_ count: Int) -> [UInt8]? {
            while bytes.count < count {
                guard let more = peer.read() else { return nil }
                bytes += more
            }
            defer { bytes.removeFirst(count) }
            return Array(bytes[..<count])
        }

        /// Says one sentence with the tag of the one it answers.
        func say(_ words: String..., to command: [String]) { say(words, to: command) }

        func say(_ words: [String], to command: [String]) {
            let tag = command.first { $0.hasPrefix(".tag=") }
            peer.send(sentence((words + (tag.map { [$0] } ?? [])).map { Array($0.utf8) }))
        }

        /// Lets the other side in.
        func welcome() {
            if let login = hear() { say("!done", to: login) }
        }
    }

    private let server: LoopbackServer
    let port: UInt16

    /// Serves each connection with a closure; `welcoming` answers the login first.
    init(_ identity: SelfSigned? = nil, welcoming: Bool = true, _ serve: @escaping @Sendable (Talk) -> Void) {
        let heard = Heard()
        server = LoopbackServer(identity) { peer in
            let talk = Talk(peer) { words in heard.sentences.withLock { $0.append(words) } }
            if welcoming { talk.welcome() }
            serve(talk)
        }
        self.heard = heard
        port = server.port
    }

    private final class Heard: Sendable { let sentences = Mutex<[[String]]>([]) }
    private let heard: Heard

    /// Every sentence that came, without its tag.
    var received: [[String]] {
        heard.sentences.withLock { $0.map { $0.filter { !$0.hasPrefix(".tag=") } } }
    }

    var connections: Int { server.connections }

    func close() { server.close() }

    /// A transport to this router, without TLS.
    func transport(patience: Span = .seconds(10)) -> APITransport {
        var access = ServiceAccess(host: "127.0.0.1", user: "lango", password: Secret("hunter2"))
        access.isSecure = false
        access.port = port
        return APITransport(access, on: Self.sockets, patience: patience)
    }

    static let sockets = Sockets()
}

extension APITransport {
    /// Why a writing fails; nil where it does not.
    func failureOfAdding() async -> RouterError.Kind? {
        do throws(RouterError) {
            _ = try await add(.hotspotUser, [])
            return nil
        } catch {
            return error.kind
        }
    }

    /// Why a reading fails; nil where it does not.
    func failureOfReading() async -> RouterError.Kind? {
        do throws(RouterError) {
            _ = try await read(.hotspotUser, properties: ["comment"])
            return nil
        } catch {
            return error.kind
        }
    }
}
