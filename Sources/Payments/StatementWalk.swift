import MobileMoney
import Statements
import Values

/// Goes through a statement: adds up its balances, and makes news of what came in.
struct StatementWalk {
    private var evidence: StatementEvidence
    private var opening: Money?
    private var sum: Int64 = 0
    private var line = 0

    init(_ evidence: StatementEvidence) { self.evidence = evidence }

    /// Nil for what is no money of ours.
    mutating func take(
        _ item: StatementItem, _ report: inout StatementReport, at now: Instant, _ tell: (StatementRemark) -> Void
    ) -> StatementImport.Line? {
        switch item {
        case .account: (opening, sum) = (nil, 0)
        case .opening(let money): opening = money
        case .closing(let closing): close(closing, &report, tell)
        case .passed: report.passed += 1
        case .broken(let line, let flaw): refuse(line, flaw, &report, tell)
        case .entry(let entry):
            line = entry.line
            sum += entry.signed.minorUnits
            switch entry.direction {
            case .debit: report.debits.add(entry.amount)
            case .reversedCredit, .reversedDebit: report.reversals.add(entry.amount)
            case .credit:
                do throws(StatementFlaw) {
                    return StatementImport.Line(number: line, arrival: try evidence.arrival(of: entry, at: now))
                } catch {
                    refuse(entry.line, error, &report, tell)
                }
            }
        }
        return nil
    }

    private func refuse(
        _ line: Int, _ flaw: StatementFlaw, _ report: inout StatementReport, _ tell: (StatementRemark) -> Void
    ) {
        report.broken += 1
        tell(.broken(line: line, flaw))
    }

    private mutating func close(_ closing: Money, _ report: inout StatementReport, _ tell: (StatementRemark) -> Void) {
        defer { (opening, sum) = (nil, 0) }
        guard let opening else { return }
        guard opening.currency != closing.currency || opening.minorUnits + sum != closing.minorUnits else {
            report.balanced += 1
            return
        }
        report.unbalanced += 1
        let lines = Money(minorUnits: sum, in: opening.currency)
        tell(.unbalanced(line: line, opening: opening, lines: lines, closing: closing))
    }
}

extension StatementReport {
    /// Counts what became of a line.
    mutating func count(
        _ line: StatementImport.Line, _ outcome: StatementImport.Outcome, _ seen: inout Set<UInt64>, isTrial: Bool,
        _ tell: (StatementRemark) -> Void
    ) {
        guard let amount = line.arrival.amount else { return }
        guard case .settled(var settled) = outcome else {
            if case .refused(let reason) = outcome { tell(.refused(line: line.number, reason: reason)) }
            broken += 1
            return
        }
        // Nothing is kept on trial, so that a receipt told twice in one file must be remembered here.
        if isTrial, let receipt = line.arrival.receipt, settled == .paid || settled == .unassigned {
            let key = receipt.text.utf8.reduce(14_695_981_039_346_656_037 as UInt64) {
                ($0 ^ UInt64($1)) &* 1_099_511_628_211
            }
            if !seen.insert(key).inserted { settled = .confirmed }
        }
        switch settled {
        case .paid, .attached, .credited: credited.add(amount)
        case .confirmed: known.add(amount)
        case .unassigned: unmatched.add(amount)
        case .review, .failed, .open:
            contradicting.add(amount)
            tell(.contradicts(line: line.number, receipt: line.arrival.receipt?.text ?? ""))
        case .foreign:
            broken += 1
            tell(.broken(line: line.number, .currency))
        }
    }
}
