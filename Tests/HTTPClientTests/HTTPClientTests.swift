import Glibc
import HTTPClient
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct HTTPClientTests {
    let client = HTTPClient()

    private func request(
        _ method: OutgoingRequest.Method, _ server: Loopback, _ path: String = "/", secure: Bool = false
    ) -> OutgoingRequest {
        OutgoingRequest(method, "\(secure ? "https" : "http")://127.0.0.1:\(server.port)\(path)")
    }

    private func failure(_ request: OutgoingRequest) async -> HTTPClientError? {
        do throws(HTTPClientError) {
            _ = try await client.send(request)
            return nil
        } catch {
            return error
        }
    }

    /// Answers every request on a kept connection with its first line.
    private static let echo: @Sendable (Peer) -> Void = { peer in
        while let request = peer.request() {
            peer.answer(String(request.prefix { $0 != "\r\n" }), headers: "X-Kept:  yes \r\n")
        }
    }

    @Test("Requests go out as they are asked for and answers come whole")
    func exchanges() async throws {
        let server = Loopback(serve: Self.echo)
        var put = request(.put, server, "/rest/ip?a=b")
        put.headers = [("Content-Type", "application/json"), ("X-Empty", "")]
        put.authorization = .basic(user: "admin", password: Secret("pa:ss wörd"))
        put.body = Array(#"{"name":"x"}"#.utf8)
        let response = try await client.send(put)
        #expect(response.status == 200 && response.header("x-kept") == "yes")
        #expect(String(decoding: response.body, as: UTF8.self) == "PUT /rest/ip?a=b HTTP/1.1")
        let sent = try #require(server.received.first)
        #expect(sent.contains("\r\nContent-Type: application/json\r\n") && sent.contains("\r\nX-Empty:\r\n"))
        #expect(sent.contains("\r\nAuthorization: Basic YWRtaW46cGE6c3Mgd8O2cmQ=\r\n"))
        #expect(sent.hasSuffix("\r\n\r\n{\"name\":\"x\"}"))
        #expect(!sent.contains("Expect"))
        server.close()
    }

    @Test("Methods without a body and an empty POST are well-formed")
    func methods() async throws {
        let server = Loopback(serve: Self.echo)
        for method in [.get, .delete, .post, .patch] as [OutgoingRequest.Method] {
            let response = try await client.send(request(method, server))
            #expect(String(decoding: response.body, as: UTF8.self) == "\(method.rawValue) / HTTP/1.1")
        }
        #expect(server.received[2].contains("\r\nContent-Length: 0\r\n"))
        server.close()
    }

    @Test("A connection is kept for the next request")
    func keepsAlive() async throws {
        let server = Loopback(serve: Self.echo)
        for _ in 0..<5 { _ = try await client.send(request(.get, server)) }
        #expect(server.connections == 1)
        server.close()
    }

    @Test("Many requests at once are all answered")
    func concurrent() async throws {
        let server = Loopback(serve: Self.echo)
        let bodies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for number in 0..<200 {
                let request = request(.get, server, "/\(number)")
                group.addTask { [client] in try await client.send(request).body }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(bodies.count == 200 && server.connections <= 16)
        server.close()
    }

    @Test("A redirect is an answer like others")
    func redirect() async throws {
        let server = Loopback { peer in
            while peer.request() != nil { peer.answer("", status: "302 Found", headers: "Location: /elsewhere\r\n") }
        }
        #expect(try await client.send(request(.get, server)).status == 302)
        #expect(server.received.count == 1)
        server.close()
    }

    @Test("An answer beyond its limit is refused, with and without a told length")
    func tooLarge() async {
        let told = Loopback { peer in
            if peer.request() != nil { peer.answer(String(repeating: "x", count: 5_000)) }
        }
        let untold = Loopback { peer in
            if peer.request() != nil { peer.send("HTTP/1.0 200 OK\r\n\r\n" + String(repeating: "x", count: 5_000)) }
        }
        for server in [told, untold] {
            var request = request(.get, server)
            request.maximumResponse = 4_999
            #expect(await failure(request) == .tooLarge(limit: 4_999))
            server.close()
        }
    }

    @Test("Nobody at the port, nobody at the name, and silence are told apart")
    func unreachable() async {
        let server = Loopback(serve: Self.echo)
        server.close()
        #expect(await failure(request(.get, server)) == .refused)
        #expect(await failure(OutgoingRequest(.get, "http://no-such-host.invalid/")) == .unreachable)
        let silent = Loopback { peer in
            _ = peer.request()
            sleep(3)
        }
        var request = request(.put, silent)
        request.totalLimit = Span(milliseconds: 200)
        let error = await failure(request)
        #expect(error == .timedOut(.afterSending) && error?.isPossiblyCarriedOut == true)
        silent.close()
    }

    @Test("A handshake that never ends runs out of time before anything is sent")
    func silentHandshake() async {
        let server = Loopback { _ in sleep(3) }
        var request = request(.put, server, secure: true)
        request.connectLimit = Span(milliseconds: 200)
        let error = await failure(request)
        #expect(error == .timedOut(.beforeSending) && error?.isPossiblyCarriedOut == false)
        server.close()
    }

    @Test("A connection closed instead of an answer is told, over TLS as one that got nothing")
    func closedEarly() async {
        let plain = Loopback { _ = $0.request() }
        #expect(await failure(request(.post, plain)) == .closedEarly(.afterSending))
        let secure = Loopback { _ in }
        #expect(await failure(request(.post, secure, secure: true)) == .closedEarly(.beforeSending))
        for server in [plain, secure] { server.close() }
    }

    @Test("Over a kept connection that died, reading is repeated and writing is not")
    func deadConnection() async throws {
        let server = Loopback { peer in
            if peer.request() != nil { peer.answer("one") }
            // The second request on this connection is read and never answered.
            _ = peer.request()
        }
        _ = try await client.send(request(.get, server))
        #expect(try await client.send(request(.get, server)).body == Array("one".utf8))
        let before = server.received.count
        #expect(await failure(request(.put, server)) == .closedEarly(.afterSending))
        #expect(server.received.count == before + 1)
        _ = try await client.send(request(.get, server))
        var acting = request(.get, server)
        acting.actsOnce = true
        #expect(await failure(acting) == .closedEarly(.afterSending), "a GET that acts goes out once")
        #expect(server.received.count == before + 3)
        server.close()
    }

    @Test("A cancelled task stops waiting at once")
    func cancelled() async {
        let server = Loopback { peer in
            _ = peer.request()
            sleep(3)
        }
        let request = request(.get, server)
        let task = Task { await failure(request) }
        while server.received.isEmpty { await Task.yield() }
        let span = await ContinuousClock().measure {
            task.cancel()
            #expect(await task.value == .cancelled(.afterSending))
        }
        #expect(span < .seconds(1))
        let early = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return await failure(request)
        }
        #expect(await early.value == .cancelled(.beforeSending))
        server.close()
    }

    @Test("Closing the client ends what is under way")
    func closes() async {
        let server = Loopback { peer in
            _ = peer.request()
            sleep(3)
        }
        let request = request(.get, server)
        let task = Task { await failure(request) }
        while server.received.isEmpty { await Task.yield() }
        client.close()
        #expect(await task.value == .cancelled(.afterSending))
        #expect(await failure(request) == .cancelled(.beforeSending))
        server.close()
    }

    static let malformed = [
        "ftp://a/", "127.0.0.1/", "http://a b/", "http://a/\r\nX: y", "http://user:pw@127.0.0.1/", "http://", "",
    ]

    @Test("What cannot be a request is not sent", arguments: malformed)
    func malformedURL(url: String) async {
        #expect(await failure(OutgoingRequest(.get, url)) == .invalidRequest)
    }

    @Test("Fields cannot smuggle others in, and a pin needs TLS")
    func smuggling() async {
        var request = OutgoingRequest(.get, "http://127.0.0.1:1/")
        request.headers = [("X", "a\r\nY: b")]
        #expect(await failure(request) == .invalidRequest)
        request.headers = [("X y", "a")]
        #expect(await failure(request) == .invalidRequest)
        request.headers = []
        request.authorization = .bearer(Secret("a\nb"))
        #expect(await failure(request) == .invalidRequest)
        request.authorization = .none
        request.trust = .firstUse
        #expect(await failure(request) == .invalidRequest)
    }

    @Test("No printed form of an error holds an address or a secret")
    func errorsAreSilent() async {
        var request = OutgoingRequest(.get, "http://no-such-host.invalid/secret-path")
        request.authorization = .basic(user: "admin", password: Secret("hunter2"))
        let text = await "\(String(describing: failure(request))) \(String(reflecting: failure(request)))"
        #expect(!text.contains("hunter2") && !text.contains("no-such-host") && !text.contains("secret-path"))
        #expect(!"\(request)".contains("hunter2"))
    }
}
