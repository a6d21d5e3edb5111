import DarajaSimulator
import HTTPClient
import JSON
import TestKit
import Testing
import Values
import Wires

@testable import Messaging

/// Africa's Talking over real sockets, as the simulator has it.
@Suite(.serialized, .ownThreads) struct SimulatedTextsTests {
    /// One for all tests: making it takes longer than all else.
    private static let key = CredentialKey(at: .now)

    private static func message(_ number: String) throws -> OutgoingMessage {
        OutgoingMessage(
            id: "m", attempt: "a", reader: .phone(try #require(PhoneNumber(digits: number))), text: "Asante – é & 50%",
            reports: "", now: 0)
    }

    @Test("A text is taken, refused, or lost, and each is told apart")
    func sends() async throws {
        let host = try DarajaHost(try #require(DarajaHost.Settings(key: Self.key)))
        let client = HTTPClient()
        defer {
            host.stop()
            client.close()
        }
        func account(key: String = "text-key", from: String = "LANGO") -> AfricasTalking {
            AfricasTalking(
                AfricasTalkingSettings(address: host.url, username: "sandbox", key: Secret(key), from: from),
                over: MessageTransport(client))
        }
        func control(_ path: String, _ body: JSON) throws {
            let answer = try Wire.ask(
                host.port, "POST", "/_simulator/" + path,
                headers: ["Authorization: Bearer \(host.settings.controlToken)"], body: body.serialized())
            #expect(answer.status == 200, "\(answer.text)")
        }
        guard case .taken(let name?) = await account().send(try Self.message("254711000001")) else {
            Issue.record("not taken")
            return
        }
        #expect(name.hasPrefix("ATXid_"))
        #expect(
            await account(key: "wrong").send(try Self.message("254711000001")) == .refused(.credentials, code: "401"))
        #expect(
            await account(from: "OTHER").send(try Self.message("254711000001"))
                == .refused(.senderUnfit, code: "InvalidSenderId"))
        try control("texts", ["number": "+254711000002", "code": 405])
        #expect(await account().send(try Self.message("254711000002")) == .refused(.noBalance, code: "405"))
        try control("faults", ["fault": "reply-lost", "door": "text"])
        #expect(await account().send(try Self.message("254711000001")) == .unknown(.broken))
        try control("faults", ["fault": "error", "door": "text", "status": 502])
        #expect(await account().send(try Self.message("254711000001")) == .unknown(.fault(status: 502)))
        let state = try Wire.ask(
            host.port, "GET", "/_simulator/state", headers: ["Authorization: Bearer \(host.settings.controlToken)"])
        let texts = try #require(try JSON(parsing: state.body)["texts"]?.array)
        // The one whose reply was lost was sent.
        #expect(texts.map { $0["code"]?.text } == ["101", "405", "101"])
        #expect(texts.first?["text"]?.text == "Asante – é & 50%")
    }
}
