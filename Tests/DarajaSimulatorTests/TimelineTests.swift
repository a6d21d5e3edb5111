import TestKit
import Testing
import Values
import Wires

@testable import DarajaSimulator

/// The simulator's phases against those that others published with their times.
@Suite(.serialized, .ownThreads) struct TimelineTests {
    static let file =
        #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
        + "/shared/payments/fixtures/daraja/live-timelines.json"
    static let isPresent = !Program.read(file).isEmpty

    static let plans: [(run: String, plan: PayerPlan)] = [
        ("customer cancels", .cancels(after: 27)), ("customer pays", .pays(after: 17)),
        ("phone unreachable", .unreachable),
        ("receiver answers 500 to the callback", .unreachable),
        ("receiver down (502) when the callback is sent", .unreachable),
    ]

    @Test(
        "Polls and callbacks come as they came from the real service",
        .enabled(if: isPresent, "The captured timelines (../shared/payments) are not on this machine"),
        arguments: plans.indices)
    func timeline(index: Int) throws {
        let (name, plan) = Self.plans[index]
        let runs = try #require(WireJSON(Array(Program.read(Self.file).utf8), strict: true)?["runs"]?.elements)
        let run = try #require(runs.first { $0["name"]?.text == name })
        let bench = try DarajaBench(plan)
        let id = try #require(try bench.prompt().body["CheckoutRequestID"]?.text)
        var (now, callbacks) = (0 as Int64, 0)
        for event in run["events"]?.elements ?? [] {
            let time = try #require(event["t"]?.integer)
            bench.advance(time - now)
            now = time
            if let poll = event["poll"] {
                let answer = try bench.query(id)
                #expect(answer.status == Int(poll["http"]?.integer ?? 0), "\(name) at \(time)")
                for key in ["ResultCode", "errorCode", "errorMessage"] {
                    #expect(answer.body[key]?.text == poll[key]?.text, "\(name) at \(time): \(answer.body)")
                }
            } else {
                if event["callback"] != nil { callbacks += 1 }
                // Once and never again, whatever the receiver answers.
                #expect(bench.posted(callbacks).count == callbacks, "\(name) at \(time)")
            }
        }
    }

    @Test("A receipt that does not exist is told after 85 seconds")
    func unknownReceipt() throws {
        let bench = try DarajaBench()
        let answer = try bench.post(
            "/mpesa/transactionstatus/v1/query",
            .record([
                "Initiator": "testapi", "SecurityCredential": "AAAA", "CommandID": "TransactionStatusQuery",
                "TransactionID": "UJ60000000", "PartyA": "174379", "IdentifierType": "4",
                "ResultURL": "http://127.0.0.1:9/r", "QueueTimeOutURL": "http://127.0.0.1:9/t", "Remarks": "x",
            ]))
        #expect(answer.body["ResponseCode"]?.text == "0")
        bench.advance(84)
        #expect(bench.posted(0).isEmpty)
        bench.advance(2)
        // The credential was none, so the initiator's trouble comes first.
        #expect(bench.posted(1).first?["Result"]?["ResultCode"]?.integer == 2_001)
    }
}
