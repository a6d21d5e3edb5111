package import Catalog
package import Entitlements
package import Ledger
package import MobileMoney
package import Provisioning
package import Tenancy
package import Values

/// A wish to pay: written before anybody is asked for money.
package struct Payment: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        /// The phone is to be asked.
        case new
        /// It is being asked; whether it was is not known until the provider answers.
        case sending
        /// The provider has taken the prompt.
        case asked
        /// Whether the phone was asked is not known, and by what name neither: only news from outside can tell.
        case silent
        /// No money came, as far as is known; money that comes all the same is credited.
        case failed
        /// Money came. This never changes back.
        case paid

        /// Whether a page may show that the payment is under way.
        package var isOpen: Bool { self != .failed && self != .paid }
    }

    /// What became of the money.
    package enum Outcome: String, Sendable {
        case none = ""
        /// The service was begun.
        case granted
        /// It was put into the wallet, as was wished.
        case toppedUp = "topped-up"
        /// It was too little and went into the wallet.
        case short
        /// What was to be bought is not offered any more; it went into the wallet.
        case late
        case refunded
    }

    package let id: ID<Payment>
    package let tenant: ID<Tenant>
    /// The short public name, which is the reference that the payer reads too; it tells nothing and has a check digit.
    package let code: AccountNumber
    package let account: ID<RailAccount>
    package let purchase: Purchase
    package let amount: Money
    /// The number that was typed: the wallet's name.
    package let phone: PhoneNumber
    package let state: State
    package let outcome: Outcome
    /// Why it failed.
    package let reason: PaymentReason?
    package let createdAt: Instant
    /// The first instant at which the device is no longer expected to wait.
    package let expiresAt: Instant
    package let promptedAt: Instant?
    package let decidedAt: Instant?
    /// How often the provider was asked what became of it.
    package let attempts: Int
    package let dueAt: Instant?
    package let promptSealed: [UInt8]?
    package let receipt: ReceiptNumber?
    /// What came under its own receipt.
    package let received: Money
    package let posting: ID<Posting>?
    package let entitlement: ID<Entitlement>?
    package let effect: ID<Effect>?
    /// Whether sources contradict each other, or nobody knows after two days.
    package let needsReview: Bool
    /// The tag of the language in which it began; empty for the tenant's.
    package let language: String
    /// What is to come out of the payer's wallet, beside `amount`, once that is paid.
    package let fromWallet: Money
}

/// What is bought.
package enum Purchase: Hashable, Sendable {
    case package(ID<Package>, PayingDevice)
    /// Money into the payer's wallet.
    case topUp
}

/// The device that waits for its payment.
package struct PayingDevice: Hashable, Sendable {
    package let site: ID<Site>
    package let router: ID<Router>
    package let mac: MACAddress
    /// Where it waits on the router's network; 0.0.0.0 where nothing was said.
    package let address: IPv4Address

    package init(site: ID<Site>, router: ID<Router>, mac: MACAddress, address: IPv4Address = IPv4Address(bits: 0)) {
        self.site = site
        self.router = router
        self.mac = mac
        self.address = address
    }
}

extension Payment {
    /// What is to be paid in all.
    package var price: Money { amount + fromWallet }

    /// The payer's wallet.
    package var wallet: Account { Account.wallet(of: phone, in: amount.currency) }
}

extension Account {
    /// The wallet of whoever pays from a number.
    package static func wallet(of phone: PhoneNumber, in currency: Currency) -> Self {
        Account(.wallet, phone.digits, in: currency)
    }
}
