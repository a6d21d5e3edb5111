package import Ledger
package import SQL
package import Tenancy
package import Values

/// What lies in the wallet of a number.
package struct Wallet: Hashable, Sendable {
    /// The account's key in the books: it names the wallet where its number must not stand.
    package let id: ID<Account>
    package let phone: PhoneNumber
    package let balance: Money

    package init?(_ standing: AccountBalance) {
        guard standing.account.kind == .wallet, let phone = PhoneNumber(digits: standing.account.subject) else {
            return nil
        }
        (id, self.phone, balance) = (standing.id, phone, standing.balance)
    }
}

extension Transaction {
    /// The wallet of a number; nil where nothing was ever put into it.
    package borrowing func wallet(
        of phone: PhoneNumber, in currency: Currency, of tenant: ID<Tenant>
    ) throws(SQLError) -> Wallet? {
        try standing(of: Account.wallet(of: phone, in: currency), of: tenant).flatMap(Wallet.init)
    }

    package borrowing func wallet(_ id: ID<Account>, of tenant: ID<Tenant>) throws(SQLError) -> Wallet? {
        try standing(of: id, of: tenant).flatMap(Wallet.init)
    }

    /// The wallet of which a receipt shows that it is its holder's; nil where it does not, or where the wallet is empty.
    ///
    /// Whoever knows a payment's public name can pay into it by hand, so a receipt speaks for the number alone that its
    /// provider names, or whose phone answered the prompt.
    package borrowing func wallet(shownBy receipt: PaymentReceipt) throws(SQLError) -> Wallet? {
        guard let phone = try phone(shownBy: receipt) else { return nil }
        return try wallet(of: phone, in: receipt.amount.currency, of: receipt.tenant)?.filled
    }

    private borrowing func phone(shownBy receipt: PaymentReceipt) throws(SQLError) -> PhoneNumber? {
        guard let id = receipt.payment, let payment = try payment(id, of: receipt.tenant) else { return nil }
        return payment.isShown(by: receipt) ? payment.phone : nil
    }

    /// The wallet of a payment's number, for whoever began the payment; nil where the phone did not answer its prompt.
    package borrowing func wallet(shownBy payment: Payment) throws(SQLError) -> Wallet? {
        guard payment.state == .paid else { return nil }
        let receipts = try receipts(of: payment.id, of: payment.tenant)
        // The provider's answer about a prompt, which names no receipt, is about that phone.
        guard receipts.isEmpty || receipts.contains(where: payment.isShown) else { return nil }
        return try wallet(of: payment.phone, in: payment.amount.currency, of: payment.tenant)?.filled
    }
}

extension Payment {
    fileprivate func isShown(by receipt: PaymentReceipt) -> Bool {
        receipt.road == .callback || receipt.payer.fits(phone, isCertain: false)
    }
}

extension Wallet {
    /// Nil for an empty one.
    package var filled: Self? { balance.minorUnits > 0 ? self : nil }
}
