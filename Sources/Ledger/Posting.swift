package import Values

/// What is entered at once: lines whose sum is nothing, so that money only moves.
///
/// A posting is never changed and never removed; a mistake is taken back by another one.
package struct Posting: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        package let account: Account
        /// Positive for a debit, negative for a credit; never nothing.
        package let amount: Money

        package static func debit(_ account: Account, _ amount: Money) -> Self {
            Self(account: account, amount: amount)
        }

        package static func credit(_ account: Account, _ amount: Money) -> Self {
            Self(account: account, amount: amount * -1)
        }
    }

    /// What asked for it; each is entered once, however often it is asked for.
    package struct Source: Hashable, Sendable {
        /// A word of the room that asks, such as `payment`.
        package let kind: String
        package let id: String

        package init(_ kind: String, _ id: String) {
            self.kind = kind
            self.id = id
        }
    }

    package let id: ID<Posting>
    package let source: Source
    package let day: BookDay
    /// For people; no personal data.
    package let note: String
    package let lines: [Line]
    /// The posting that this one takes back.
    package let reverses: ID<Posting>?

    /// Takes lines of which no two have the same account.
    ///
    /// - Throws: `.unbalanced`.
    package init(
        id: ID<Posting>, for source: Source, on day: BookDay, note: String = "", reversing other: ID<Posting>? = nil,
        _ lines: [Line]
    ) throws(LedgerRefusal) {
        var sums: [Currency: Int64] = [:]
        for line in lines {
            guard line.amount.minorUnits != 0, line.amount.currency == line.account.currency else { throw .unbalanced }
            sums[line.amount.currency, default: 0] += line.amount.minorUnits
        }
        guard lines.count >= 2, sums.values.allSatisfy({ $0 == 0 }), Set(lines.map(\.account)).count == lines.count
        else { throw .unbalanced }
        self.id = id
        self.source = source
        self.day = day
        self.note = note
        self.lines = lines.sorted { $0.account < $1.account }
        reverses = other
    }
}

/// What became of a wish to enter something.
package enum Entry: Hashable, Sendable {
    case made(ID<Posting>)
    /// The same source was entered before; nothing was done.
    case existing(ID<Posting>)

    package var posting: ID<Posting> {
        switch self {
        case .made(let id), .existing(let id): id
        }
    }

    package var isNew: Bool {
        if case .made = self { true } else { false }
    }
}
