import MobileMoney
package import SQL
package import Statements
package import Tenancy
package import Values
import Provisioning

/// Why a statement is not read at all.
package enum StatementRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case foreignAccount(String, line: Int)
    case foreignCurrency(String)

    package var description: String {
        switch self {
        case .foreignAccount(let number, let line):
            "the file holds a statement of account \(number) (before line \(line)), not of this one;"
                + " nothing was read. Give --any-account if it is this one under another number"
        case .foreignCurrency(let code):
            "the file holds a statement in \(code), which is not the account's; nothing was read"
        }
    }
}

/// Reads a bank's statement and settles what came in, a batch at a time.
///
/// Every line is a transaction of its own, kept once by its receipt, so a file that is read twice, overlaps with others or
/// with what was told before, or was left in the middle, books nothing twice. However long it is, one batch is held.
package struct StatementImport: Sendable {
    /// How many lines are under way at a time.
    private static let batch = 256

    let store: Store
    let account: RailAccount
    let file: StatementFile
    /// Whether a statement of another account's number is read all the same.
    let takesAnyAccount: Bool
    /// Whether nothing is to be kept.
    let isTrial: Bool
    let now: @Sendable () -> Instant
    let nudgeRouter: @Sendable (ID<Router>) -> Void

    package init(
        _ file: StatementFile, of account: RailAccount, in store: Store, takesAnyAccount: Bool = false,
        isTrial: Bool = false, now: @escaping @Sendable () -> Instant,
        nudgeRouter: @escaping @Sendable (ID<Router>) -> Void = { _ in }
    ) {
        self.store = store
        self.account = account
        self.file = file
        self.takesAnyAccount = takesAnyAccount
        self.isTrial = isTrial
        self.now = now
        self.nudgeRouter = nudgeRouter
    }

    /// Reads the file twice: to see whose it is, then to settle it.
    ///
    /// `tell` hears of what is wrong as it is found.
    ///
    /// - Throws: `StatementRefusal`, `StatementTrouble`, `SQLError`.
    package func run(_ tell: @escaping @Sendable (StatementRemark) -> Void) async throws -> StatementReport {
        try check()
        let (tenant, own) = (account.tenant, account)
        let offset = try await store.fetch(.tenant(tenant)) { try $0.offset(of: own) }
        let sharers = try await store.fetch(.platform) { try $0.sharers(of: own) }
        var (walk, report) = (StatementWalk(StatementEvidence(account, offset: offset)), StatementReport())
        let reader = try file.open()
        var isOver = false
        var digests: Set<UInt64> = []
        while !isOver {
            let now = now()
            var lines: [Line] = []
            do throws(StatementTrouble) {
                while lines.count < Self.batch {
                    guard let item = try reader.next() else {
                        isOver = true
                        break
                    }
                    if let line = walk.take(item, &report, at: now, tell) { lines.append(line) }
                }
            } catch {
                report.trouble = error
                isOver = true
            }
            let outcomes = try await settle(lines, sharers, at: now)
            for (line, outcome) in zip(lines, outcomes) {
                report.count(line, outcome, &digests, isTrial: isTrial, tell)
            }
        }
        return report
    }

    /// A line that is money.
    struct Line: Sendable {
        let number: Int
        let arrival: Arrival
    }

    enum Outcome: Sendable {
        case settled(Settled)
        case refused(String)
    }

    /// Refuses a file of another account before anything of it is kept.
    private func check() throws {
        let reader = try file.open()
        var line = 0
        while let item = try next(of: reader, after: line) {
            if case .entry(let entry) = item { line = entry.line }
            guard case .account(let number, let currency) = item else { continue }
            if let currency, currency != account.currency { throw StatementRefusal.foreignCurrency(currency.code) }
            guard takesAnyAccount || number.isEmpty || account.isNamed(by: number) else {
                throw StatementRefusal.foreignAccount(number, line: line + 1)
            }
        }
    }

    /// What stands before the place where a file breaks off is settled, and the place is told then.
    private func next(of reader: any StatementReader, after line: Int) throws(StatementTrouble) -> StatementItem? {
        do throws(StatementTrouble) { return try reader.next() } catch {
            guard line > 0 else { throw error }
            return nil
        }
    }

    private func settle(
        _ lines: [Line], _ sharers: [RailAccount], at now: Instant
    ) async throws -> [Outcome] {
        try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            var (seen, again) = (Set<ReceiptNumber>(), [Int]())
            for (place, line) in lines.enumerated() {
                // Of lines with the same receipt the first one counts.
                guard line.arrival.receipt.map({ seen.insert($0).inserted }) ?? true else {
                    again.append(place)
                    continue
                }
                group.addTask { (place, try await settle(line, sharers, at: now)) }
            }
            var outcomes = [Outcome](repeating: .settled(.open), count: lines.count)
            for try await (place, outcome) in group { outcomes[place] = outcome }
            for place in again { outcomes[place] = try await settle(lines[place], sharers, at: now) }
            return outcomes
        }
    }

    private func settle(_ line: Line, _ sharers: [RailAccount], at now: Instant) async throws -> Outcome {
        let account = try await store.sharer(of: account, for: line.arrival, among: sharers) ?? account
        guard !isTrial else {
            let settled = try await store.fetch(.tenant(account.tenant)) {
                try $0.foresee(line.arrival, on: account, at: now)
            }
            return .settled(settled)
        }
        let evidence = Evidence(road: .statement, account: account, news: .money(line.arrival))
        do {
            let settlement = try await store.write(.tenant(account.tenant)) { try $0.settle(evidence, at: now) }
            for router in settlement.work { nudgeRouter(router) }
            return .settled(settlement.settled)
        } catch let refusal as any Refusal {
            return .refused(refusal.code)
        }
    }
}
