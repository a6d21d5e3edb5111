import Glibc
import Sockets
import Synchronization
import TestKit
import Testing
import Values

/// Keeps what a connection reports, and lets a test wait for it.
final class Diary: SocketOwner {
    enum Entry: Equatable, Sendable {
        case opened
        case woke
        case ended(SocketError)
    }

    private let state = Mutex((entries: [Entry](), bytes: [UInt8]()))
    private let news: AsyncStream<Void>.Continuation
    private let stream: AsyncStream<Void>

    init() { (stream, news) = AsyncStream.makeStream() }

    var entries: [Entry] { state.withLock { $0.entries } }
    var bytes: [UInt8] { state.withLock { $0.bytes } }

    func socketOpened() { note(.opened) }
    func socketWoke() { note(.woke) }
    func socketEnded(_ reason: SocketError) { note(.ended(reason)) }

    func socketReceived(_ bytes: Swift.Span<UInt8>) {
        let copy = (0..<bytes.count).map { bytes[$0] }
        state.withLock { $0.bytes += copy }
        news.yield()
    }

    private func note(_ entry: Entry) {
        state.withLock { $0.entries.append(entry) }
        news.yield()
    }

    /// Waits until a fact holds.
    func wait(for fact: @Sendable (Diary) -> Bool) async {
        for await _ in stream where fact(self) { return }
    }

    /// Why the connection ended.
    func ending() async -> SocketError? {
        await wait { if case .ended = $0.entries.last { true } else { false } }
        guard case .ended(let reason)? = entries.last else { return nil }
        return reason
    }
}

@Suite(.timeLimit(.minutes(1)), .ownThreads) struct SocketsTests {
    let sockets = Sockets()

    private static let echo: @Sendable (LoopbackPeer) -> Void = { peer in
        while let bytes = peer.read() { peer.send(bytes) }
    }

    private func open(_ server: LoopbackServer, _ trust: CertificateTrust? = nil) -> (Socket, Diary) {
        let (socket, diary) = (sockets.socket(), Diary())
        socket.open(Endpoint(host: "127.0.0.1", port: server.port, trust: trust), for: diary)
        return (socket, diary)
    }

    @Test("Bytes go out and come back, in the clear and over TLS", arguments: [false, true])
    func echoes(secure: Bool) async throws {
        let identity = secure ? SelfSigned() : nil
        let server = LoopbackServer(identity, serve: Self.echo)
        let pin = identity.flatMap { CertificateFingerprint($0.fingerprint) }
        let (socket, diary) = open(server, pin.map { .pinned($0) })
        await diary.wait { $0.entries == [.opened] }
        // More than the kernel takes at once, so that sending must wait for room.
        let message = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        socket.send(Array(message[..<1_000_000]))
        socket.send(Array(message[1_000_000...]))
        await diary.wait { $0.bytes.count == 3_000_000 }
        #expect(diary.bytes == message)
        socket.close()
        #expect(await diary.ending() == .closed)
        server.close()
    }

    @Test("Another certificate than the pinned one ends the connection, and not a byte is sent")
    func pins() async throws {
        let identity = SelfSigned()
        let seen = try #require(CertificateFingerprint(identity.fingerprint))
        let other = try #require(CertificateFingerprint(SelfSigned().fingerprint))
        let received = Mutex<[UInt8]>([])
        let server = LoopbackServer(identity) { peer in
            while let bytes = peer.read() { received.withLock { $0 += bytes } }
        }
        for (trust, expected) in [
            (.pinned(other), .certificateChanged(expected: other, seen: seen)),
            (.firstUse, .certificateUnknown(seen: seen)), (.system, .certificateUntrusted),
        ] as [(CertificateTrust, SocketError)] {
            let (socket, diary) = open(server, trust)
            socket.send([1, 2, 3])
            #expect(await diary.ending() == expected)
            #expect(diary.entries.count == 1)
        }
        #expect(received.withLock { $0 } == [])
        server.close()
    }

    @Test("A service without TLS, and one that closes at once, are told apart")
    func noTLS() async {
        let plain = LoopbackServer { peer in
            peer.send(Array("!fatal hello, who is there?".utf8))
            _ = peer.read()
        }
        #expect(await open(plain, .firstUse).1.ending() == .noTLS)
        plain.close()
        let shut = LoopbackServer { _ in }
        #expect(await open(shut, .firstUse).1.ending() == .closedByPeer)
        let (_, diary) = open(shut)
        #expect(await diary.ending() == .closedByPeer)
        shut.close()
    }

    @Test("A port where nothing listens refuses; a name that does not exist is not reached")
    func unreachable() async {
        let (quiet, knock, refused) = (QuietPort(), sockets.socket(), Diary())
        knock.open(Endpoint(host: "127.0.0.1", port: quiet.port, trust: nil), for: refused)
        #expect(await refused.ending() == .refused)
        let (socket, diary) = (sockets.socket(), Diary())
        socket.open(Endpoint(host: "no-such-router.invalid", port: 1, trust: nil), for: diary)
        let reason = await diary.ending()
        #expect(reason == .unreachable || reason == .timedOut)
    }

    @Test("A name is looked up; all its addresses are tried")
    func names() async {
        let server = LoopbackServer(serve: Self.echo)
        let (socket, diary) = (sockets.socket(), Diary())
        socket.open(Endpoint(host: "localhost", port: server.port, trust: nil), for: diary)
        await diary.wait { $0.entries == [.opened] }
        socket.close()
        server.close()
    }

    @Test("A handshake that hangs ends with the limit")
    func hangs() async {
        let server = LoopbackServer { peer in while peer.read() != nil {} }
        let (socket, diary) = (sockets.socket(), Diary())
        var endpoint = Endpoint(host: "127.0.0.1", port: server.port, trust: .firstUse)
        endpoint.limit = Span(milliseconds: 200)
        let start = ContinuousClock.now
        socket.open(endpoint, for: diary)
        // The owner may ask to be woken meanwhile.
        socket.wake(at: start + .milliseconds(50))
        #expect(await diary.ending() == .timedOut)
        #expect(diary.entries == [.woke, .ended(.timedOut)])
        #expect(start.duration(to: .now) < .seconds(5))
        server.close()
    }

    @Test("The owner is woken at the moment it asked for last, and not at others")
    func wakes() async {
        let server = LoopbackServer(serve: Self.echo)
        let (socket, diary) = open(server)
        await diary.wait { $0.entries == [.opened] }
        let start = ContinuousClock.now
        socket.wake(at: start + .milliseconds(20))
        socket.wake(at: start + .milliseconds(80))
        await diary.wait { $0.entries == [.opened, .woke] }
        #expect(start.duration(to: .now) >= .milliseconds(80))
        socket.wake(at: .now + .milliseconds(10))
        socket.wake(at: nil)
        socket.send([7])
        await diary.wait { $0.bytes == [7] }
        socket.close()
        #expect(await diary.ending() == .closed)
        #expect(diary.entries == [.opened, .woke, .ended(.closed)])
        server.close()
    }

    @Test("Whoever takes nothing in is given up before the memory is")
    func overrun() async {
        let server = LoopbackServer { peer in
            _ = peer.read()
            sleep(2)
        }
        let (socket, diary) = open(server)
        await diary.wait { $0.entries == [.opened] }
        for _ in 0..<32 { socket.send([UInt8](repeating: 1, count: 1 << 20)) }
        #expect(await diary.ending() == .overrun)
        server.close()
    }

    @Test("Closing everything ends all connections, and late ones at once")
    func closes() async {
        let server = LoopbackServer(serve: Self.echo)
        let others = (0..<20).map { _ in open(server).1 }
        for diary in others { await diary.wait { $0.entries == [.opened] } }
        sockets.close()
        for diary in others { #expect(await diary.ending() == .closed) }
        #expect(await open(server).1.ending() == .closed)
        server.close()
    }
}
