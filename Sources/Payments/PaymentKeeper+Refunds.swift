import MobileMoney
import Provisioning
import SQL
import Telemetry
import Tenancy
import Values

extension PaymentKeeper {
    /// Carries out the refunds that are due.
    func workOnRefunds() async throws {
        let now = now()
        let due = try await store.fetch(.platform) { try $0.dueRefunds(at: now, atMost: 16) }
        // Together: one provider that does not answer holds up no other.
        await withTaskGroup { group in
            for refund in due {
                group.addTask { [self] in
                    do {
                        try await carryOut(refund)
                    } catch {
                        log.error("payments.refund-failed", ["refund.id": .id(refund.id), "error": .text("\(error)")])
                    }
                }
            }
        }
    }

    private func carryOut(_ candidate: Refund) async throws {
        let now = now()
        let until = now + pace.hold
        let held = try await store.write(.tenant(candidate.tenant)) { try $0.hold(candidate, until: until, at: now) }
        guard let work = held, let order = work.order else { return }
        // A rail that cannot be opened, or that knows no refunds, sends nothing; what was sent before it may still be done.
        guard let rail = try? rail(work.account) as? any RefundRail else {
            guard work.refund.state == .approved else { return try await place(work.refund, .unknown) }
            return try await settle(work, .failed(.initiatorWrong))
        }
        switch work.refund.state {
        case .approved: try await send(order, work, rail)
        // A gateway died while it sent: whether it did is not known.
        case .sending: try await ask(order, work, rail)
        case .sent, .unknown: try await ask(order, work, rail)
        case .asked, .confirmed, .declined, .failed: break
        }
    }

    private func send(_ order: GiveBack, _ work: RefundWork, _ rail: any RefundRail) async throws {
        do throws(RailError) {
            try await rail.giveBack(order, told: addresses(of: work.refund, asks: false))
        } catch {
            log.warning("payments.refund-unsent", ["refund.id": .id(work.refund.id), "error": .text("\(error)")])
            return try await digest(error, work)
        }
        try await place(work.refund, .sent)
    }

    /// What an error means for an order: only what nobody can have done is done again.
    private func digest(_ error: RailError, _ work: RefundWork) async throws {
        switch error.kind {
        // The provider knows the key: it was taken the first time.
        case .refused(_, .duplicate): try await place(work.refund, .unknown)
        case .refused, .unsendable: try await settle(work, .failed(error.reason))
        case .outcomeUnknown: try await place(work.refund, .unknown)
        case .unreachable, .busy:
            let due = now() + .seconds(min(3_600, 30 << Int64(min(7, work.refund.attempts))))
            try await store.write(.tenant(work.refund.tenant)) {
                try $0.place(work.refund, .approved, due: due, flaw: error.reason.rawValue)
            }
        }
    }

    private func ask(_ order: GiveBack, _ work: RefundWork, _ rail: any RefundRail) async throws {
        guard RefundSchedule.next(after: work.refund.attempts, since: work.refund.sentAt ?? now()) != nil else {
            // Not failed: then it could be asked for again, and go out twice. A person finds out and says so.
            return try await store.write(.tenant(work.refund.tenant)) { transaction in
                try transaction.place(work.refund, .unknown, due: nil, flaw: PaymentReason.outcomeUnknown.rawValue)
                try transaction.markForReview(work.payment)
            }
        }
        do throws(RailError) {
            let outcome = try await rail.askAbout(order, told: addresses(of: work.refund, asks: true))
            // Otherwise it is posted, or not decided yet.
            if let outcome, outcome != .open { return await settleOrLog(work, outcome) }
        } catch {
            log.warning("payments.refund-unasked", ["refund.id": .id(work.refund.id), "error": .text("\(error)")])
        }
        try await place(work.refund, .unknown)
    }

    private func settleOrLog(_ work: RefundWork, _ outcome: GiveBackOutcome) async {
        do { try await settle(work, outcome) } catch {
            log.error("payments.refund-failed", ["refund.id": .id(work.refund.id), "error": .text("\(error)")])
        }
    }

    private func place(_ refund: Refund, _ state: Refund.State) async throws {
        let now = now()
        let next = RefundSchedule.next(after: refund.attempts, since: refund.sentAt ?? now)
        let due = next.map { max($0, now + .seconds(60)) } ?? now + .hours(24)
        try await store.write(.tenant(refund.tenant)) { try $0.place(refund, state, due: due) }
    }

    private func addresses(of refund: Refund, asks: Bool) -> ResultAddresses {
        let base = "\(publicURL)/in/r/\(keys.token(of: refund.id))"
        return asks
            ? ResultAddresses(result: "\(base)/state", timeout: "\(base)/state/late")
            : ResultAddresses(result: "\(base)/end", timeout: "\(base)/late")
    }

    private func settle(_ work: RefundWork, _ outcome: GiveBackOutcome) async throws {
        let now = now()
        let routers = try await store.write(.tenant(work.refund.tenant)) { try $0.settle(work, outcome, at: now) }
        tellRouters(Settlement(.confirmed, work.payment.id, work: routers))
    }

    // MARK: News

    /// Reads what was posted about an order.
    func settle(_ result: OperationResult?, of refund: ID<Refund>, _ notice: StoredNotice) async throws {
        let now = now()
        let routers: Set<ID<Router>> = try await store.write(.tenant(notice.tenant)) { transaction in
            guard let work = try transaction.refundWork(refund, of: notice.tenant), let order = work.order else {
                try transaction.finish(notice, .refused, "refund-gone")
                return []
            }
            guard try transaction.finish(notice, .settled, notice.part.rawValue) else { return [] }
            switch notice.part {
            case .end:
                return try transaction.settle(work, result.map { order.outcome(of: $0) } ?? .open, at: now)
            case .state:
                let outcome = result.map { order.outcome(asked: $0) } ?? .open
                // A question without an answer leaves the order as it is; it is asked again when it is due.
                return outcome == .open ? [] : try transaction.settle(work, outcome, at: now)
            // It waited too long in a queue, and nobody says whether it was thrown away.
            case .late: return try transaction.settle(work, .open, at: now)
            case .stateLate, .none: return []
            }
        }
        tellRouters(Settlement(.confirmed, nil, work: routers))
    }
}
