import DarajaSimulator
import HTTPClient
import JSON
import TestKit
import Testing
import Values

@testable import MobileMoney

/// Our client against the simulated service, over real sockets.
@Suite(.serialized, .ownThreads) struct DarajaLiveTests {
    @Test("A prompt is paid, told twice, and the same by query, statement and status", arguments: [false, true])
    func paid(till: Bool) async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let daraja = try bench.daraja(till: till)
        try await daraja.register(confirmation: bench.address("c/1"), validation: bench.address("v/1"))
        try await daraja.registerPull(number: DarajaBench.payer, callback: bench.address("p/1"))
        let ack = try await daraja.prompt(try bench.prompt())
        guard case .outcome(let id, .paid(let facts)) = bench.posted("cb/1").first else {
            Issue.record("no callback")
            return
        }
        #expect(id == ack.id)
        #expect(facts.amount == Money(minorUnits: 5_000, in: .kes))
        #expect(facts.payer == .number(try #require(PhoneNumber(digits: "254712345678"))))
        let receipt = try #require(facts.receipt)
        bench.advance(2)
        guard case .incoming(let incoming) = bench.posted("c/1").first else {
            Issue.record("no confirmation")
            return
        }
        #expect(incoming.receipt == receipt)
        #expect(incoming.reference.normal == (till ? "" : "ACC1"))
        #expect(incoming.shortCode == (till ? "5555555" : "174379"))
        let asked = await daraja.ask(ack.id)
        #expect(asked == .paid(PaymentFacts()))
        for verb in [PullVerb.post, .get] {
            let now = bench.host.now
            let page = try await daraja.pull(from: now - .hours(2), to: now + .minutes(1), after: 0, verb: verb)
            #expect(page.payments.map(\.receipt) == [receipt])
            #expect(page.payments.first?.payer == facts.payer)
            #expect(page.next == nil && page.unreadable == 0)
            let shift = page.payments.first?.paidAt.map { $0 - now }
            #expect(shift.map { abs($0.milliseconds) < 60_000 } == true)
        }
        _ = try await daraja.askStatus(of: receipt, told: bench.addresses)
        bench.advance(5)
        guard case .operation(let result) = bench.posted("r/1").first, let status = TransactionStatus(result) else {
            Issue.record("no status")
            return
        }
        #expect(status.isCompleted && status.facts.receipt == receipt && status.facts.amount == facts.amount)
        #expect(status.facts.payer == facts.payer)
    }

    static let ends: [(plan: PayerPlan, code: String, reason: PaymentReason)] = [
        (.cancels(after: 0), "1032", .cancelled), (.unreachable, "1037", .noResponse), (.ignores, "1037", .noResponse),
        (.fails(code: "1", after: 0), "1", .noMoney), (.fails(code: "2001", after: 0), "2001", .wrongPIN),
        (.fails(code: "1019", after: 0), "1019", .expired), (.fails(code: "4", after: 0), "4", .dailyLimit),
        (.fails(code: "SFC_IC0003", after: 0), "SFC_IC0003", .badTransactionType),
        (.fails(code: "1025", after: 0), "1025", .promptTooLong),
        (.fails(code: "8006", after: 0), "8006", .payerLocked),
    ]

    @Test("Every way not to pay is told by callback and query alike", arguments: ends)
    func failed(plan: PayerPlan, code: String, reason: PaymentReason) async throws {
        let bench = try SimulatedDaraja(plan: plan)
        defer { bench.stop() }
        let daraja = try bench.daraja()
        let ack = try await daraja.prompt(try bench.prompt())
        bench.advance(61)
        let failure = PaymentAnswer.failed(PaymentFailure(code: code, reason: reason))
        #expect(bench.posted("cb/1") == [.outcome(of: ack.id, failure)])
        let asked = await daraja.ask(ack.id)
        #expect(asked == failure)
    }

    @Test("A code that nobody listed ends the waiting, and decides nothing")
    func unlisted() async throws {
        let bench = try SimulatedDaraja(plan: .fails(code: "7777", after: 0))
        defer { bench.stop() }
        let ack = try await bench.daraja().prompt(try bench.prompt())
        #expect(bench.posted("cb/1") == [.outcome(of: ack.id, .open(.unlisted(code: "7777")))])
        #expect(OpenReason.unlisted(code: "7777").endsWaiting && !OpenReason.pending.endsWaiting)
    }

    static let refusals: [(status: Int64, code: String, message: String, kind: RailError.Kind)] = [
        (400, "400.002.02", "Bad Request - Invalid Amount", .refused(code: "400.002.02", .badAmount)),
        (400, "400.002.05", "Invalid Request Payload", .refused(code: "400.002.05", .malformedRequest)),
        (500, "500.001.1001", "Merchant does not exist", .refused(code: "500.001.1001", .badShortCode)),
        (200, "500.001.1001", "[MerchantValidate] - Wrong credentials", .refused(code: "500.001.1001", .wrongPasskey)),
        (500, "500.001.1001", "something new", .outcomeUnknown(.fault(status: 500))),
        (500, "500.003.02", "System is busy", .busy(code: "500.003.02")),
        (500, "500.003.03", "Quota Violation", .busy(code: "500.003.03")),
        (500, "500.003.1001", "Internal Server Error", .outcomeUnknown(.fault(status: 500))),
        (503, "999.999", "new", .outcomeUnknown(.fault(status: 503))),
        (404, "404.001.03", "Invalid Access Token", .refused(code: "404.001.03", .wrongCredentials)),
        (401, "401.002.01", "Error Occurred", .refused(code: "401.002.01", .wrongCredentials)),
        (429, "429.1", "new", .busy(code: "429.1")), (422, "422.1", "new", .refused(code: "422.1", .refusedByProvider)),
    ]

    @Test("A refused prompt says whether the phone was possibly asked", arguments: refusals)
    func refused(status: Int64, code: String, message: String, kind: RailError.Kind) async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        try bench.fault(
            "error",
            [
                ("door", "push"), ("times", 0), ("status", .number(status)), ("code", .string(code)),
                ("message", .string(message)),
            ])
        await #expect(throws: RailError(kind)) { try await bench.daraja().prompt(try bench.prompt()) }
    }

    @Test(
        "A firewall's page, a fault's envelope and a lost reply are an unknown outcome",
        arguments: [
            ("firewall", RailError.Silence.page(status: 403)), ("envelope", .fault(status: 500)),
            ("reply-lost", .broken),
            ("closed", .broken),
        ])
    func unknownOutcome(fault: String, silence: RailError.Silence) async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let daraja = try bench.daraja()
        try bench.fault(fault, [("door", "push")])
        await #expect(throws: RailError(.outcomeUnknown(silence))) { try await daraja.prompt(try bench.prompt()) }
        // The phone was asked where the reply alone was lost: the path of the callback tells whose money it is.
        let prompts = try bench.control("GET", "state")["prompts"]?.array?.count
        #expect(prompts == (fault == "reply-lost" ? 1 : 0))
        if fault == "reply-lost" { #expect(bench.posted("cb/1").count == 1) }
        let other = await daraja.ask(try #require(PromptID("ws_CO_unknown")))
        #expect(other == .open(.noAnswer(code: "500")))
    }

    @Test("A slow answer is waited for; where it does not come, nobody knows")
    func slow() async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let daraja = try bench.daraja()
        try bench.fault("slow", [("door", "push"), ("milliseconds", 300)])
        _ = try await daraja.prompt(try bench.prompt())
        try bench.fault("slow", [("door", "push"), ("milliseconds", 2_000)])
        let body = try daraja.body(of: try bench.prompt(60))
        await #expect(throws: RailError(.outcomeUnknown(.timedOut))) {
            _ = try await daraja.call("/mpesa/stkpush/v1/processrequest", body, limit: .seconds(1))
        }
    }

    @Test("Nothing was sent where nobody listens")
    func unreachable() async throws {
        let bench = try SimulatedDaraja()
        let daraja = try bench.daraja()
        let prompt = try bench.prompt()
        bench.host.stop()
        defer { bench.stop() }
        await #expect(throws: RailError(.unreachable)) { try await daraja.prompt(prompt) }
        let asked = await daraja.ask(try #require(PromptID("x")))
        #expect(asked == .open(.trouble(RailError(.unreachable))))
    }

    @Test("A query without an answer is no failure, before and after the end", arguments: [200, 500] as [Int64])
    func queryEmpty(status: Int64) async throws {
        let bench = try SimulatedDaraja(plan: .pays(after: 10))
        defer { bench.stop() }
        let daraja = try bench.daraja()
        let ack = try await daraja.prompt(try bench.prompt())
        let pending = await daraja.ask(ack.id)
        #expect(pending == .open(.pending))
        try bench.fault("query-empty", [("status", .number(status)), ("times", 2)])
        let empty = await daraja.ask(ack.id)
        #expect(empty == .open(.noAnswer(code: "\(status)")))
        bench.advance(11)
        let after = await daraja.ask(ack.id)
        #expect(after == .open(.noAnswer(code: "\(status)")))
        let paid = await daraja.ask(ack.id)
        #expect(paid == .paid(PaymentFacts()))
    }

    @Test("The sandbox's query contradicts a callback, and a phone has one prompt at a time")
    func contradictions() async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let daraja = try bench.daraja()
        let ack = try await daraja.prompt(try bench.prompt())
        #expect(bench.posted("cb/1").count == 1)
        try bench.fault("query-contradicts")
        let asked = await daraja.ask(ack.id)
        #expect(asked == .failed(PaymentFailure(code: "1032", reason: .cancelled)))
        // The same amount again within two minutes is refused after the prompt; another prompt while one is open before.
        _ = try await daraja.prompt(try bench.prompt(callback: "cb/2"))
        bench.advance(2)
        guard case .outcome(_, .failed(let failure)) = bench.posted("cb/2").first else {
            Issue.record("no callback")
            return
        }
        #expect(failure.reason == .tooSoon)
        try bench.control("POST", "payers", ["number": "254712345678", "plan": "by-hand"])
        _ = try await daraja.prompt(try bench.prompt(70, callback: "cb/3"))
        await #expect(throws: RailError(.refused(code: "500.001.1001", .promptOpen))) {
            try await daraja.prompt(try bench.prompt(80))
        }
    }

    @Test("Callbacks come late, twice, never, with other amounts and without numbers")
    func callbacks() async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let daraja = try bench.daraja()
        try bench.fault("callback-lost")
        _ = try await daraja.prompt(try bench.prompt(10, callback: "cb/lost"))
        try bench.fault("callback-twice")
        for name in ["amount-differs", "phone-masked", "balance-missing"] { try bench.fault(name, [("amount", 7)]) }
        _ = try await daraja.prompt(try bench.prompt(20, callback: "cb/twice"))
        bench.advance(5)
        let twice = bench.posted("cb/twice", count: 2)
        #expect(twice.count == 2 && twice.first == twice.last)
        guard case .outcome(_, .paid(let facts)) = twice.first else {
            Issue.record("no payment")
            return
        }
        #expect(facts.amount == Money(minorUnits: 700, in: .kes))
        #expect(facts.payer == .masked("0712345***"))
        try bench.fault("callback-late", [("seconds", 3_600)])
        try bench.fault("phone-absent")
        _ = try await daraja.prompt(try bench.prompt(30, callback: "cb/late"))
        bench.advance(60)
        #expect(bench.posted("cb/lost", count: 0).isEmpty)
        bench.advance(3_600)
        guard case .outcome(_, .paid(let late)) = bench.posted("cb/late").first else {
            Issue.record("no late payment")
            return
        }
        #expect(late.payer == .absent)
    }
}
