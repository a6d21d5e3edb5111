package import Statements
package import Values

/// What became of a statement that was brought.
package struct StatementReport: Hashable, Sendable {
    /// Lines of one sort, and what they add up to.
    package struct Tally: Hashable, Sendable {
        package private(set) var count = 0
        /// In minor units, by currency.
        package private(set) var sums: [Currency: Int64] = [:]

        mutating func add(_ money: Money) {
            count += 1
            sums[money.currency, default: 0] += money.minorUnits
        }
    }

    /// Money of a payment, or of a wallet.
    package internal(set) var credited = Tally()
    /// Money that other roads had told of, or an earlier file.
    package internal(set) var known = Tally()
    /// Money that belongs to nobody yet.
    package internal(set) var unmatched = Tally()
    /// Receipts that are known with another amount; nothing was booked.
    package internal(set) var contradicting = Tally()
    /// What went out; not booked.
    package internal(set) var debits = Tally()
    /// Credits and debits that the bank took back; not booked.
    package internal(set) var reversals = Tally()
    /// Payments that were not completed.
    package internal(set) var passed = 0
    package internal(set) var broken = 0
    /// Statements whose balances fit their lines, and those whose do not.
    package internal(set) var balanced = 0
    package internal(set) var unbalanced = 0
    /// Where reading ended before the file did.
    package internal(set) var trouble: StatementTrouble?

    /// Whether all of it was read and fits.
    package var isClean: Bool {
        broken == 0 && contradicting.count == 0 && unbalanced == 0 && trouble == nil
    }
}

/// Something in a statement that a person should know, told while it is read.
package enum StatementRemark: Hashable, Sendable {
    case broken(line: Int, StatementFlaw)
    /// The receipt of a line is known with another amount.
    case contradicts(line: Int, receipt: String)
    /// Opening balance and lines do not make the closing balance.
    case unbalanced(line: Int, opening: Money, lines: Money, closing: Money)
    /// A line could not be booked for a reason of our own, such as closed books.
    case refused(line: Int, reason: String)

    package var sentence: String {
        switch self {
        case .broken(let line, let flaw): "line \(line): \(flaw.sentence)"
        case .contradicts(let line, let receipt):
            "line \(line): \(receipt) is known with another amount; nothing was booked"
        case .unbalanced(let line, let opening, let lines, let closing):
            "the statement that ends at line \(line) does not add up: \(opening.plain) and \(lines.plain) in its lines"
                + " are not \(closing.plain)"
        case .refused(let line, let reason): "line \(line): \(reason)"
        }
    }
}
