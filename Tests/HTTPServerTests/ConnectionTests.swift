import Glibc
import HTTPServer
import Testing
import Values

@Suite struct ConnectionTests {
    @Test("Idle connections that fill the limit make way for a newcomer")
    func crowded() throws {
        let harness = try Harness {
            $0.connectionLimit = 40
            $0.threads = 1
        }
        // As many as the server and the library together will hold.
        let idle = try (0..<104).map { _ in try harness.client() }
        #expect(eventually { harness.open == 104 })
        let newcomer = try harness.client()
        #expect(try newcomer.ask("GET", "/hello/all").text == "everybody")
        #expect(eventually { harness.open <= 35 })
        #expect(idle[0].isClosedByServer())
    }

    @Test("When three quarters are used, answers ask clients not to stay")
    func discourages() throws {
        let harness = try Harness {
            $0.connectionLimit = 8
            $0.threads = 1
        }
        var clients: [Client] = []
        for index in 0..<8 {
            clients.append(try harness.client())
            let answer = try #require(clients.last).ask("GET", "/")
            #expect((answer["Connection"]?.lowercased() == "close") == (index >= 6), "\(index)")
        }
    }

    @Test("One address gets so many connections and no more; another is not affected")
    func perAddress() throws {
        let harness = try Harness { $0.perAddressLimit = .upTo(5) }
        let mine = try (0..<5).map { _ in try harness.client() }
        for client in mine { #expect(try client.ask("GET", "/").status == 200) }
        let sixth = try harness.client()
        #expect(throws: Client.Failure.self) { try sixth.ask("GET", "/") }
        #expect(try Client(port: harness.server.port, from: "127.0.0.2").ask("GET", "/").status == 200)
        #expect(try mine[0].ask("GET", "/").status == 200)
    }

    @Test("A place is free again when its connection is closed")
    func perAddressFrees() throws {
        let harness = try Harness { $0.perAddressLimit = .upTo(2) }
        for _ in 0..<6 {
            let client = try harness.client()
            #expect(try client.ask("GET", "/").status == 200)
            withExtendedLifetime(client) {}
            client.finishSending()
            #expect(eventually { harness.open < 2 })
        }
    }

    @Test("A head that drips in is cut off, however alive it looks")
    func slowHead() throws {
        let harness = try Harness {
            $0.idleTimeout = 2
            $0.requestTimeout = 1
        }
        let client = try harness.client()
        client.setTimeout(seconds: 0.2)
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n")
        let clock = ContinuousClock()
        let start = clock.now
        while clock.now - start < .seconds(8) {
            guard (try? client.send("X: y\r\n")) != nil, client.read() == nil else { break }
        }
        #expect(clock.now - start < .seconds(5))
        #expect(clock.now - start > .seconds(1))
    }

    @Test("A body that drips in is cut off")
    func slowBody() throws {
        let harness = try Harness {
            $0.idleTimeout = 5
            $0.requestTimeout = 1
        }
        let client = try harness.client()
        client.setTimeout(seconds: 0.2)
        try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        let clock = ContinuousClock()
        let start = clock.now
        while clock.now - start < .seconds(8) {
            guard (try? client.send("x")) != nil, client.read() == nil else { break }
        }
        #expect(clock.now - start < .seconds(3))
        #expect(eventually { harness.open == 0 })
    }

    @Test("A silent connection is closed after its time")
    func idle() throws {
        let harness = try Harness { $0.idleTimeout = 1 }
        let client = try harness.client()
        _ = try client.ask("GET", "/")
        let clock = ContinuousClock()
        let start = clock.now
        #expect(client.isClosedByServer())
        #expect(clock.now - start < .seconds(4))
    }

    @Test(
        "A client that leaves in the middle of anything leaves nothing behind",
        arguments: [
            "GET / HTTP/1.1\r\nHost: x\r\n", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
            "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n", "GET /events HTTP/1.1\r\nHost: x\r\n\r\n",
        ])
    func leavers(text: String) throws {
        let harness = try Harness { $0.idleTimeout = 60 }
        do {
            let client = try harness.client()
            try client.send(text)
        }
        #expect(eventually { harness.open == 0 })
    }

    @Test("A port in use, an address of another machine and a bad limit are told in a sentence")
    func errors() throws {
        let harness = try Harness()
        let cases: [(kind: ServerError.Kind, change: (inout ServerSettings) -> Void)] = [
            (.portBusy, { $0.port = harness.server.port }),
            (.address, { $0.addresses = ["192.0.2.1"] }),
            (.address, { $0.addresses = ["localhost"] }),
            (.settings, { $0.addresses = [] }),
            (.settings, { $0.poolBytes = 100 }),
            (.certificate, { $0.tls = .init(certificatePath: "/nonexistent", keyPath: "/nonexistent") }),
        ]
        for (kind, change) in cases {
            let error = #expect(throws: ServerError.self) { try Harness(change) }
            #expect(error?.kind == kind)
            #expect(error?.description.hasSuffix(".") == true)
        }
    }

    @Test("A server listens on several addresses")
    func addresses() throws {
        let harness = try Harness { $0.addresses = ["127.0.0.1", "127.0.0.3"] }
        #expect(try harness.client().ask("GET", "/").status == 200)
    }
}
