import HTTPClient
import JSON
import RouterOS
import Synchronization
import Testing
import Values

/// A wire that answers from a script and keeps what was sent.
private final class Wire: Sendable {
    typealias Answer = Result<IncomingResponse, HTTPClientError>

    private let answers: Mutex<[Answer]>
    private let requests = Mutex<[OutgoingRequest]>([])
    private let busy = Mutex((now: 0, most: 0))
    let rests = Mutex(0)

    init(_ answers: [Answer]) { self.answers = Mutex(answers) }

    convenience init(_ status: Int, _ body: String, type: String = "application/json") {
        self.init([.success(Self.response(status, body, type: type))])
    }

    static func response(_ status: Int, _ body: String, type: String = "application/json") -> IncomingResponse {
        IncomingResponse(status: status, headers: [("content-type", type)], body: Array(body.utf8))
    }

    var sent: [OutgoingRequest] { requests.withLock { $0 } }
    var mostAtOnce: Int { busy.withLock { $0.most } }

    func transport(secure: Bool = true) -> RESTTransport {
        var access = ServiceAccess(host: "10.0.0.1", user: "lango", password: Secret("hunter2"))
        access.isSecure = secure
        access.port = secure ? nil : 8_080
        return RESTTransport(access, rest: { [self] in rests.withLock { $0 += 1 } }) {
            [self] request throws(HTTPClientError) in
            requests.withLock { $0.append(request) }
            busy.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            await Task.yield()
            busy.withLock { $0.now -= 1 }
            return try answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }.get()
        }
    }

    var body: JSON? { sent.last?.body.flatMap { try? JSON(parsing: $0) } }
}

@Suite struct RESTTransportTests {
    @Test("A table is read with its ids, the credentials and the pin going along")
    func reads() async throws {
        let wire = Wire(200, #"[{".id":"*1","name":"a","comment":"x\#u{1}y"},{".id":"*2","name":"b"}]"#)
        let rows = try await wire.transport().read(.hotspotUser, properties: ["name", "comment"])
        #expect(rows.map { $0["name"] } == ["a", "b"] && rows[0].id == RouterID("*1"))
        #expect(rows[0]["comment"] == "x\u{1}y")
        let request = try #require(wire.sent.first)
        #expect(request.method == .get && request.trust == .firstUse && request.body == nil)
        #expect(request.url == "https://10.0.0.1/rest/ip/hotspot/user?.proplist=.id,name,comment")
        #expect(!"\(request)".contains("hunter2"))
    }

    @Test("A condition goes as a query word, its value untouched")
    func conditions() async throws {
        let wire = Wire(200, "[]")
        #expect(
            try await wire.transport().read(.hotspotUser, where: [("name", "a&b=c d%é")], properties: ["name"]) == [])
        #expect(
            wire.sent.first?.method == .post && wire.sent.first?.url.hasSuffix("/rest/ip/hotspot/user/print") == true)
        let expected: JSON = [".query": ["name=a&b=c d%é"], ".proplist": [".id", "name"]]
        #expect(wire.body == expected)
    }

    @Test("A record is one row without id, as an object or an array of one")
    func records() async throws {
        for body in [#"{"name":"gw"}"#, #"[{"name":"gw"}]"#] {
            let wire = Wire(200, body)
            let record = try await wire.transport().readRecord(.systemIdentity, properties: ["name"])
            #expect(record["name"] == "gw" && record.id == nil)
            #expect(wire.sent.first?.url == "https://10.0.0.1/rest/system/identity?.proplist=name")
        }
    }

    @Test("Writing uses the verbs that every version knows", arguments: [200, 201])
    func writes(status: Int) async throws {
        let wire = Wire(status, #"{".id":"*2A","name":"x"}"#)
        let transport = wire.transport(secure: false)
        #expect(try await transport.add(.hotspotUser, [("name", "x"), ("comment", "é\"")]) == RouterID("*2A"))
        #expect(wire.sent[0].method == .put && wire.sent[0].url == "http://10.0.0.1:8080/rest/ip/hotspot/user")
        #expect(wire.sent[0].headers.map { "\($0.name): \($0.value)" } == ["Content-Type: application/json"])
        #expect(wire.body == ["name": "x", "comment": "é\""])
        let id = try #require(RouterID("*2A"))
        try await transport.set(.hotspotUser, id, [("comment", "")])
        #expect(wire.sent[1].method == .patch && wire.sent[1].url.hasSuffix("/rest/ip/hotspot/user/*2A"))
        try await transport.set(.systemIdentity, nil, [("name", "gw")])
        #expect(wire.sent[2].method == .post && wire.sent[2].url.hasSuffix("/rest/system/identity/set"))
        #expect(wire.sent.allSatisfy { $0.totalLimit < .seconds(60) && $0.trust == .system })
    }

    @Test("Removal has no body or an empty list, commands answer rows or nothing")
    func removesAndRuns() async throws {
        let gone = Wire([
            .success(IncomingResponse(status: 204, headers: [], body: [])), .success(Wire.response(200, "[]")),
        ])
        let id = try #require(RouterID("*0"))
        let transport = gone.transport()
        try await transport.remove(.hotspotCookie, id)
        try await transport.remove(.hotspotCookie, id)
        #expect(gone.sent[0].method == .delete && gone.sent[0].url.hasSuffix("/rest/ip/hotspot/cookie/*0"))
        let run = Wire(200, "[]")
        #expect(try await run.transport().run("login", in: .hotspotActive, [("ip", "10.0.0.2")]) == [])
        #expect(run.sent[0].url.hasSuffix("/rest/ip/hotspot/active/login") && run.body == ["ip": "10.0.0.2"])
        let ret = Wire(200, #"{"ret":"*B546"}"#)
        #expect(try await ret.transport().add(.hotspotUser, []) == RouterID("*B546"))
    }

    @Test("The manual's answers to reading are taken", .enabled(if: Fixture.isPresent, Fixture.reason))
    func documented() async throws {
        let lines = try Fixture.lines("rest_http.jsonl").filter { line in
            line["status"]?.integer == 200 && line["response"] != nil && line["path"]?.text == "/ip/address"
        }
        #expect(!lines.isEmpty)
        let menu = Menu("/ip/address")
        for line in lines {
            let body = String(decoding: try #require(line["response"]).serialized(), as: UTF8.self)
            let wire = Wire(200, body)
            let hasIDs = line["response"]?.array?.allSatisfy { $0[".id"] != nil } ?? false
            let rows = try? await wire.transport().read(menu, properties: ["address"])
            #expect((rows?.count == line["response"]?.array?.count) == hasIDs, "\(line)")
        }
    }

    static let strange: [(status: Int, body: String, type: String, kind: RouterError.Kind)] = [
        (200, "<html>", "text/html", .notRouterOS), (404, "<html>", "text/html; charset=utf-8", .notRouterOS),
        (401, "<html>", "text/html", .unauthorized), (200, "[{", "application/json", .notReady),
        (200, #"[{"name":"a"}]"#, "application/json", .notReady),
        (200, #"{"version":"7.16"}"#, "application/json", .notReady),
        (200, #"[{".id":"*1","name":["a"]}]"#, "application/json", .notReady),
        (200, #"[{".id":"*1","name":"a","name":"b"}]"#, "application/json", .notReady),
        (200, "[1]", "application/json", .notReady), (503, "", "text/plain", .notRouterOS),
    ]

    @Test("An answer that is none is not taken for one", arguments: strange)
    func strangeAnswers(status: Int, body: String, type: String, kind: RouterError.Kind) async {
        let wire = Wire(status, body, type: type)
        await #expect(throws: RouterError(kind, in: .hotspotUser)) {
            try await wire.transport().read(.hotspotUser, properties: ["name"])
        }
    }

    @Test("An answer to reading that was cut off in its head is not taken for no rows")
    func emptyReading() async throws {
        for status in [200, 204] {
            let wire = Wire(status, "")
            let error = await #expect(throws: RouterError.self) {
                try await wire.transport().read(.hotspotUser, properties: ["name"])
            }
            #expect(error?.kind == .interrupted(maybeDone: true))
        }
    }

    @Test("Another menu's record is not taken for the record asked for")
    func booting() async {
        let wire = Wire(200, #"{"version":"7.16","uptime":"3s"}"#)
        await #expect(throws: RouterError(.notReady, in: .systemIdentity)) {
            try await wire.transport().readRecord(.systemIdentity, properties: ["name"])
        }
    }

    static let broken: [(error: HTTPClientError, kind: RouterError.Kind, rests: Int)] = [
        (.refused, .unreachable, 0), (.unreachable, .unreachable, 0), (.closedEarly(.beforeSending), .notAdmitted, 0),
        (.closedEarly(.afterSending), .interrupted(maybeDone: true), 1),
        (.timedOut(.beforeSending), .timedOut(maybeDone: false), 0),
        (.timedOut(.afterSending), .timedOut(maybeDone: true), 1),
        (.cancelled(.afterSending), .interrupted(maybeDone: true), 1), (.certificateUntrusted, .certificateUnusable, 0),
        (.tooLarge(limit: 1), .tooLarge, 1),
    ]

    @Test("Broken exchanges say whether they were possibly done, and the lane rests after those", arguments: broken)
    func brokenExchanges(error: HTTPClientError, kind: RouterError.Kind, rests: Int) async throws {
        let wire = Wire([.failure(error), .success(Wire.response(200, "[]"))])
        let transport = wire.transport()
        await #expect(throws: RouterError(kind, in: .hotspotUser)) {
            _ = try await transport.add(.hotspotUser, [])
        }
        _ = try await transport.read(.hotspotUser, properties: ["name"])
        _ = try await transport.read(.hotspotUser, properties: ["name"])
        #expect(wire.rests.withLock { $0 } == rests)
    }

    @Test("Operations on one router run one after another, in their order")
    func lane() async throws {
        let wire = Wire(200, "[]")
        let transport = wire.transport()
        try await withThrowingTaskGroup { group in
            for _ in 0..<50 { group.addTask { _ = try await transport.read(.hotspotUser, properties: ["name"]) } }
            try await group.waitForAll()
        }
        #expect(wire.sent.count == 50 && wire.mostAtOnce == 1)
    }
}
