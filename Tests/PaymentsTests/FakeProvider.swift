import MobileMoney
import Synchronization
import Values

/// A provider that does what a test says, and remembers what it was asked.
final class FakeProvider: StatementRail, RefundRail, ReceiptRail {
    /// How a prompt ends.
    enum Reception: Sendable {
        case accepts
        /// The phone is asked, and the reply is lost.
        case losesReply
        case refuses(PaymentReason)
        case isUnreachable
    }

    struct Asked: Sendable {
        let id: PromptID
        let prompt: PaymentPrompt
    }

    private struct State {
        var reception = Reception.accepts
        var asked: [Asked] = []
        var answers: [PromptID: PaymentAnswer] = [:]
        var questions = 0
        var repeatsSafely = false
        var list: [IncomingPayment] = []
        var spans: [Span] = []
        var brokenPage: Int?
        var step: @Sendable () -> Void = {}
        var refundReception = Reception.accepts
        var orders: [GiveBack] = []
        var refundQuestions = 0
        var asksAboutReceipts = false
        var receiptQuestions: [(receipt: ReceiptNumber, address: String)] = []
    }

    let rail = Rail.mpesa
    /// Whether a prompt under a key that is known asks nobody again.
    var repeatsSafely: Bool { state.withLock { $0.repeatsSafely } }
    func promptID(of key: String) -> PromptID? { repeatsSafely ? PromptID(key) : nil }
    func repeatSafely() { state.withLock { $0.repeatsSafely = true } }
    private let state = Mutex(State())

    var asked: [Asked] { state.withLock { $0.asked } }
    var questions: Int { state.withLock { $0.questions } }
    func receive(_ reception: Reception) { state.withLock { $0.reception = reception } }
    func answer(_ id: PromptID, _ answer: PaymentAnswer) { state.withLock { $0.answers[id] = answer } }
    /// Calls `step` before and after everything that the provider is asked.
    func watch(_ step: @escaping @Sendable () -> Void) { state.withLock { $0.step = step } }

    func prompt(_ prompt: PaymentPrompt) async throws(RailError) -> PromptAck {
        let (reception, step) = state.withLock { ($0.reception, $0.step) }
        step()
        defer { step() }
        switch reception {
        case .isUnreachable: throw RailError(.unreachable)
        case .refuses(let reason): throw RailError(.refused(code: "400", reason))
        case .accepts, .losesReply: break
        }
        let id: PromptID? = state.withLock { state -> PromptID? in
            if state.repeatsSafely, let known = state.asked.first(where: { $0.prompt.key == prompt.key }) {
                return known.id
            }
            let name = state.repeatsSafely ? prompt.key : "ws_CO_\(state.asked.count)_\(prompt.payer.digits)"
            let id = PromptID(name)
            if let id { state.asked.append(Asked(id: id, prompt: prompt)) }
            return id
        }
        guard let id, case .accepts = reception else { throw RailError(.outcomeUnknown(.timedOut)) }
        return PromptAck(id: id)
    }

    func ask(_ id: PromptID) async -> PaymentAnswer {
        let (answer, step) = state.withLock { state in
            state.questions += 1
            return (state.answers[id] ?? .open(.pending), state.step)
        }
        step()
        defer { step() }
        return answer
    }

    /// How far back the list was asked for, each time.
    var spans: [Span] { state.withLock { $0.spans } }
    func list(_ payments: [IncomingPayment]) { state.withLock { $0.list = payments } }

    /// Two payments a page.
    func payments(from start: Instant, to end: Instant, after offset: Int) async throws(RailError) -> StatementPage {
        let page: StatementPage? = state.withLock { state in
            if offset == 0 { state.spans.append(end - start) }
            guard state.brokenPage != offset else { return nil }
            let page = Array(state.list.dropFirst(offset).prefix(2))
            return StatementPage(payments: page, next: page.count == 2 ? offset + 2 : nil)
        }
        guard let page else { throw RailError(.unreachable) }
        return page
    }

    /// The page of the list at which the line breaks; nil for none.
    func breakList(at offset: Int?) { state.withLock { $0.brokenPage = offset } }

    // MARK: Receipts

    var asksAboutReceipts: Bool { state.withLock { $0.asksAboutReceipts } }
    func nameInitiator() { state.withLock { $0.asksAboutReceipts = true } }
    /// What was asked, and where the answer is awaited.
    var receiptQuestions: [(receipt: ReceiptNumber, address: String)] { state.withLock { $0.receiptQuestions } }

    func ask(about receipt: ReceiptNumber, told addresses: ResultAddresses) async throws(RailError) {
        state.withLock { $0.receiptQuestions.append((receipt, addresses.result)) }
    }

    // MARK: Giving back

    var orders: [GiveBack] { state.withLock { $0.orders } }
    var refundQuestions: Int { state.withLock { $0.refundQuestions } }
    func receiveRefund(_ reception: Reception) { state.withLock { $0.refundReception = reception } }

    func giveBack(_ order: GiveBack, told addresses: ResultAddresses) async throws(RailError) {
        let (reception, step) = state.withLock { ($0.refundReception, $0.step) }
        step()
        defer { step() }
        switch reception {
        case .isUnreachable: throw RailError(.unreachable)
        case .refuses(let reason): throw RailError(.refused(code: "400", reason))
        case .accepts: state.withLock { $0.orders.append(order) }
        case .losesReply:
            state.withLock { $0.orders.append(order) }
            throw RailError(.outcomeUnknown(.timedOut))
        }
    }

    func askAbout(_ order: GiveBack, told addresses: ResultAddresses) async throws(RailError) -> GiveBackOutcome? {
        let step = state.withLock { state in
            state.refundQuestions += 1
            return state.step
        }
        step()
        step()
        return nil
    }

    /// The end of an order, or the answer to a question about one.
    private func operation(_ words: [String]) -> OperationResult? {
        func fact(_ name: String, _ value: String) -> OperationFact { OperationFact(name: name, value: value) }
        switch words.first {
        case "back" where words.count == 3:
            let facts = [fact("TransactionReceipt", words[1]), fact("TransactionAmount", "50")]
            return OperationResult(conversation: words[2], originator: "", outcome: .done(facts))
        case "unback" where words.count == 2:
            let reason = PaymentReason(rawValue: words[1]) ?? .refusedByProvider
            return OperationResult(
                conversation: "x", originator: "", outcome: .failed(PaymentFailure(code: "1", reason: reason)))
        case "status" where words.count == 3:
            let facts = [
                fact("TransactionStatus", "Completed"), fact("ReceiptNo", words[1]), fact("Amount", words[2]),
            ]
            return OperationResult(conversation: "x", originator: "", outcome: .done(facts))
        case "asked" where words.count >= 2:
            return OperationResult(
                conversation: "x", originator: "", outcome: .done([fact("TransactionStatus", words[1])]))
        default: return nil
        }
    }

    /// The tests' own form: words between bars.
    func read(_ body: [UInt8]) -> PaymentNotice {
        let words = String(decoding: body, as: UTF8.self).split(separator: "|", omittingEmptySubsequences: false)
            .map(String.init)
        if let result = operation(words) { return .operation(result) }
        switch words.first {
        case "paid" where words.count == 4:
            let facts = PaymentFacts(receipt: ReceiptNumber(words[2]), amount: Money(words[3], in: .kes))
            return .outcome(of: PromptID(words[1]), .paid(facts))
        case "failed" where words.count == 3:
            let reason = PaymentReason(rawValue: words[2]) ?? .cancelled
            return .outcome(of: PromptID(words[1]), .failed(PaymentFailure(code: "1032", reason: reason)))
        case "came" where words.count == 6:
            guard let receipt = ReceiptNumber(words[1]), let amount = Money(words[2], in: .kes) else { break }
            return .incoming(
                IncomingPayment(
                    receipt: receipt, amount: amount, paidAt: nil, shortCode: words[3],
                    reference: TypedReference(words[4]), payer: PayerMark(words[5]), payerName: nil, balance: nil))
        default: break
        }
        return .unknown(flaw: "no shape")
    }
}
