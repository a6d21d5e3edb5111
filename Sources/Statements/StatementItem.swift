package import Values

/// A piece of a statement of account, in the order of the file.
package enum StatementItem: Hashable, Sendable {
    /// Whose statement begins: the account's number as it is written, and its currency where it is told.
    case account(String, Currency?)
    /// What was in the account before and after the lines; less than nothing where it was overdrawn.
    case opening(Money)
    case closing(Money)
    case entry(StatementEntry)
    /// A line that tells of no money: a payment that was not completed.
    case passed(line: Int)
    case broken(line: Int, StatementFlaw)
}

/// One movement of money.
package struct StatementEntry: Hashable, Sendable {
    package enum Direction: Hashable, Sendable {
        case credit
        case debit
        /// A credit of before that was taken back.
        case reversedCredit
        /// A debit of before that came back.
        case reversedDebit
    }

    /// When it was booked, as exactly as the format tells.
    package enum Time: Hashable, Sendable {
        /// Days since 1970-01-01 in the account's calendar.
        case day(Int64)
        /// Milliseconds since then on a clock at the account's place.
        case local(Int64)
        case exact(Instant)
    }

    /// Where it begins in the file, from 1 on.
    package var line: Int
    /// Always more than nothing.
    package var amount: Money
    package var direction: Direction
    package var time: Time
    /// The bank's own name of it; nil where it gave none.
    package var bankReference: String?
    /// What the payer typed as an account; empty where there is no place for it.
    package var reference = ""
    /// The payer's number as it is written, whole or covered.
    package var payer = ""
    package var payerName = ""
    /// All else that is told of it.
    package var narrative = ""
    /// What was in the account afterwards.
    package var balance: Money?

    package init(line: Int, amount: Money, direction: Direction, time: Time, bankReference: String? = nil) {
        self.line = line
        self.amount = amount
        self.direction = direction
        self.time = time
        self.bankReference = bankReference
    }

    /// What it does to what is in the account.
    package var signed: Money {
        switch direction {
        case .credit, .reversedDebit: amount
        case .debit, .reversedCredit: amount * -1
        }
    }
}

/// Why a line cannot be read.
package enum StatementFlaw: String, Error, Hashable, Sendable, CaseIterable {
    case columns = "it has fewer columns than the header"
    case quotes = "a quoted field has no end"
    case tooLong = "it is longer than 64 KiB"
    case amount = "the amount cannot be read with certainty"
    case noAmount = "it has neither a credit nor a debit"
    case twoAmounts = "it has a credit and a debit"
    case date = "the date cannot be read"
    case future = "it is dated in the future"
    case currency = "it is in another currency than the account"
    case shape = "it is not built as the format wants"
    case details = "its details do not add up to it"
    case tooManyDetails = "it has more than 20000 details"
    case noReference = "it has no reference of the bank, and there are too many such lines in one file"

    package var sentence: String { rawValue }
}

/// Why a file is no statement that can be read, or not any further.
package enum StatementTrouble: Error, Hashable, Sendable {
    case unreadable(String)
    case empty
    case unknownFormat
    case noHeader
    /// XML that is none, from this line on.
    case notWellFormed(line: Int)
    /// XML that declares a document type, which no bank's statement needs.
    case declaresType

    package var sentence: String {
        switch self {
        case .unreadable(let words): words
        case .empty: "The file is empty."
        case .unknownFormat: "The file is neither CSV, MT940 nor camt.053; say which with --format."
        case .noHeader:
            "No line of the file's beginning names a date and a credit or an amount; name the columns with --columns."
        case .notWellFormed(let line): "From line \(line) on the file is no XML; what stands before was read."
        case .declaresType: "The file declares a document type, which no bank's statement needs; it was not read."
        }
    }
}

/// A statement of account, piece by piece.
package protocol StatementReader: AnyObject {
    /// The next piece; nil at the end.
    func next() throws(StatementTrouble) -> StatementItem?
}
