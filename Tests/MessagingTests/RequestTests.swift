import HTTPClient
import Synchronization
import Testing
import Values

@testable import Messaging

/// What goes out, and what trouble on the way means.
@Suite struct RequestTests {
    private final class Wire: Sendable {
        let sent = Mutex<[OutgoingRequest]>([])
        let reply: Result<IncomingResponse, HTTPClientError>
        init(_ reply: Result<IncomingResponse, HTTPClientError>) { self.reply = reply }
        var transport: MessageTransport {
            MessageTransport { request in
                self.sent.withLock { $0.append(request) }
                return self.reply
            }
        }
        var count: Int { sent.withLock { $0.count } }
    }

    private static let number = PhoneNumber(digits: "254712345678")

    private static func message(_ text: String) throws -> OutgoingMessage {
        OutgoingMessage(
            id: "m", attempt: "a-1", reader: .phone(try #require(number)), text: text,
            reports: "https://isp.test/in/m/T",
            now: 0)
    }

    private static let taken = Result<IncomingResponse, HTTPClientError>.success(
        IncomingResponse(status: 202, headers: [], body: Array("0: Accepted for delivery".utf8)))

    private static func africas(_ wire: Wire, from: String = "LANGO") -> AfricasTalking {
        AfricasTalking(
            AfricasTalkingSettings(address: "http://at.test", username: "sandbox", key: Secret("k"), from: from),
            over: wire.transport)
    }

    private static func kannel(_ wire: Wire) -> Kannel {
        Kannel(
            KannelSettings(address: "http://k.test:13013", username: "u", password: Secret("p&=%"), from: "LANGO"),
            over: wire.transport)
    }

    @Test("Africa's Talking gets its form, with a key in a header")
    func form() async throws {
        let wire = Wire(Self.taken)
        _ = await Self.africas(wire).send(try Self.message("Paid & done: 50% + more"))
        let request = try #require(wire.sent.withLock { $0.first })
        #expect(request.method == .post && request.url == "http://at.test/version1/messaging")
        let fields = request.headers.map { "\($0.name): \($0.value)" }
        #expect(fields == ["apiKey: k", "Accept: application/json", "Content-Type: application/x-www-form-urlencoded"])
        let body = FormFields(request.body ?? [])
        #expect(body["to"] == "+254712345678" && body["message"] == "Paid & done: 50% + more")
        #expect(body["username"] == "sandbox" && body["bulkSMSMode"] == "1" && body["from"] == "LANGO")
        _ = await Self.africas(wire, from: "").send(try Self.message("x"))
        #expect(wire.sent.withLock { FormFields($0[1].body ?? []).has("from") } == false)
    }

    @Test("Kannel gets our attempt's name in the address of its reports, and the alphabet by the text")
    func query() async throws {
        let wire = Wire(Self.taken)
        #expect(await Self.kannel(wire).send(try Self.message("Paid é")) == .taken(name: nil))
        _ = await Self.kannel(wire).send(try Self.message("ç"))
        let requests = wire.sent.withLock { $0 }
        #expect(requests.allSatisfy { $0.method == .get && $0.actsOnce })
        let queries = requests.map { FormFields(Array($0.url.drop { $0 != "?" }.dropFirst().utf8)) }
        #expect(queries.map { $0["coding"] } == ["0", "2"] && queries[1]["text"] == "ç")
        #expect(queries[0]["password"] == "p&=%" && queries[0]["dlr-mask"] == "31" && queries[0]["charset"] == "UTF-8")
        #expect(
            queries[0]["dlr-url"] == "https://isp.test/in/m/T?id=a-1&type=%d&smsc=%F&reply=%A&ts=%T")
    }

    @Test("An empty text, and e-mail to a gateway of SMS, are never sent")
    func unfit() async throws {
        let wire = Wire(Self.taken)
        #expect(await Self.kannel(wire).send(try Self.message("")) == .refused(.messageUnfit, code: ""))
        #expect(await Self.africas(wire).send(try Self.message("")) == .refused(.messageUnfit, code: ""))
        let mail = OutgoingMessage(
            id: "m", attempt: "a", reader: .email(try #require(EmailAddress("a@b.test"))), text: "x", reports: "",
            now: 0)
        #expect(await Self.kannel(wire).send(mail) == .refused(.addressUnsupported, code: ""))
        #expect(wire.count == 0)
    }

    static let troubles: [(error: HTTPClientError, answer: SendAnswer)] = [
        (.unreachable, .refused(.unreachable, code: "")), (.refused, .refused(.unreachable, code: "")),
        (.timedOut(.beforeSending), .refused(.unreachable, code: "")), (.timedOut(.afterSending), .unknown(.timedOut)),
        (.closedEarly(.afterSending), .unknown(.broken)), (.certificateUntrusted, .refused(.unreachable, code: "")),
        (.invalidRequest, .refused(.accountUnusable, code: "")), (.tooLarge(limit: 1), .unknown(.broken)),
    ]

    @Test("Only what was possibly sent is in doubt", arguments: troubles)
    func trouble(error: HTTPClientError, answer: SendAnswer) async throws {
        #expect(await Self.africas(Wire(.failure(error))).send(try Self.message("x")) == answer)
        #expect(await Self.kannel(Wire(.failure(error))).send(try Self.message("x")) == answer)
    }
}
