import MobileMoney
import SQL
import Telemetry
import Tenancy
import Values

extension PaymentKeeper {
    /// Between two questions about the same receipt, since an answer is posted once or never.
    private static let questionPause = Span.minutes(10)
    /// How long is asked.
    private static let questions = Span.hours(6)

    /// Up to how much news is believed at once; nil for any amount: a bank's shows who sent it, and some was confirmed.
    func trusted(_ notice: StoredNotice, of account: RailAccount) -> Money? {
        notice.isBelieved || !account.rail.asksPhones ? nil : pace.trustedAmount(account.currency)
    }

    /// Whether the provider of an account answers questions about receipts.
    func canAsk(about account: RailAccount) -> Bool {
        ((try? rail(account)) as? any ReceiptRail)?.asksAboutReceipts ?? false
    }

    /// Asks about receipts that are too large to be believed.
    func askAboutReceipts() async throws {
        let now = now()
        for notice in try await store.fetch(.platform, { try $0.dueQuestions(at: now, atMost: 16) }) {
            do {
                try await ask(about: notice, at: now)
            } catch {
                log.warning("payments.question-failed", ["notice.id": .id(notice.id), "error": .text("\(error)")])
            }
        }
    }

    private func ask(about notice: StoredNotice, at now: Instant) async throws {
        let token = keys.token(of: notice.id)
        let (hash, next) = (keys.hash(token), now + Self.questionPause)
        let due = next < notice.receivedAt + Self.questions ? next : nil
        let account = try await store.write(.tenant(notice.tenant)) { transaction -> RailAccount? in
            guard try transaction.takeQuestion(notice, road: hash, next: due, at: now) else { return nil }
            return try transaction.railAccount(notice.account, of: notice.tenant)
        }
        guard let account, let rail = try rail(account) as? any ReceiptRail,
            case .incoming(let payment) = rail.read(try keys.open(notice.bodySealed, for: notice.id))
        else { return }
        let base = "\(publicURL)/in/q/\(token)"
        try await rail.ask(about: payment.receipt, told: ResultAddresses(result: base, timeout: "\(base)/late"))
    }

    /// Reads the answer to a question about a receipt: it was posted to an address that only the provider was told.
    func settle(_ result: OperationResult?, about id: ID<StoredNotice>, _ answer: StoredNotice, _ account: RailAccount)
        async throws
    {
        let now = now()
        let body = try await store.fetch(.tenant(answer.tenant)) { try $0.notice(id, of: answer.tenant) }
        guard let asked = body, case .incoming(let payment) = try rail(account).read(try open(asked)), let result else {
            return try await store.write(.tenant(answer.tenant)) { _ = try $0.finish(answer, .settled, "no-answer") }
        }
        let verdict = payment.verdict(of: result, on: account)
        try await store.write(.tenant(answer.tenant)) { transaction in
            guard try transaction.finish(answer, .settled, verdict?.rawValue ?? "no-answer") else { return }
            switch verdict {
            case .confirmed: try transaction.confirm(asked, at: now)
            case .unknown, .contradicted: try transaction.finish(asked, .refused, verdict?.rawValue ?? "")
            case nil: break
            }
        }
    }

    private func open(_ notice: StoredNotice) throws -> [UInt8] { try keys.open(notice.bodySealed, for: notice.id) }
}

/// What a provider says of a receipt that was told to us.
private enum ReceiptVerdict: String {
    case confirmed
    /// There is no such receipt: it was made up, or mistyped.
    case unknown = "receipt-unknown"
    /// There is one, of another amount or for somebody else.
    case contradicted
}

extension IncomingPayment {
    /// Nil where nothing is decided.
    fileprivate func verdict(of result: OperationResult, on account: RailAccount) -> ReceiptVerdict? {
        if case .failed(let failure) = result.outcome {
            return failure.isCertain && failure.reason == .receiptUnknown ? .unknown : nil
        }
        guard let status = TransactionStatus(result), status.isCompleted else { return nil }
        let isSame =
            (status.facts.receipt.map { $0 == receipt } ?? true) && status.facts.amount == amount
            && (status.shortCode.map(account.answers(to:)) ?? true)
        return isSame ? .confirmed : .contradicted
    }
}
