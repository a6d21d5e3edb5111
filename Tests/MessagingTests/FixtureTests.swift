import HTTPClient
import JSON
import Testing
import Values

@testable import Messaging

/// Every captured payload of those who send, read as what it means.
@Suite struct FixtureTests {
    static let answers: [String: SendAnswer] = [
        "africastalking/docs-send-response-mixed.json": .taken(name: "ATXid_00000000000000000000000000000001"),
        "africastalking/recorded-premium-send-201.json": .taken(name: "ATXid_9f17a67650617458db781fc2e3d3688f"),
        "africastalking/recorded-sms-send-201-invalid-sender.json": .refused(.senderUnfit, code: "InvalidSenderId"),
        "africastalking/recorded-sms-send-201-queued102.json": .taken(name: "ATXid_af55810d4d7c07ed9ad5f887096487ea"),
        "africastalking/recorded-sms-send-201-sent101.json": .taken(name: "ATXid_09b5a410fd2f388a06f152f56ce95801"),
        "africastalking/recorded-sms-send-401-invalid-key.json": .refused(.credentials, code: "401"),
        // Other services of the same provider: no answer to a message.
        "africastalking/recorded-balance-200.json": .unknown(.unknownShape(status: 200)),
        "africastalking/recorded-payments-mobile-checkout-201.json": .unknown(.unknownShape(status: 201)),
        "kannel/recorded-sendsms-202-accepted.json": .taken(name: nil),
        "kannel/recorded-sendsms-202-no-text.json": .taken(name: nil),
        "kannel/recorded-sendsms-202-queued.json": .taken(name: nil),
        "kannel/recorded-sendsms-400-no-receiver.json": .refused(.addressInvalid, code: "400"),
        "kannel/recorded-sendsms-403-auth.json": .refused(.credentials, code: "403"),
    ]

    static let notices: [String: MessageNotice] = {
        let name = DeliveryReport.Name.provider("ATXid_520e732ea1191c1f03a7d9bea3a91006")
        return [
            "africastalking/docs-dlr-failed.form": .report(DeliveryReport(name, .failed(.optedOut))),
            "africastalking/docs-dlr-rejected.form": .report(DeliveryReport(name, .failed(.noCredit))),
            "africastalking/docs-dlr-success.form": .report(DeliveryReport(name, .delivered)),
            "africastalking/docs-incoming.form": .incoming,
            "africastalking/docs-optout.form": .optOut(PhoneNumber(digits: "254720123123")),
        ]
    }()

    @Test(
        "Answers and reports are told in the right state",
        .enabled(if: MessageFixture.isPresent, MessageFixture.reason))
    func decodes() throws {
        let files = try MessageFixture.names("africastalking") + MessageFixture.names("kannel")
        for file in files
        where !["kannel/recorded-segment-counts.json", "kannel/recorded-dlr-sequence.json"].contains(file) {
            if file.hasSuffix(".form") {
                let bytes = try MessageFixture.bytes(file).filter { $0 != 0x0A }
                #expect(AfricasTalking.notice(bytes) == Self.notices[file], "\(file)")
                continue
            }
            let json = try MessageFixture.document(file)
            let body = json["body"]?.text.map { Array($0.utf8) } ?? json["body"]?.serialized() ?? []
            let response = IncomingResponse(status: Int(json["status"]?.integer ?? 0), headers: [], body: body)
            let answer = file.hasPrefix("kannel") ? Kannel.answer(response) : AfricasTalking.answer(response)
            #expect(answer == Self.answers[file], "\(file)")
        }
        #expect(files.count == Self.answers.count + Self.notices.count + 2)
    }

    @Test(
        "What Kannel asked us with says first that it is on its way, then that it arrived",
        .enabled(if: MessageFixture.isPresent, MessageFixture.reason))
    func kannelReports() throws {
        let requests = try #require(try MessageFixture.document("kannel/recorded-dlr-sequence.json")["requests"]?.array)
        let states = try requests.map { request in
            let path = try #require(request["path"]?.text)
            let query = path.drop { $0 != "?" }.dropFirst()
            return Kannel.notice(Array(query.utf8))
        }
        #expect(
            states == [
                .report(DeliveryReport(.attempt("OUR1"), .onItsWay)),
                .report(DeliveryReport(.attempt("OUR1"), .delivered)),
            ])
    }

    static let codes: [(code: Int, reason: MessageReason)] = [
        (401, .onHold), (402, .senderUnfit), (403, .addressInvalid), (404, .addressUnsupported), (405, .noBalance),
        (406, .optedOut), (407, .noRoute), (409, .doNotDisturb), (500, .busy), (501, .busy), (502, .refused),
        (499, .refused),
    ]

    @Test("Each code of a reader is a no of its own; only two of them pass", arguments: codes)
    func code(code: Int, reason: MessageReason) {
        let body = """
            {"SMSMessageData":{"Message":"Sent to 0/1","Recipients":[{"statusCode":\(code),"number":"+254711000001",\
            "status":"x","cost":"0","messageId":"None"}]}}
            """
        let answer = AfricasTalking.answer(IncomingResponse(status: 201, headers: [], body: Array(body.utf8)))
        #expect(answer == .refused(reason, code: "\(code)"))
        #expect((reason.concern == .passing) == [500, 501].contains(code))
    }

    static let statuses: [(status: Int, at: SendAnswer, kannel: SendAnswer)] = [
        (400, .refused(.refused, code: "400"), .refused(.messageUnfit, code: "400")),
        (429, .refused(.busy, code: "429"), .refused(.refused, code: "429")),
        (500, .unknown(.fault(status: 500)), .unknown(.fault(status: 500))),
        (502, .unknown(.fault(status: 502)), .unknown(.fault(status: 502))),
        (503, .unknown(.fault(status: 503)), .refused(.busy, code: "503")),
        (200, .unknown(.unknownShape(status: 200)), .unknown(.unknownShape(status: 200))),
    ]

    @Test("A page instead of an answer decides nothing", arguments: statuses)
    func page(status: Int, at: SendAnswer, kannel: SendAnswer) {
        let response = IncomingResponse(status: status, headers: [], body: Array("<html>".utf8))
        #expect(AfricasTalking.answer(response) == at)
        #expect(Kannel.answer(response) == kannel)
    }

    static let rejections: [(words: String, reason: MessageReason)] = [
        ("NACK/0x0000000b/Invalid Destination", .addressInvalid), ("NACK/11/Invalid", .addressInvalid),
        ("NACK/0x0000000a/Source", .senderUnfit), ("NACK/0x00000058/Throttled", .busy), ("NACK/20/Full", .busy),
        ("NACK/0x00000045/Submit failed", .notDelivered), ("", .notDelivered), ("NACK", .notDelivered),
    ]

    @Test("A message centre's no is told apart by its status", arguments: rejections)
    func rejection(words: String, reason: MessageReason) {
        #expect(KannelCodes.rejection(in: words) == reason)
    }

    @Test("Other reports are unknown, never refused")
    func strange() {
        for text in ["", "a=b", "id=1&type=99", "id=&type=1", "%%%&=&", "id=1&status=Odd"] {
            let notices = [Kannel.notice(Array(text.utf8)), AfricasTalking.notice(Array(text.utf8))]
            for notice in notices { if case .unknown = notice {} else { Issue.record("\(text): \(notice)") } }
        }
    }
}
