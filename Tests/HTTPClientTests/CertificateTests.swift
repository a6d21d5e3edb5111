import HTTPClient
import TestKit
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct CertificateTests {
    let client = HTTPClient()

    private static let echo: @Sendable (Peer) -> Void = { peer in
        while peer.request() != nil { peer.answer("hello") }
    }

    private func failure(_ request: OutgoingRequest) async -> HTTPClientError? {
        do throws(HTTPClientError) {
            _ = try await client.send(request)
            return nil
        } catch {
            return error
        }
    }

    private func request(_ server: Loopback, _ trust: CertificateTrust) -> OutgoingRequest {
        var request = OutgoingRequest(.put, "https://127.0.0.1:\(server.port)/")
        request.authorization = .basic(user: "admin", password: Secret("hunter2"))
        request.trust = trust
        return request
    }

    @Test("A pinned certificate is enough, however it was signed")
    func pinned() async throws {
        let identity = SelfSigned()
        let pin = try #require(CertificateFingerprint(identity.fingerprint))
        let server = Loopback(identity, serve: Self.echo)
        for _ in 0..<3 {
            #expect(try await client.send(request(server, .pinned(pin))).body == Array("hello".utf8))
        }
        #expect(server.connections == 1)
        server.close()
    }

    @Test("Another certificate than the pinned one is told, and not a byte is sent to it")
    func changed() async throws {
        let identity = SelfSigned()
        let seen = try #require(CertificateFingerprint(identity.fingerprint))
        let expected = try #require(CertificateFingerprint(SelfSigned().fingerprint))
        let server = Loopback(identity, serve: Self.echo)
        let error = await failure(request(server, .pinned(expected)))
        #expect(error == .certificateChanged(expected: expected, seen: seen))
        #expect(error?.isPossiblyCarriedOut == false && server.received.isEmpty)
        server.close()
    }

    @Test("At first use the certificate is reported and nothing is sent")
    func firstUse() async throws {
        let identity = SelfSigned()
        let seen = try #require(CertificateFingerprint(identity.fingerprint))
        let server = Loopback(identity, serve: Self.echo)
        #expect(await failure(request(server, .firstUse)) == .certificateUnknown(seen: seen))
        #expect(server.received.isEmpty)
        server.close()
    }

    @Test("A kept connection of one pin serves no request of another")
    func keptConnection() async throws {
        let identity = SelfSigned()
        let seen = try #require(CertificateFingerprint(identity.fingerprint))
        let other = try #require(CertificateFingerprint(SelfSigned().fingerprint))
        let server = Loopback(identity, serve: Self.echo)
        _ = try await client.send(request(server, .pinned(seen)))
        let expected: HTTPClientError = .certificateChanged(expected: other, seen: seen)
        #expect(await failure(request(server, .pinned(other))) == expected)
        #expect(await failure(request(server, .firstUse)) == .certificateUnknown(seen: seen))
        #expect(server.received.count == 1)
        _ = try await client.send(request(server, .pinned(seen)))
        server.close()
    }

    @Test("The system's authorities do not vouch for a router's own certificate")
    func system() async {
        let server = Loopback(SelfSigned(), serve: Self.echo)
        #expect(await failure(request(server, .system)) == .certificateUntrusted)
        #expect(server.received.isEmpty)
        server.close()
    }

    @Test("A service without TLS is told apart")
    func noTLS() async {
        let server = Loopback { peer in
            peer.send("HTTP/1.1 400 Bad Request\r\n\r\n")
            _ = peer.request()
        }
        #expect(await failure(request(server, .firstUse)) == .noTLS)
        server.close()
    }

    @Test("Fingerprints are read with and without colons, in either case")
    func fingerprints() throws {
        let plain = String(repeating: "0aFf", count: 16)
        let fingerprint = try #require(CertificateFingerprint(plain))
        #expect(fingerprint.description == plain.lowercased())
        let colons = Array(plain).enumerated().map {
            $0.offset % 2 == 0 && $0.offset > 0 ? ":\($0.element)" : "\($0.element)"
        }
        #expect(CertificateFingerprint(colons.joined()) == fingerprint)
        #expect(CertificateFingerprint("0a") == nil && CertificateFingerprint([1, 2]) == nil)
        #expect(CertificateFingerprint(String(repeating: "zz", count: 32)) == nil)
    }
}
