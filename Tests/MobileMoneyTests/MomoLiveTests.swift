import DarajaSimulator
import HTTPClient
import JSON
import MobileMoney
import TestKit
import Testing
import Values

/// Our client of MTN against the simulated collections, over real sockets.
@Suite(.serialized, .ownThreads) struct MomoLiveTests {
    private func momo(_ bench: SimulatedDaraja, secret: String = "consumer-secret", key: String = "subscription-key")
        throws -> Momo
    {
        let payouts = MomoSettings.Access(
            subscriptionKey: Secret(key), user: "consumer-key", apiKey: Secret(secret))
        let settings = MomoSettings(
            address: bench.host.url, subscriptionKey: Secret(key), apiUser: "consumer-key", apiKey: Secret(secret),
            environment: "sandbox", currency: try #require(Currency(code: "EUR")), payouts: payouts)
        return Momo(settings, over: RailTransport(bench.client, rate: 1_000) { [host = bench.host] in host.now })
    }

    private func prompt(_ bench: SimulatedDaraja, from payer: String = "256772123456") throws -> PaymentPrompt {
        PaymentPrompt(
            key: MomoTests.key, amount: Money(minorUnits: 500, in: try #require(Currency(code: "EUR"))),
            payer: try #require(PhoneNumber(digits: payer)), reference: try #require(AccountReference("ACC-1")),
            words: "One day", callback: bench.address("m/1"))
    }

    static let numbers: [(payer: String, failure: PaymentFailure?)] = [
        ("56733123453", nil), ("256772123456", nil),
        ("46733123450", PaymentFailure(code: "INTERNAL_PROCESSING_ERROR", reason: .notAllowed)),
        ("46733123451", PaymentFailure(code: "APPROVAL_REJECTED", reason: .cancelled)),
        ("46733123452", PaymentFailure(code: "EXPIRED", reason: .expired)),
    ]

    @Test("The end is told by callback and question alike, and again after three minutes", arguments: numbers.indices)
    func ends(index: Int) async throws {
        let (payer, failure) = Self.numbers[index]
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let momo = try momo(bench)
        let ack = try await momo.prompt(try prompt(bench, from: payer))
        bench.advance(3)
        let asked = await momo.ask(ack.id)
        if let failure {
            #expect(asked == .failed(failure))
        } else if case .paid(let facts) = asked {
            #expect(facts.amount?.minorUnits == 500 && facts.receipt != nil)
        } else {
            Issue.record("\(asked)")
        }
        bench.advance(181)
        let posted = bench.bodies("m/1", count: 2).map { momo.read($0) }
        #expect(posted == [.outcome(of: nil, asked), .outcome(of: nil, asked)])
    }

    @Test("A lost reply is safe to send again: the first request stands")
    func lostReply() async throws {
        let bench = try SimulatedDaraja(plan: .pays(after: 10))
        defer { bench.stop() }
        let momo = try momo(bench)
        try bench.fault("reply-lost", [("door", "momo")])
        let prompt = try prompt(bench)
        await #expect(throws: RailError(.outcomeUnknown(.broken))) { try await momo.prompt(prompt) }
        #expect(momo.repeatsSafely)
        let ack = try await momo.prompt(prompt)
        let asked = await momo.ask(ack.id)
        #expect(asked == .open(.pending))
        let unknown = await momo.ask(try #require(PromptID("01890a5d-ac96-774b-bcce-b302099a8058")))
        #expect(unknown == .open(.noAnswer(code: "RESOURCE_NOT_FOUND")))
    }

    @Test("Wrong keys are told at once")
    func keys() async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let prompt = try prompt(bench)
        for momo in [try momo(bench, secret: "wrong"), try momo(bench, key: "wrong")] {
            await #expect(throws: RailError(.refused(code: "401", .wrongCredentials))) { try await momo.prompt(prompt) }
        }
    }

    private func order(_ way: GiveBack.Way = .payout, to payee: String = "256772123456") throws -> GiveBack {
        GiveBack(
            way, key: MomoTests.key, receipt: ReceiptNumber("1234567890"),
            amount: Money(minorUnits: 500, in: try #require(Currency(code: "EUR"))),
            payee: try #require(PhoneNumber(digits: payee)))
    }

    static let payees: [(payee: String, outcome: GiveBackOutcome?)] = [
        ("256772123456", nil), ("46733123450", .failed(.notAllowed)), ("46733123452", .failed(.expired)),
        ("46733123454", .open),
    ]

    @Test("Money goes back by a transfer, which is asked about under its key", arguments: payees.indices)
    func transfers(index: Int) async throws {
        let (payee, outcome) = Self.payees[index]
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let (momo, order) = (try momo(bench), try order(to: payee))
        try await momo.giveBack(order, told: bench.addresses)
        #expect(try await momo.askAbout(order, told: bench.addresses) == .open)
        bench.advance(3)
        let told = try await momo.askAbout(order, told: bench.addresses)
        if let outcome {
            #expect(told == outcome)
        } else if case .done(let receipt) = told {
            #expect(receipt != nil)
        } else {
            Issue.record("\(String(describing: told))")
        }
    }

    @Test("A transfer of unknown outcome is never made twice, and one that nobody knows has not failed")
    func lostTransfer() async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let (momo, order) = (try momo(bench), try order())
        #expect(try await momo.askAbout(order, told: bench.addresses) == .open)
        try bench.fault("reply-lost", [("door", "momo-transfer")])
        await #expect(throws: RailError(.outcomeUnknown(.broken))) {
            try await momo.giveBack(order, told: bench.addresses)
        }
        await #expect(throws: RailError(.refused(code: "409", .duplicate))) {
            try await momo.giveBack(order, told: bench.addresses)
        }
        bench.advance(3)
        guard case .done? = try await momo.askAbout(order, told: bench.addresses) else {
            Issue.record("a transfer that was made is not known")
            return
        }
    }

    @Test("Without Disbursements, and under a payment's own receipt, nothing is sent")
    func unsendable() async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let (momo, reversal) = (try momo(bench), try order(.reversal))
        await #expect(throws: RailError(.unsendable(.malformedRequest))) {
            try await momo.giveBack(reversal, told: bench.addresses)
        }
        var settings = momo.settings
        settings.payouts = nil
        let bare = Momo(settings, over: RailTransport(bench.client, rate: 1_000) { [host = bench.host] in host.now })
        let order = try order()
        await #expect(throws: RailError(.unsendable(.productMissing))) {
            try await bare.giveBack(order, told: bench.addresses)
        }
    }
}
