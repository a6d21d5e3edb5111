import Ledger
import MobileMoney
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Payments

/// Whatever the roads, their order and their repetitions: one payment is entered once and begins one service.
@Suite(.serialized, .ownThreads) struct RoadTests {
    /// How an account's own messages name the payer.
    enum Naming: String, CaseIterable, Sendable {
        /// A paybill: our reference comes back.
        case reference
        /// A till: no reference, a covered number.
        case masked
        /// A till: no reference, no number.
        case nameless
    }

    static let roads: [Road] = [.callback, .incoming, .query, .pull]

    /// Every order of every selection: 64.
    static let orders: [[Road]] = {
        var orders: [[Road]] = [[]]
        var all: [[Road]] = []
        while let order = orders.popLast() {
            if !order.isEmpty { all.append(order) }
            orders += roads.filter { !order.contains($0) }.map { order + [$0] }
        }
        return all
    }()

    @Test("Every order of the roads enters a payment once", arguments: Engine.available, Naming.allCases)
    func orders(engine: Engine, naming: Naming) async throws {
        let bench = try PaymentBench(engine, kind: naming == .reference ? .paybill : .till)
        defer { bench.store.close() }
        var (granted, lost) = (0, 0)
        // Some are enough where only the naming or the engine differs.
        let isWhole = naming == .reference && engine == .sqlite
        let stride = isWhole ? 1 : engine == .sqlite ? 3 : 5
        let orders = Self.orders.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
        for (number, order) in orders.enumerated() {
            bench.skip(.minutes(20))
            let phone = try bench.phone()
            let payment = try await bench.beginAsked(phone, device: number)
            let receipt = try bench.receipt()
            let news = try Self.news(bench, payment, receipt, naming)
            for road in order { try bench.settle(#require(news[road])) }
            // All of it once more, backwards.
            for road in order.reversed() {
                let again = try bench.settle(#require(news[road])).settled
                #expect(again == .confirmed, "\(order): \(road) again is \(again)")
            }
            let words = "\(naming) \(order.map(\.rawValue))"
            let now = try bench.payment(payment)
            let isNamed = naming != .nameless || order.contains(.callback) || order.contains(.query)
            #expect(now.state == (isNamed ? .paid : .asked), "\(words)")
            #expect(now.outcome == (isNamed ? .granted : .none), "\(words)")
            #expect(!now.needsReview, "\(words)")
            #expect(now.receipt == (isNamed && order != [.query] ? receipt : nil), "\(words)")
            #expect(try bench.balance(now.wallet) == 0, "\(words)")
            granted += isNamed ? 1 : 0
            lost += isNamed ? 0 : 1
            if naming == .reference {
                #expect(try bench.count("SELECT count(*) FROM main.ledger_posting") == number + 1, "\(words)")
            }
        }
        #expect(Self.orders.count == 64)
        #expect(try bench.count("SELECT count(*) FROM main.entitlement") == granted)
        #expect(try bench.count("SELECT count(*) FROM main.effect") == granted)
        #expect(try bench.balance(bench.account.suspense) == Int64(lost) * 50)
        #expect(try bench.balance(bench.account.clearing) == Int64(granted + lost) * 50)
        #expect(try bench.count("SELECT count(*) FROM main.ledger_posting WHERE source = 'payment'") == granted)
        try bench.expectSound()
    }

    /// What each road tells of a payment.
    private static func news(
        _ bench: PaymentBench, _ payment: Payment, _ receipt: ReceiptNumber, _ naming: Naming
    ) throws -> [Road: Evidence] {
        let amount = PaymentBench.shillings(50)
        let digits = payment.phone.digits
        let mark =
            switch naming {
            case .reference: PayerMark("2547 ***** \(digits.suffix(3))")
            case .masked: PayerMark("2547 ***** \(digits.suffix(3))")
            case .nameless: PayerMark.absent
            }
        let incoming = IncomingPayment(
            receipt: receipt, amount: amount, paidAt: bench.now, shortCode: "600100",
            reference: TypedReference(naming == .reference ? payment.code.text.lowercased() : ""), payer: mark,
            payerName: "JANE", balance: nil)
        let facts = PaymentFacts(receipt: receipt, amount: amount, paidAt: bench.now)
        return [
            .callback: Evidence(
                road: .callback, account: bench.account, payment: payment.id, answer: .paid(facts)),
            .incoming: Evidence(road: .incoming, account: bench.account, news: .money(Arrival(incoming))),
            .query: Evidence(
                road: .query, account: bench.account, payment: payment.id, answer: .paid(PaymentFacts())),
            .pull: Evidence(road: .pull, account: bench.account, news: .money(Arrival(incoming))),
        ]
    }
}
