import DarajaSimulator
import JSON
import MobileMoney
import TestKit
import Testing
import Values

/// Money paid by hand and the business side, against the simulated service.
@Suite(.serialized, .ownThreads) struct DarajaBusinessTests {
    @Test("Money paid by hand is told as it was typed, masked or hashed", arguments: [IncomingVersion.v1, .v2])
    func byHand(version: IncomingVersion) async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let daraja = try bench.daraja()
        try await daraja.register(
            confirmation: bench.address("c/1"), validation: bench.address("v/1"), version: version)
        try await daraja.simulateIncoming(
            amount: Money(minorUnits: 1_000, in: .kes), from: DarajaBench.payer, account: " acc-7k ")
        guard case .incoming(let payment) = bench.posted("c/1").first else {
            Issue.record("no confirmation")
            return
        }
        #expect(payment.reference.normal == "ACC7K")
        #expect(payment.amount == Money(minorUnits: 1_000, in: .kes))
        switch (version, payment.payer) {
        case (.v1, .hashed(let digest)): #expect(digest.hasPrefix("bbff37ce"))
        case (.v2, .masked(let text)): #expect(text == "2547*****149")
        default: Issue.record("\(payment.payer)")
        }
        #expect(payment.balance == payment.amount)
    }

    @Test(
        "A validation decides whether money is taken; without an answer the default does",
        arguments: [
            (IncomingVerdict.welcome, false, 1), (.unknownAccount, false, 0), (.welcome, true, 0),
        ])
    func validates(verdict: IncomingVerdict, timesOut: Bool, confirmations: Int) async throws {
        let bench = try SimulatedDaraja(verdict: verdict)
        defer { bench.stop() }
        let daraja = try bench.daraja()
        try await daraja.register(
            confirmation: bench.address("c/1"), validation: bench.address("v/1"), rejectsUnasked: true)
        try bench.control("POST", "businesses", ["shortcode": "174379", "validates": true])
        if timesOut { try bench.fault("validation-timeout") }
        try bench.control(
            "POST", "payments",
            ["shortcode": "174379", "number": "254712345678", "amount": 5, "reference": "nobody"])
        guard case .incoming(let asked) = bench.posted("v/1").first else {
            Issue.record("no validation")
            return
        }
        #expect(asked.balance == nil)
        let count = bench.posted("c/1", count: max(confirmations, 0)).count
        let payments = { try bench.control("GET", "state")["payments"]?.array?.count }
        #expect(try eventually(within: 2) { try payments() == confirmations })
        #expect(count == confirmations)
    }

    @Test("Registering twice is a state in production, and harmless in the sandbox")
    func registers() async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let daraja = try bench.daraja()
        let (confirmation, validation) = (bench.address("c/1"), bench.address("v/1"))
        for _ in 0..<2 { try await daraja.register(confirmation: confirmation, validation: validation) }
        try bench.control("POST", "businesses", ["shortcode": "174379", "registers-once": true])
        await #expect(throws: RailError(.refused(code: "500.003.1001", .alreadyRegistered))) {
            try await daraja.register(confirmation: confirmation, validation: validation)
        }
        await #expect(throws: RailError(.unsendable(.badCallback))) {
            try await daraja.register(confirmation: "http://isp.test/mpesa", validation: validation)
        }
    }

    @Test("Money goes out once a key, comes back once, and the accounts show it")
    func moves() async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let daraja = try bench.daraja()
        let ack = try await daraja.prompt(try bench.prompt(200))
        guard case .outcome(ack.id, .paid(let facts)) = bench.posted("cb/1").first, let receipt = facts.receipt else {
            Issue.record("no payment")
            return
        }
        let payee = try #require(PhoneNumber(digits: "254722000000"))
        let amount = Money(minorUnits: 6_000, in: .kes)
        _ = try await daraja.payOut(amount, to: payee, key: "out-1", told: bench.addresses)
        await #expect(throws: RailError(.refused(code: "500.002.1001", .duplicate))) {
            try await daraja.payOut(amount, to: payee, key: "out-1", told: bench.addresses)
        }
        bench.advance(3)
        let out = try #require(transfer(bench.posted("r/1").last))
        #expect(out.amount == amount && out.original == nil && out.completedAt != nil)
        _ = try await daraja.reverse(receipt, amount: Money(minorUnits: 20_000, in: .kes), told: bench.addresses)
        bench.advance(3)
        let back = try #require(transfer(bench.posted("r/1", count: 2).last))
        #expect(back.original == receipt && back.receipt != receipt)
        _ = try await daraja.reverse(receipt, amount: Money(minorUnits: 20_000, in: .kes), told: bench.addresses)
        bench.advance(3)
        #expect(failure(bench.posted("r/1", count: 3).last) == .alreadyReversed)
        _ = try await daraja.askBalance(told: bench.addresses)
        bench.advance(3)
        guard case .operation(let result) = bench.posted("r/1", count: 4).last else {
            Issue.record("no balance")
            return
        }
        let balances = AccountBalances(result)?.available
        #expect(balances?["Utility Account"] == Money(minorUnits: -6_000, in: .kes))
        #expect(balances?["Charges Paid Account"] == Money(minorUnits: -154_000, in: .kes))
    }

    @Test("A forged payment has a receipt that nobody knows, which is told after 85 seconds")
    func forged() async throws {
        let bench = try SimulatedDaraja(plan: .byHand)
        defer { bench.stop() }
        let daraja = try bench.daraja()
        let ack = try await daraja.prompt(try bench.prompt())
        try bench.control(
            "POST", "forgeries",
            ["url": .string(bench.address("cb/1")), "checkout": .string(ack.id.revealed), "amount": 50])
        guard case .outcome(ack.id, .paid(let facts)) = bench.posted("cb/1").first, let receipt = facts.receipt else {
            Issue.record("no forgery")
            return
        }
        let asked = await daraja.ask(ack.id)
        #expect(asked == .open(.pending))
        _ = try await daraja.askStatus(of: receipt, told: bench.addresses)
        bench.advance(60)
        #expect(bench.posted("r/1", count: 0).isEmpty)
        bench.advance(26)
        #expect(failure(bench.posted("r/1").first) == .receiptUnknown)
    }

    @Test("A wrong initiator's password is told in the result, and locks in the end")
    func initiator() async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let daraja = try bench.daraja(password: "wrong")
        for count in 1...4 {
            _ = try await daraja.askBalance(told: bench.addresses)
            bench.advance(3)
            let reason = failure(bench.posted("r/1", count: count).last)
            #expect(reason == (count < 4 ? .initiatorWrong : .credentialLocked))
        }
    }

    @Test("Dead tokens cost one more request, wrong keys are told at once")
    func tokens() async throws {
        let bench = try SimulatedDaraja(plan: .cancels(after: 0))
        defer { bench.stop() }
        let daraja = try bench.daraja()
        let count = { try bench.control("GET", "state")["requests"]?["token"]?.integer }
        await withTaskGroup { group in
            for _ in 0..<20 { group.addTask { _ = await daraja.ask(DarajaBench.someID) } }
        }
        #expect(try count() == 1)
        // Each product has its own way to say it.
        for door in ["query", "push", "register", "balance", "pull-query"] {
            try bench.fault("token-revoked", [("door", .string(door))])
        }
        _ = await daraja.ask(DarajaBench.someID)
        _ = try await daraja.prompt(try bench.prompt())
        try await daraja.register(confirmation: bench.address("c/1"), validation: bench.address("v/1"))
        _ = try await daraja.askBalance(told: bench.addresses)
        _ = try await daraja.payments(from: 0, to: bench.host.now, after: 0)
        #expect(try count() == 6)
        // An hour later the old one would be refused, so a new one is fetched before.
        bench.advance(3_545)
        _ = await daraja.ask(DarajaBench.someID)
        #expect(try count() == 7)
        let wrong = try bench.daraja(secret: "wrong")
        await #expect(throws: RailError(.refused(code: "400.008.01", .wrongCredentials))) {
            try await wrong.prompt(try bench.prompt())
        }
    }

    @Test("A code to scan is a picture")
    func picture() async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let prompt = DarajaBench.prompt(500)
        let code = try await bench.daraja().code(
            merchant: "ISP", reference: prompt.reference, amount: prompt.amount)
        #expect(code.hasPrefix("iVBOR"))
    }

    private func transfer(_ notice: PaymentNotice?) -> TransferFacts? {
        guard case .operation(let result) = notice else { return nil }
        return TransferFacts(result)
    }

    private func failure(_ notice: PaymentNotice?) -> PaymentReason? {
        guard case .operation(let result) = notice, case .failed(let failure) = result.outcome else { return nil }
        return failure.reason
    }
}
