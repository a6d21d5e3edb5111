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
    /// What is left of it in the payer's wallet.
    package let kept: Money

    /// Decides by the amount that came, with what the wallet adds to it, never by the one that was asked for.
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

    /// The lines that move the money that came from where it lies; what is earned beyond it comes out of the wallet.
    func lines(
        for amount: Money, from source: Account, earning revenue: Account, keeping wallet: Account
    ) -> [Posting.Line] {
        let others: [Posting.Line] = [.credit(revenue, earned), .credit(wallet, amount + earned * -1)]
        return [.debit(source, amount)] + others.filter { $0.amount.minorUnits != 0 }
    }
}
