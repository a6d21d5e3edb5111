import Messaging
import SQL
import Telemetry
import Tenancy
import Values

extension MessageKeeper {
    /// How often a report is read again whose message nobody knows yet: over about half an hour.
    private static let mostReadings = 10

    /// Reads what was reported.
    ///
    /// - Returns: how many reports were looked at.
    func settleReports() async throws -> Int {
        let now = now()
        let reports = try await store.fetch(.platform) { try $0.dueReports(at: now, atMost: 100) }
        for report in reports {
            do {
                try await settle(report)
            } catch let error as SQLError where error.isOfTheDisk {
                throw error
            } catch {
                log.error("messages.report-failed", ["report.id": .id(report.id), "error": .text("\(error)")])
                try await store.write(.tenant(report.tenant)) { try $0.postpone(report, until: now + .minutes(5)) }
            }
        }
        return reports.count
    }

    private func settle(_ report: StoredReport) async throws {
        let found = try await store.fetch(.tenant(report.tenant)) { transaction in
            try transaction.senderAccount(report.account, of: report.tenant)
        }
        guard let account = found else { return try await finish(report, .refused, "account-gone") }
        switch try sender(account).read(keys.open(report.bodySealed, for: report.id)) {
        case .report(let news): try await settle(news, report)
        case .incoming: try await finish(report, .settled, "incoming")
        case .optOut(let phone):
            guard let phone else { return try await finish(report, .unknown, "opt-out") }
            let now = now()
            try await store.write(.tenant(report.tenant)) { transaction in
                try transaction.set(.phone(phone), wantsNoNotices: true, of: report.tenant, at: now)
                try transaction.finish(report, .settled, "opt-out")
            }
        case .unknown(let flaw):
            log.warning("messages.report-unknown", ["report.id": .id(report.id), "flaw": .text(flaw)])
            try await finish(report, .unknown, flaw)
        }
    }

    private func settle(_ news: DeliveryReport, _ report: StoredReport) async throws {
        let now = now()
        let (state, reason) = news.state.outcome
        let isKnown = try await store.write(.tenant(report.tenant)) { transaction -> Bool in
            guard let found = try transaction.attempt(news.name, by: report.account, of: report.tenant),
                let message = try transaction.lockedMessage(found.message, of: report.tenant)
            else {
                guard report.attempts < Self.mostReadings else {
                    try transaction.finish(report, .refused, "message-unknown")
                    return false
                }
                // It may have overtaken the answer that tells the provider's name of the message.
                try transaction.postpone(report, until: now + .seconds(1 << Int64(report.attempts)))
                return true
            }
            guard try transaction.finish(report, .settled, state.rawValue) else { return true }
            try transaction.note(state, reason, code: "", name: nil, on: found.attempt, of: message.tenant, at: now)
            let isOpen = try transaction.attempts(at: message.id, of: message.tenant).contains { $0.state == .sending }
            // While another attempt is under way, its answer decides.
            if !isOpen, message.state != .delivered { try transaction.follow(message, at: now) }
            return true
        }
        if !isKnown { log.warning("messages.report-strange", ["report.id": .id(report.id)]) }
    }

    private func finish(_ report: StoredReport, _ state: StoredReport.State, _ note: String) async throws {
        _ = try await store.write(.tenant(report.tenant)) { try $0.finish(report, state, note) }
    }
}
