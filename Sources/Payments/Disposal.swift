package import Catalog
import Ledger
package import Values

/// Where the money of a payment goes: a rule without a store.
package struct Disposal: Hashable, Sendable {
    package let outcome: Payment.Outcome
    /// Whether the service begins.
    package let grants: Bool
    /// What is earned by it.
    package let earned: Money
    /// What goes into the payer's wallet.
    package let kept: Money

    /// Decides by the amount that came, never by the one that was asked for.
    ///
    /// `isOnTime` tells whether the device is still expected to wait; `offer` is the package as it can be had now.
    package init(_ amount: Money, for purchase: Purchase, price: Money, isOnTime: Bool, offer: Package?) {
        let nothing = Money(minorUnits: 0, in: amount.currency)
        guard case .package = purchase else {
            self.init(outcome: .toppedUp, grants: false, earned: nothing, kept: amount)
            return
        }
        guard amount.minorUnits >= price.minorUnits else {
            self.init(outcome: .short, grants: false, earned: nothing, kept: amount)
            return
        }
        guard isOnTime || offer?.price == price, offer != nil else {
            self.init(outcome: .late, grants: false, earned: nothing, kept: amount)
            return
        }
        self.init(outcome: .granted, grants: true, earned: price, kept: amount + price * -1)
    }

    private init(outcome: Payment.Outcome, grants: Bool, earned: Money, kept: Money) {
        self.outcome = outcome
        self.grants = grants
        self.earned = earned
        self.kept = kept
    }

    /// The lines that move the money from where it lies.
    func lines(from source: Account, earning revenue: Account, keeping wallet: Account) -> [Posting.Line] {
        let credits = [(revenue, earned), (wallet, kept)].filter { $0.1.minorUnits > 0 }
        return [.debit(source, earned + kept)] + credits.map { .credit($0.0, $0.1) }
    }
}
