package import MobileMoney
import SQL
package import Tenancy
package import Values

/// A question of staff's to M-PESA, whose answer is posted to an address of its own.
package enum ProviderQuestion: Hashable, Sendable {
    /// What the accounts of a paybill or till hold.
    case balance
    /// What became of a payment, by its receipt.
    case status(ReceiptNumber)

    fileprivate var kind: String {
        switch self {
        case .balance: "balance"
        case .status: "status"
        }
    }
}

/// What came back to a question.
package enum ProviderAnswer: Hashable, Sendable {
    case told(OperationResult)
    /// It waited too long in a queue at the provider.
    case late
    /// A shape that nobody has seen.
    case unreadable
}

extension AccountDesk {
    /// Asks; the answer comes to the running gateway, within seconds or up to two minutes.
    ///
    /// - Throws: `RailError`, `PaymentRails.Unusable`, `SQLError`.
    package func ask(_ question: ProviderQuestion, about account: RailAccount) async throws -> ID<ProviderQuestion> {
        guard let daraja = try rails.rail(of: account) as? Daraja else { throw PaymentRails.Unusable() }
        let (id, now) = (ID<ProviderQuestion>(at: now()), now())
        let token = keys.token(of: id)
        let hash = keys.hash(token)
        try await store.write(.tenant(account.tenant)) { transaction in
            try transaction.insert(question.kind, id, about: account, hash: hash, at: now)
        }
        let road = "\(publicURL)/in/r/\(token)/answer"
        let addresses = ResultAddresses(result: road, timeout: road + "/late")
        switch question {
        case .balance: _ = try await daraja.askBalance(told: addresses)
        case .status(let receipt): _ = try await daraja.askStatus(of: receipt, told: addresses)
        }
        return id
    }

    /// What came back so far; nil while nothing has.
    ///
    /// - Throws: `SealBroken`, `SQLError`.
    package func answer(to question: ID<ProviderQuestion>, of tenant: ID<Tenant>) throws -> ProviderAnswer? {
        guard let sealed = try store.read(.tenant(tenant), { try $0.answer(to: question, of: tenant) }) else {
            return nil
        }
        guard !sealed.isEmpty else { return .late }
        guard case .operation(let result) = Daraja.notice(try keys.open(sealed, for: question)) else {
            return .unreadable
        }
        return .told(result)
    }
}

extension PaymentKeeper {
    /// Keeps what was posted to the address of a question; the first answer counts.
    ///
    /// `then` gets false where the address leads nowhere.
    package func receiveAnswer(
        _ body: [UInt8], at token: String, isLate: Bool, then: @escaping @Sendable (Result<Bool, any Error>) -> Void
    ) {
        let (now, hash) = (now(), keys.hash(token))
        store.write(.platform) { [keys] transaction in
            let id: ID<ProviderQuestion>? = try transaction.first(
                "SELECT id FROM main.provider_question WHERE token_hash = $1", hash
            ) { (row: borrowing Row) throws(SQLError) in try row[0] }
            guard let id else { return false }
            try transaction.run(
                """
                UPDATE main.provider_question SET answer_sealed = $1, answered_at = $2
                WHERE id = $3 AND answered_at IS NULL
                """, isLate ? [] as [UInt8] : keys.seal(body, for: id), now, id)
            return true
        } then: {
            then($0)
        }
    }
}

extension Transaction {
    fileprivate borrowing func insert(
        _ kind: String, _ id: ID<ProviderQuestion>, about account: RailAccount, hash: [UInt8], at now: Instant
    ) throws(SQLError) {
        try run(
            """
            INSERT INTO main.provider_question (id, tenant, account, kind, token_hash, asked_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """, id, account.tenant, account.id, kind, hash, now)
    }

    fileprivate borrowing func answer(
        to question: ID<ProviderQuestion>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [UInt8]? {
        try first(
            """
            SELECT answer_sealed FROM provider_question
            WHERE id = $1 AND tenant = $2 AND answered_at IS NOT NULL
            """, question, tenant
        ) { (row: borrowing Row) throws(SQLError) in try row[0] as [UInt8]? } ?? nil
    }
}
