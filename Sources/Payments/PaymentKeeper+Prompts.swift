import MobileMoney
import Provisioning
import SQL
import Telemetry
import Tenancy
import Values

extension PaymentKeeper {
    /// How long after its beginning a phone may still be asked: later nobody looks at it any more.
    private static let patience = Span.seconds(120)

    /// Does what is due for a payment, if no other gateway does.
    func carryOut(_ candidate: Payment) async throws {
        let (holder, now) = (holder, now())
        let until = now + pace.hold
        let held = try await store.write(.tenant(candidate.tenant)) { transaction in
            try transaction.hold(candidate.id, by: holder, until: until, of: candidate.tenant, at: now)
        }
        guard let (payment, account) = held else { return }
        switch payment.state {
        case .new: try await send(payment, account)
        case .sending: try await recover(payment, account)
        case .silent: try await giveUp(payment)
        case .paid where payment.receipt == nil: try await findReceipt(of: payment, account)
        case .asked, .failed, .paid: try await ask(payment, account)
        }
    }

    // MARK: Asking the phone

    private func send(_ payment: Payment, _ account: RailAccount) async throws {
        let isLate = now() >= payment.createdAt + Self.patience
        guard !isLate || payment.reason == .outcomeUnknown else { return try await fail(payment, .promptNotSent) }
        let rail: any PaymentRail
        do {
            rail = try self.rail(account)
        } catch {
            log.error("payments.credentials-unreadable", ["rail-account.id": .id(account.id)])
            guard payment.reason == .outcomeUnknown else { return try await fail(payment, .wrongCredentials) }
            return try await silence(payment)
        }
        // One that was possibly asked under its key is not said to be unasked.
        guard !isLate else { return try await doubt(payment, rail) }
        guard let reference = account.reference(of: payment) else { return try await fail(payment, .malformedRequest) }
        let prompt = PaymentPrompt(
            key: payment.id.description, amount: payment.amount, payer: payment.phone, reference: reference,
            words: "Internet", callback: "\(publicURL)/in/s/\(keys.token(of: payment.id))")
        let ack: PromptAck
        do throws(RailError) {
            ack = try await rail.prompt(prompt)
        } catch {
            log.warning("payments.prompt-failed", ["payment.id": .id(payment.id), "error": .text("\(error)")])
            return try await digest(error, payment, rail)
        }
        try await accept(ack, payment)
    }

    private func accept(_ ack: PromptAck, _ payment: Payment) async throws {
        let hash = keys.hash(ack.id.revealed)
        let sealed = keys.seal(Array(ack.id.revealed.utf8), for: payment.id)
        let prompted = now()
        let due = PollSchedule.next(at: prompted, since: prompted)
        try await store.write(.tenant(payment.tenant)) { transaction in
            try transaction.asked(payment, hash: hash, sealed: sealed, at: prompted, due: due)
        }
    }

    /// What a prompt's error means for the payment.
    private func digest(_ error: RailError, _ payment: Payment, _ rail: any PaymentRail) async throws {
        switch error.kind {
        // A refusal is about this request; the one before may have reached the phone.
        case .refused where payment.reason == .outcomeUnknown, .unsendable where payment.reason == .outcomeUnknown:
            try await doubt(payment, rail)
        case .refused, .unsendable:
            try await fail(payment, error.reason)
        case .outcomeUnknown where !rail.repeatsSafely:
            try await silence(payment)
        case .outcomeUnknown, .unreachable, .busy:
            // Nothing was done, or doing it again under its key does nothing more.
            let due = now() + .seconds(min(30, 2 << Int64(min(4, payment.attempts))))
            let isKnown = !error.isPossiblyCarriedOut
            try await store.write(.tenant(payment.tenant)) {
                try $0.tryAgain(payment, at: due, isUnsent: isKnown && payment.reason != .outcomeUnknown)
            }
        }
    }

    /// A gateway died while it asked: whether the phone was asked is not known.
    private func recover(_ payment: Payment, _ account: RailAccount) async throws {
        let repeats = (try? rail(account).repeatsSafely) ?? false
        guard repeats else { return try await silence(payment) }
        let now = now()
        try await store.write(.tenant(payment.tenant)) { try $0.tryAgain(payment, at: now, isUnsent: false) }
    }

    /// The phone may be ringing: the provider is asked, where the prompt's name is known; else news is waited for.
    private func doubt(_ payment: Payment, _ rail: any PaymentRail) async throws {
        guard let id = rail.promptID(of: payment.id.description) else { return try await silence(payment) }
        try await accept(PromptAck(id: id), payment)
    }

    /// Never asked again by itself: the phone may be ringing.
    private func silence(_ payment: Payment) async throws {
        let due = payment.createdAt + PollSchedule.end
        try await store.write(.tenant(payment.tenant)) { try $0.silence(payment, until: due) }
    }

    private func fail(_ payment: Payment, _ reason: PaymentReason) async throws {
        let now = now()
        try await store.write(.tenant(payment.tenant)) { transaction in
            try transaction.fail(payment, reason, at: now)
        }
    }

    private func giveUp(_ payment: Payment) async throws {
        let now = now()
        try await store.write(.tenant(payment.tenant)) { transaction in
            try transaction.fail(payment, .outcomeUnknown, at: now)
            try transaction.markForReview(payment)
        }
    }

    // MARK: Asking the provider

    private func ask(_ payment: Payment, _ account: RailAccount) async throws {
        guard let sealed = payment.promptSealed,
            let prompt = PromptID(String(decoding: try keys.open(sealed, for: payment.id), as: UTF8.self))
        else { return try await giveUp(payment) }
        let answer: PaymentAnswer
        do {
            answer = try await rail(account).ask(prompt)
        } catch {
            // It counts as a look, so that it comes to an end.
            log.error("payments.credentials-unreadable", ["rail-account.id": .id(account.id)])
            answer = .open(.trouble(RailError(.unsendable(.wrongCredentials))))
        }
        let now = now()
        let evidence = Evidence(road: .query, account: account, payment: payment.id, answer: answer)
        let settlement = try await store.write(.tenant(payment.tenant)) { transaction in
            let settlement = try transaction.settle(evidence, at: now)
            try transaction.looked(payment.id, answer, of: payment.tenant, at: now)
            return settlement
        }
        tellRouters(settlement)
    }

    /// Looks whether money that came without a name is what the provider's answer was about.
    private func findReceipt(of payment: Payment, _ account: RailAccount) async throws {
        let now = now()
        try await store.write(.tenant(payment.tenant)) { transaction in
            let settling = Settling(
                road: .query, account: account, now: now, offset: try transaction.offset(of: payment.tenant))
            guard let payment = try transaction.lockedPayment(payment.id, of: payment.tenant), payment.receipt == nil
            else { return }
            let fitting = try transaction.unassigned(fitting: payment, settling)
            guard fitting.count == 1 else { return try transaction.lookedForReceipt(payment, at: now) }
            _ = try transaction.give(fitting[0], to: payment, settling)
        }
    }
}
