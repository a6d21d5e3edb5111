import TestKit
import Testing
import Values
import Wires

@testable import DarajaSimulator

@Suite(.serialized, .ownThreads) struct RefusalTests {
    static let prompts: [(field: String, value: WireJSON?, status: Int, code: String, message: String)] = [
        ("Amount", .string("0"), 400, "400.002.02", "Bad Request - Invalid Amount"),
        ("Amount", .string("1.50"), 400, "400.002.02", "Bad Request - Invalid Amount"),
        ("Amount", nil, 400, "400.002.02", "Bad Request - Invalid Amount"),
        ("PhoneNumber", .string("0712345678"), 400, "400.002.02", "Bad Request - Invalid PhoneNumber"),
        ("PartyB", .string("12"), 400, "400.002.02", "Bad Request - Invalid PartyB"),
        ("CallBackURL", .string("https://isp.test/safaricom"), 400, "400.002.02", "Bad Request - Invalid CallBackURL"),
        (
            "TransactionType", .string("CustomerBuyGoodsOnline"), 400, "400.002.02",
            "Bad Request - Invalid TransactionType"
        ),
        ("AccountReference", .string("1234567890123"), 400, "400.002.02", "Bad Request - Invalid AccountReference"),
        ("BusinessShortCode", .string("999999"), 500, "500.001.1001", "Merchant does not exist"),
        ("Password", .string("AAAA"), 500, "500.001.1001", "Wrong credentials"),
    ]

    @Test("A prompt that is wrong is refused in the real shape", arguments: prompts.indices)
    func prompt(index: Int) throws {
        let (field, value, status, code, message) = Self.prompts[index]
        let bench = try DarajaBench()
        let answer = try bench.prompt([field: value])
        #expect(answer.status == status)
        #expect(
            answer.body["errorCode"]?.text == code && answer.body["errorMessage"]?.text == message, "\(answer.body)")
        #expect(answer.body["requestId"]?.text?.isEmpty == false)
    }

    static let tokens: [(path: String, status: Int, code: String)] = [
        ("/mpesa/stkpush/v1/processrequest", 404, "404.001.03"), ("/mpesa/reversal/v1/request", 404, "404.001.03"),
        ("/mpesa/accountbalance/v1/query", 401, "401.002.01"), ("/mpesa/b2c/v3/paymentrequest", 401, "401.002.01"),
        ("/mpesa/c2b/v2/registerurl", 400, "400.003.01"), ("/mpesa/transactionstatus/v1/query", 400, "400.003.01"),
        ("/pulltransactions/v1/query", 401, "401.001"),
    ]

    @Test("Each product has its own way to say that a token is dead", arguments: tokens)
    func token(path: String, status: Int, code: String) throws {
        let bench = try DarajaBench()
        let answer = try bench.post(path, .object([:]), token: "none")
        #expect(answer.status == status && answer.body["errorCode"]?.text == code)
    }

    @Test("A token ends by time, by a new one, and on demand")
    func ends() throws {
        let bench = try DarajaBench { $0.tokenSeconds = 60 }
        #expect(try bench.query("x").body["errorCode"]?.text == "500.001.1001")
        bench.advance(61)
        #expect(try bench.query("x").body["errorCode"]?.text == "404.001.03")
    }

    @Test("Wrong verbs, addresses, keys and bodies are told apart")
    func others() throws {
        let bench = try DarajaBench()
        func code(_ method: String, _ path: String, _ headers: [String], _ body: String = "{}") throws -> String? {
            let answer = try Wire.ask(bench.host.port, method, path, headers: headers, body: Array(body.utf8))
            return WireJSON(answer.body)?["errorCode"]?.text
        }
        let bearer = ["Authorization: Bearer \(bench.token)"]
        let push = "/mpesa/stkpush/v1/processrequest"
        #expect(try code("GET", push, bearer) == "405.001")
        #expect(try code("POST", "/nowhere", bearer) == "404.001.01")
        #expect(try code("POST", push, []) == "404.001.04")
        #expect(try code("POST", push, bearer, "{") == "400.002.05")
        let token = "/oauth/v1/generate?grant_type="
        #expect(try code("GET", token + "client_credentials", []) == "400.008.01")
        #expect(try code("GET", token + "password", []) == "400.008.02")
        #expect(try code("GET", "/mpesa/b2c/v2/paymentrequest", bearer) == "404.001.01")
    }

    @Test("Ids and receipts are shaped like the real ones")
    func shapes() throws {
        let now: Instant = 1_791_269_553_018
        #expect(DarajaWords.checkout(now, payer: "254708374149") == "ws_CO_0610202609523318708374149")
        #expect(DarajaWords.receipt(now).hasPrefix("UJ6") && DarajaWords.receipt(now).utf8.count == 10)
        let parts = DarajaWords.request().split(separator: "-" as Character).map { $0.utf8.count }
        #expect(parts == [4, 4, 4, 19])
        #expect(DarajaWords.conversation(now).hasPrefix("AG_20261006_"))
        #expect(DarajaWords.dotted(now) == "06.10.2026 09:52:33")
    }
}
