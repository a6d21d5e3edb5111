import MobileMoney
import SQL
import Telemetry
import Tenancy
import Values

extension PaymentKeeper {
    /// How many payments are settled at a time.
    ///
    /// More would take the disk from what is being posted, which must be answered first: a provider that hears nothing may
    /// not come again.
    private static let settledTogether = 4

    /// Reads what was posted and settles it.
    ///
    /// - Returns: how many notices were looked at.
    func settleNotices() async throws -> Int {
        let now = now()
        let notices = try await store.fetch(.platform) { try $0.dueNotices(at: now, atMost: 100) }
        // What is about one payment keeps its order; a few payments share trips to the disk.
        try await withThrowingTaskGroup(of: Void.self) { group in
            var waiting = Dictionary(grouping: notices, by: \.subject).values[...]
            func startNext() {
                guard let news = waiting.popFirst() else { return }
                group.addTask { [self] in for notice in news { try await settleOrPostpone(notice, at: now) } }
            }
            for _ in 0..<Self.settledTogether { startNext() }
            while try await group.next() != nil { startNext() }
        }
        return notices.count
    }

    private func settleOrPostpone(_ notice: StoredNotice, at now: Instant) async throws {
        do {
            try await settle(notice)
        } catch let error as SQLError where error.isOfTheDisk {
            throw error
        } catch {
            log.error("payments.notice-failed", ["notice.id": .id(notice.id), "error": .text("\(error)")])
            let pause = Span.seconds(min(3_600, 1 << Int64(min(12, notice.attempts + 1))))
            try await store.write(.tenant(notice.tenant)) { try $0.postpone(notice, until: now + pause) }
        }
    }

    private func settle(_ notice: StoredNotice) async throws {
        let found = try await store.fetch(.tenant(notice.tenant)) { transaction in
            try transaction.railAccount(notice.account, of: notice.tenant)
        }
        guard let account = found else { return try await finish(notice, .refused, "account-gone") }
        let body = try keys.open(notice.bodySealed, for: notice.id)
        let read = try rail(account).read(body)
        if let refund = notice.refund {
            var result: OperationResult?
            if case .operation(let told) = read { result = told }
            return try await settle(result, of: refund, notice)
        }
        if let asked = notice.about {
            var result: OperationResult?
            if case .operation(let told) = read { result = told }
            return try await settle(notice.part == .none ? result : nil, about: asked, notice, account)
        }
        switch read {
        case .unknown(let flaw):
            log.warning("payments.notice-unknown", ["notice.id": .id(notice.id), "flaw": .text(flaw)])
            try await finish(notice, .unknown, flaw)
        case .operation:
            try await finish(notice, .settled, "operation")
        case .incoming(let payment):
            try await settle(payment, notice, account)
        case .outcome(let prompt, let answer):
            try await settle(answer, of: prompt, notice, account)
        }
    }

    /// Money that is told without a prompt's name, for the account itself or for one that shares its number.
    private func settle(_ payment: IncomingPayment, _ notice: StoredNotice, _ road: RailAccount) async throws {
        let arrival = Arrival(payment)
        let sharer = try await store.sharer(of: road, for: arrival, among: nil)
        let account = sharer ?? road
        // Whatever address it came to: such news names its payment itself.
        let evidence = Evidence(road: .incoming, account: account, payment: nil, news: .money(arrival))
        guard account.tenant != road.tenant else { return try await settle(evidence, notice, road) }
        // Each tenant's rows are written in its own scope; done twice it does nothing more.
        let (now, trusted, canAsk) = (now(), trusted(notice, of: account), canAsk(about: road))
        let settlement = try await store.write(.tenant(account.tenant)) { transaction in
            try transaction.settle(evidence, trustingUpTo: trusted, at: now)
        }
        guard settlement.settled != .open else {
            return try await store.write(.tenant(notice.tenant)) { transaction in
                try transaction.putOff(notice, of: nil, on: road, canAsk: canAsk, at: now)
            }
        }
        tellRouters(settlement)
        try await finish(notice, .settled, "shared")
    }

    /// What became of a prompt.
    private func settle(
        _ answer: PaymentAnswer, of prompt: PromptID?, _ notice: StoredNotice, _ account: RailAccount
    ) async throws {
        let hash = prompt.map { keys.hash($0.revealed) }
        let known = try await store.fetch(.tenant(notice.tenant)) { transaction in
            try transaction.payment(named: hash, on: account.id, orAt: notice.payment, of: notice.tenant)
        }
        guard let id = known.payment else { return try await finish(notice, .refused, "prompt-unknown") }
        guard known.fits else {
            log.warning("payments.prompt-mismatch", ["notice.id": .id(notice.id), "payment.id": .id(id)])
            try await store.write(.tenant(notice.tenant)) { transaction in
                if let payment = try transaction.payment(id, of: notice.tenant) {
                    try transaction.markForReview(payment)
                }
                try transaction.finish(notice, .refused, "prompt-mismatch")
            }
            return
        }
        if let prompt, !known.isNamed { try await adopt(prompt, for: id, of: notice.tenant) }
        try await settle(Evidence(road: .callback, account: account, payment: id, answer: answer), notice, account)
    }

    private func settle(_ evidence: Evidence, _ notice: StoredNotice, _ road: RailAccount) async throws {
        let (now, trusted, canAsk) = (now(), trusted(notice, of: evidence.account), canAsk(about: road))
        let settlement: Settlement? = try await store.write(.tenant(notice.tenant)) { transaction in
            let settlement = try transaction.settle(evidence, trustingUpTo: trusted, at: now)
            if settlement.settled == .open, case .money = evidence.news {
                try transaction.putOff(notice, of: settlement.payment, on: road, canAsk: canAsk, at: now)
                return settlement
            }
            let state: StoredNotice.State = settlement.settled == .foreign ? .refused : .settled
            // Another gateway that was faster has done all of it.
            guard try transaction.finish(notice, state, settlement.settled.rawValue) else { return nil }
            return settlement
        }
        guard let settlement else { return }
        tellRouters(settlement)
        log.info(
            "payments.settled",
            [
                "road": .text(evidence.road.rawValue), "settled": .text(settlement.settled.rawValue),
                "notice.id": .id(notice.id),
            ])
    }

    private func finish(_ notice: StoredNotice, _ state: StoredNotice.State, _ note: String) async throws {
        _ = try await store.write(.tenant(notice.tenant)) { try $0.finish(notice, state, note) }
    }

    /// Keeps the name of a prompt that was learnt from outside: its reply was lost.
    private func adopt(_ prompt: PromptID, for payment: ID<Payment>, of tenant: ID<Tenant>) async throws {
        let sealed = keys.seal(Array(prompt.revealed.utf8), for: payment)
        let (hash, now) = (keys.hash(prompt.revealed), now())
        try await store.write(.tenant(tenant)) { transaction in
            try transaction.name(payment, hash: hash, sealed: sealed, of: tenant, at: now)
        }
    }
}

extension Transaction {
    /// The payment that a notice is about: by its own address, or by the name of its prompt.
    ///
    /// - Returns: it, whether the two agree, and whether the prompt's name was known before.
    fileprivate borrowing func payment(
        named hash: [UInt8]?, on account: ID<RailAccount>, orAt payment: ID<Payment>?, of tenant: ID<Tenant>
    ) throws(SQLError) -> (payment: ID<Payment>?, fits: Bool, isNamed: Bool) {
        guard let payment else {
            guard let hash else { return (nil, false, false) }
            let found: ID<Payment>? = try first(
                "SELECT id FROM payment WHERE account = $1 AND prompt_hash = $2 AND tenant = $3", account, hash, tenant
            ) { (row: borrowing Row) throws(SQLError) in try row[0] }
            return (found, true, true)
        }
        let known =
            try first("SELECT prompt_hash FROM payment WHERE id = $1 AND tenant = $2", payment, tenant) {
                (row: borrowing Row) throws(SQLError) in try row[0] as [UInt8]?
            } ?? nil
        return (payment, known == nil || hash == nil || known == hash, known != nil)
    }

    /// Keeps the name of a payment's prompt where none was known; one of which nothing was known can be asked about now.
    fileprivate borrowing func name(
        _ payment: ID<Payment>, hash: [UInt8], sealed: [UInt8], of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.payment SET prompt_hash = $1, prompt_sealed = $2,
                reason = CASE WHEN state = 'silent' THEN '' ELSE reason END,
                due_at = CASE WHEN state = 'silent' THEN $3 ELSE due_at END,
                state = CASE WHEN state = 'silent' THEN 'asked' ELSE state END
            WHERE id = $4 AND tenant = $5 AND prompt_hash IS NULL
            """, hash, sealed, now, payment, tenant)
    }
}
