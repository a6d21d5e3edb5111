package import Values

/// A place where money of one tenant is counted, in one currency.
package struct Account: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// What a customer owes.
        case receivable
        /// What a payer has paid ahead.
        case wallet
        /// What lies with a payment provider.
        case clearing
        /// What was earned, by package.
        case revenue
        case tax
        /// What agents and resellers are to get.
        case commission
        /// What came in and belongs to nobody yet.
        case suspense
        /// What providers keep for their service.
        case fees

        /// The side on which the account usually stands.
        package var side: Side {
            switch self {
            case .receivable, .clearing, .fees: .debit
            case .wallet, .revenue, .tax, .commission, .suspense: .credit
            }
        }

        /// Whether never more may be taken out than was put in.
        package var isGuarded: Bool { self == .wallet || self == .suspense }
    }

    package enum Side: Sendable { case debit, credit }

    package let kind: Kind
    /// Whose or what for: a payer, a provider's account, a package; empty where the tenant has one only.
    package let subject: String
    package let currency: Currency

    package init(_ kind: Kind, _ subject: String = "", in currency: Currency) {
        self.kind = kind
        self.subject = subject
        self.currency = currency
    }
}

extension Account: Comparable {
    /// The order in which accounts are locked: those of single payers first, those that every payment meets last, so that
    /// the latter are held for as short a time as possible and nobody waits in a circle.
    package static func < (left: Self, right: Self) -> Bool {
        (left.kind.isGuarded ? 0 : 1, left.kind.rawValue, left.subject, left.currency.code)
            < (right.kind.isGuarded ? 0 : 1, right.kind.rawValue, right.subject, right.currency.code)
    }
}

/// An account with what is in it.
package struct AccountBalance: Hashable, Sendable {
    package let id: ID<Account>
    package let account: Account
    /// Debits less credits, in minor units.
    package let debit: Int64
    /// How many lines it has.
    package let lines: Int64

    /// What is in it, counted on its usual side: what a payer has in a wallet, what a customer owes.
    package var balance: Money {
        Money(minorUnits: account.kind.side == .debit ? debit : -debit, in: account.currency)
    }
}
