import FoundationEssentials
import HTTPClient
import JSON
import Testing
import Values

@testable import MobileMoney

/// Observed payloads of MTN, beside the package and not part of it: status, body and source in one object.
enum MomoFixture {
    static let folder =
        #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/shared/payments/fixtures/momo"
    static let isPresent = FileManager.default.fileExists(atPath: folder + "/observed-token-200.json")
    static let reason: Comment = "The observed payloads (../shared/payments) are not on this machine"

    static func reply(_ name: String) throws -> DarajaBench.Reply {
        let data = try Data(contentsOf: URL(filePath: "\(folder)/\(name).json"))
        let json = try JSON(parsing: Array(data))
        let body = json["body"].flatMap { $0.isNull ? nil : $0.description } ?? ""
        return DarajaBench.Reply(status: Int(json["status"]?.integer ?? 200), body: body)
    }
}

@Suite struct MomoTests {
    static let key = "01890a5d-ac96-774b-bcce-b302099a8057"

    private func momo(_ bench: DarajaBench) throws -> Momo {
        let settings = MomoSettings(
            address: MomoSettings.sandbox, subscriptionKey: Secret("sub"), apiUser: Self.key, apiKey: Secret("key"),
            environment: "sandbox", currency: try #require(Currency(code: "EUR")))
        return Momo(settings, over: bench.transport)
    }

    private func prompt(_ minorUnits: Int64 = 10_000, key: String = MomoTests.key) throws -> PaymentPrompt {
        PaymentPrompt(
            key: key, amount: Money(minorUnits: minorUnits, in: try #require(Currency(code: "EUR"))),
            payer: try #require(PhoneNumber(digits: "56733123453")),
            reference: try #require(AccountReference("INV-1001")),
            words: "One day", callback: "https://isp.test/cb/m/x")
    }

    @Test(
        "A prompt is taken under our key, once or again", .enabled(if: MomoFixture.isPresent, MomoFixture.reason),
        arguments: ["observed-requesttopay-202", "observed-requesttopay-409"])
    func prompts(file: String) async throws {
        let bench = DarajaBench([try MomoFixture.reply(file)], token: try MomoFixture.reply("observed-token-200"))
        let ack = try await momo(bench).prompt(try prompt())
        #expect(ack.id.revealed == Self.key)
        let sent = try #require(bench.sent.last)
        let headers = Dictionary(sent.headers.map { ($0.name, $0.value) }) { $1 }
        #expect(headers["X-Reference-Id"] == Self.key && headers["X-Target-Environment"] == "sandbox")
        #expect(headers["Ocp-Apim-Subscription-Key"] == "sub" && headers["X-Callback-Url"] == "https://isp.test/cb/m/x")
        let body = try #require(bench.bodies.last)
        #expect(body["amount"]?.text == "100" && body["currency"]?.text == "EUR")
        #expect(body["payer"]?["partyId"]?.text == "56733123453")
    }

    static let answers: [(file: String, state: String)] = [
        ("observed-status-pending", "pending"), ("observed-status-successful", "paid 1234567890 100.00 56733123453"),
        ("observed-status-failed-rejected", "failed APPROVAL_REJECTED cancelled"),
        ("variant-status-failed-reason-object", "failed PAYER_LIMIT_REACHED daily-limit"),
        ("observed-status-404", "no answer RESOURCE_NOT_FOUND"),
    ]

    @Test(
        "Every observed status is told in the right state", .enabled(if: MomoFixture.isPresent, MomoFixture.reason),
        arguments: answers)
    func asks(file: String, state: String) async throws {
        let bench = DarajaBench([try MomoFixture.reply(file)], token: try MomoFixture.reply("observed-token-200"))
        let answer = try await momo(bench).ask(try #require(PromptID(Self.key)))
        #expect(words(answer) == state)
    }

    @Test(
        "A callback names no prompt, and is told with the nil of one",
        .enabled(if: MomoFixture.isPresent, MomoFixture.reason))
    func callback() throws {
        let body = try MomoFixture.reply("observed-callback-failed").body
        let failure = PaymentFailure(code: "APPROVAL_REJECTED", reason: .cancelled)
        let momo = try momo(DarajaBench([]))
        #expect(momo.read(Array(body.utf8)) == .outcome(of: nil, .failed(failure)))
        #expect(momo.read([]) == .unknown(flaw: "no object"))
        #expect(momo.read(Array("{}".utf8)) == .unknown(flaw: "no status"))
    }

    static let refusals: [(status: Int, body: String, kind: RailError.Kind)] = [
        (400, #"{"code":"INVALID_CURRENCY"}"#, .refused(code: "INVALID_CURRENCY", .badAmount)),
        (403, #"{"statusCode":403,"message":"x"}"#, .refused(code: "403", .refusedByProvider)),
        (411, "<html></html>", .outcomeUnknown(.page(status: 411))),
        (500, #"{"code":"SERVICE_UNAVAILABLE"}"#, .outcomeUnknown(.fault(status: 500))),
        (429, "{}", .busy(code: "429")), (500, "", .outcomeUnknown(.unknownShape(status: 500))),
    ]

    @Test("A refused prompt says whether the phone was possibly asked", arguments: refusals)
    func refused(status: Int, body: String, kind: RailError.Kind) async throws {
        let bench = DarajaBench(status, body)
        await #expect(throws: RailError(kind)) { try await momo(bench).prompt(try prompt()) }
    }

    @Test("A dead token costs one more request, and what MTN does not take is not sent")
    func others() async throws {
        let bench = DarajaBench([.init(status: 401, body: "{}"), .init(status: 202, body: "")])
        _ = try await momo(bench).prompt(try prompt())
        #expect(bench.sent.count == 2 && bench.tokens == 2)
        let silent = DarajaBench([])
        await #expect(throws: RailError(.unsendable(.badAmount))) { try await momo(silent).prompt(try prompt(0)) }
        await #expect(throws: RailError(.unsendable(.malformedRequest))) {
            try await momo(silent).prompt(try prompt(key: "short"))
        }
        #expect(silent.sent.isEmpty)
        let answer = try await momo(DarajaBench(200, #"{"status":"NEW"}"#)).ask(DarajaBench.someID)
        #expect(answer == .open(.unlisted(code: "NEW")))
    }

    private func words(_ answer: PaymentAnswer) -> String {
        switch answer {
        case .paid(let facts):
            if case .number(let number) = facts.payer {
                "paid \(facts.receipt?.text ?? "-") \(facts.amount?.plain ?? "-") \(number.digits)"
            } else {
                "paid"
            }
        case .failed(let failure): "failed \(failure.code) \(failure.reason.rawValue)"
        case .open(.pending): "pending"
        case .open(.noAnswer(let code)): "no answer \(code)"
        case .open(let reason): "open \(reason)"
        }
    }
}
