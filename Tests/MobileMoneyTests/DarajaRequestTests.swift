import HTTPClient
import JSON
import TestKit
import Testing
import Values

@testable import MobileMoney

@Suite struct DarajaRequestTests {
    @Test(
        "What Daraja does not take is not sent",
        arguments: [
            (DarajaBench.prompt(50), PaymentReason.badAmount), (DarajaBench.prompt(150), .badAmount),
            (DarajaBench.prompt(0), .badAmount), (DarajaBench.prompt(25_000_100), .amountTooLarge),
            (DarajaBench.prompt(payer: PhoneNumber(digits: "256772123456") ?? DarajaBench.payer), .badNumber),
            (DarajaBench.prompt(callback: "https://isp.test/mpesa/1"), .badCallback),
            (DarajaBench.prompt(callback: "https://isp.test/a?b"), .badCallback),
            (DarajaBench.prompt(callback: "ftp://isp.test/a"), .badCallback),
        ])
    func unsendable(prompt: PaymentPrompt, reason: PaymentReason) async {
        let bench = DarajaBench([])
        let daraja = Daraja(DarajaBench.settings(), over: bench.transport)
        await #expect(throws: RailError(.unsendable(reason))) { try await daraja.prompt(prompt) }
        #expect(bench.sent.isEmpty && bench.tokens == 0)
    }

    @Test("A prompt is signed with Nairobi's time, and names payer and payee", arguments: [false, true])
    func signed(till: Bool) async throws {
        let bench = DarajaBench(200, #"{"CheckoutRequestID":"ws_CO_1","ResponseCode":"0"}"#)
        let daraja = Daraja(DarajaBench.settings(till: till), over: bench.transport)
        _ = try await daraja.prompt(DarajaBench.prompt(words: "Wi-Fi, 1 día & más"))
        let body = try #require(bench.bodies.first)
        #expect(body["Timestamp"]?.text == "20261006095233")
        // base64("174379" + "passkey" + "20261006095233"), by another tool.
        #expect(body["Password"]?.text == "MTc0Mzc5cGFzc2tleTIwMjYxMDA2MDk1MjMz")
        #expect(body["TransactionType"]?.text == (till ? "CustomerBuyGoodsOnline" : "CustomerPayBillOnline"))
        #expect(body["BusinessShortCode"]?.text == "174379")
        #expect(body["PartyB"]?.text == (till ? "5555555" : "174379"))
        #expect(body["Amount"]?.integer == 1)
        #expect(body["TransactionDesc"]?.text == "Wi-Fi-1-d-a-m")
        let request = try #require(bench.sent.first)
        #expect(!request.url.contains("254") && !request.url.contains("?"))
    }

    @Test("An acknowledgement without an id is an unknown outcome")
    func ackWithoutID() async {
        for body in ["{}", #"{"ResponseCode":"0"}"#, #"{"CheckoutRequestID":"a","ResponseCode":"1"}"#, "", "[]", "x"] {
            let daraja = Daraja(DarajaBench.settings(), over: DarajaBench(200, body).transport)
            await #expect(throws: RailError(.outcomeUnknown(.unknownShape(status: 200)))) {
                try await daraja.prompt(DarajaBench.prompt())
            }
        }
    }

    @Test("An app without the product is told so, after one more try at most")
    func productMissing() async {
        let body = #"{"fault":{"faultstring":"Invalid API call as no apiproduct match found","detail":{}}}"#
        let bench = DarajaBench([.init(status: 401, body: body), .init(status: 401, body: body)])
        let daraja = Daraja(DarajaBench.settings(), over: bench.transport)
        await #expect(throws: RailError(.refused(code: "401", .productMissing))) {
            try await daraja.prompt(DarajaBench.prompt())
        }
        #expect(bench.sent.count == 1)
    }

    @Test(
        "A token's lifetime is a number or a text; what cannot be read is short",
        arguments: [
            (#""3599""#, 3_500 as Int64, 1), ("3599", 3_500, 1), (#""3599""#, 3_545, 2), ("null", 80, 1),
            ("null", 125, 2), ("9223372036854775807", 86_000, 1), ("9223372036854775807", 86_401, 2), ("-5", 0, 1),
        ])
    func lifetime(text: String, after seconds: Int64, fetches: Int) async {
        let token = DarajaBench.Reply(body: #"{"access_token":"abc","expires_in":\#(text)}"#)
        let bench = DarajaBench([], token: token)
        let daraja = Daraja(DarajaBench.settings(), over: bench.transport)
        _ = await daraja.ask(DarajaBench.someID)
        bench.pass(.seconds(seconds))
        _ = await daraja.ask(DarajaBench.someID)
        #expect(bench.tokens == fetches)
    }

    @Test("Paybill and till of one app share its token; another app has its own")
    func sharing() async throws {
        let bench = DarajaBench([])
        let transport = bench.transport
        for till in [false, true] {
            _ = await Daraja(DarajaBench.settings(till: till), over: transport).ask(DarajaBench.someID)
        }
        #expect(bench.tokens == 1)
        let paybill = DarajaBench.settings()
        let other = DarajaSettings(
            address: paybill.address, consumerKey: "other", consumerSecret: paybill.consumerSecret,
            business: paybill.business, passkey: paybill.passkey)
        _ = await Daraja(other, over: transport).ask(DarajaBench.someID)
        #expect(bench.tokens == 2)
    }

    @Test(
        "Times of Nairobi are read as they are written",
        arguments: [
            ("20261006095233", "2026-10-06T06:52:33Z"), ("06.07.2024 22:48:52", "2024-07-06T19:48:52Z"),
            ("2020-08-05T10:13:00Z", "2020-08-05T07:13:00Z"), ("2024-02-29 00:00:00", "2024-02-28T21:00:00Z"),
            ("20230229000000", nil), ("2026", nil), ("20261306095233", nil), ("20261006245233", nil), ("", nil),
        ])
    func times(text: String, expected: String?) {
        #expect(NairobiTime.read(text)?.iso8601 == expected)
        guard let instant = NairobiTime.read(text) else { return }
        #expect(NairobiTime.read(NairobiTime.compact(instant)) == instant)
        #expect(NairobiTime.read(NairobiTime.spaced(instant)) == instant)
    }

    @Test("Requests pass at their pace, and some at once after a pause")
    func bucket() {
        let bucket = RequestBucket(rate: 5)
        let waits = (0..<8).map { _ in bucket.reserve(at: 1_000_000).milliseconds }
        #expect(waits == [0, 0, 0, 0, 0, 200, 400, 600])
        #expect(bucket.reserve(at: 1_010_000) == .zero)
    }

    @Test("Whatever is posted, it is told or refused", arguments: [1 as UInt64])
    func fuzz(seed: UInt64) {
        let bodies = [
            #"{"Body":{"stkCallback":{"CheckoutRequestID":"a","ResultCode":0,"CallbackMetadata":{"Item":[{"Name":"Amount","Value":1.0}]}}}}"#,
            #"{"TransID":"RKL51ZDR4F","TransAmount":"5.00","BusinessShortCode":"600966","MSISDN":"2547 ***** 126"}"#,
            #"{"Result":{"ResultCode":"0","ConversationID":"AG","ResultParameters":{"ResultParameter":{"Key":"A"}}}}"#,
        ]
        let flaws = Fuzz(bodies.map { Array($0.utf8) }, words: ["null", "[]", "{}", "-1", "1e9"])
            .run("Daraja's notices", inputs: 5_000) { bytes in
                guard case .incoming(let payment) = Daraja.notice(bytes) else { return nil }
                return payment.amount.minorUnits < 0 ? "less than nothing" : nil
            }
        #expect(flaws == [])
    }
}

extension DarajaBench {
    static var someID: PromptID {
        guard let id = PromptID("ws_CO_1") else { preconditionFailure() }
        return id
    }
}
