import DarajaSimulator
import JSON
import MobileMoney
import TestKit
import Testing
import Values

/// The second road by which a payment is told, and what goes wrong on it.
@Suite(.serialized, .ownThreads) struct DarajaConfirmationTests {
    @Test(
        "Both roads tell one receipt, in either order, twice, or one alone",
        arguments: [
            ("confirmation-first", 1, 1), ("confirmation-twice", 1, 2), ("confirmation-lost", 1, 0),
            ("callback-lost", 0, 1),
        ])
    func roads(fault: String, callbacks: Int, confirmations: Int) async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let daraja = try bench.daraja()
        try await daraja.register(confirmation: bench.address("c/1"), validation: bench.address("v/1"))
        try bench.fault(fault)
        _ = try await daraja.prompt(try bench.prompt())
        // What is due at once goes out at once; the order of letters that fall due together is nobody's.
        if fault == "confirmation-first" { #expect(bench.posted("c/1").count == 1) }
        bench.advance(5)
        let (outcomes, incoming) = (
            bench.posted("cb/1", count: callbacks), bench.posted("c/1", count: confirmations)
        )
        #expect(outcomes.count == callbacks && incoming.count == confirmations)
        let receipts = Set((outcomes + incoming).compactMap { receipt($0) })
        #expect(receipts.count == 1)
        let kinds = try bench.control("GET", "state")["deliveries"]?.array?.compactMap { $0["kind"]?.text }
        if fault == "confirmation-first" { #expect(kinds == ["confirmation", "callback"]) }
    }

    @Test("A confirmation may name another business, and money may go back at the desk")
    func foreign() async throws {
        let bench = try SimulatedDaraja()
        defer { bench.stop() }
        let daraja = try bench.daraja()
        try await daraja.register(confirmation: bench.address("c/1"), validation: bench.address("v/1"))
        try bench.fault("confirmation-foreign")
        let paid = try bench.control(
            "POST", "payments", ["shortcode": "174379", "number": "254712345678", "amount": 5, "reference": "x"])
        guard case .incoming(let payment) = bench.posted("c/1").first else {
            Issue.record("no confirmation")
            return
        }
        #expect(payment.shortCode == "999999" && payment.receipt.text == paid["receipt"]?.text)
        try bench.control("POST", "reversals", ["receipt": .string(payment.receipt.text)])
        _ = try await daraja.askStatus(of: payment.receipt, told: bench.addresses)
        bench.advance(5)
        guard case .operation(let result) = bench.posted("r/1").first, let status = TransactionStatus(result) else {
            Issue.record("no status")
            return
        }
        #expect(!status.isCompleted && status.state == "Reversed")
    }

    private func receipt(_ notice: PaymentNotice) -> ReceiptNumber? {
        switch notice {
        case .outcome(_, .paid(let facts)): facts.receipt
        case .incoming(let payment): payment.receipt
        default: nil
        }
    }
}
