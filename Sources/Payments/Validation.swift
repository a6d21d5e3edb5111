package import MobileMoney
package import SQL
package import Tenancy
package import Values

/// Whether money by hand is welcome, asked before it is paid: only where M-PESA asks, and staff want to say no.
extension PaymentKeeper {
    /// What to answer to a question that came to an account's address.
    ///
    /// Yes unless something is wrong for certain: what cannot be read or looked up is sorted out once it is paid.
    package func verdict(on body: [UInt8], at token: String) throws -> IncomingVerdict {
        guard let wish = Daraja.wish(body) else { return .welcome }
        let hash = keys.hash(token)
        let asked = try store.read(.platform) { transaction -> (RailAccount, [RailAccount])? in
            guard let end = try transaction.roadEnd(hashed: hash, by: .account),
                let account = try transaction.railAccount(at: end), try transaction.validates(account)
            else { return nil }
            return (account, try transaction.sharers(of: account))
        }
        guard let (account, sharers) = asked else { return .welcome }
        guard account.answers(to: wish.shortCode) else { return .wrongShortCode }
        // A till has no references, and money to it is matched by other means.
        guard account.kind == .paybill else { return .welcome }
        let sharer = sharers.first { $0.id != account.id && wish.reference.normal.hasPrefix($0.prefix) }
        for owner in [account] + [sharer].compactMap(\.self) {
            let verdict = try store.read(.tenant(owner.tenant)) { try $0.verdict(on: wish, for: owner) }
            if let verdict { return verdict }
        }
        return .unknownAccount
    }
}

extension Transaction {
    /// Nil where the reference names no payment of the account's tenant.
    fileprivate borrowing func verdict(
        on wish: IncomingWish, for account: RailAccount
    ) throws(SQLError) -> IncomingVerdict? {
        guard let code = account.code(in: wish.reference), let payment = try payment(named: code, of: account.tenant),
            payment.account == account.id
        else { return nil }
        // What is paid already would be paid twice.
        guard payment.state != .paid else { return .unknownAccount }
        return wish.amount == payment.amount ? .welcome : .wrongAmount
    }

    /// Whether questions about money by hand may be answered with a no; platform's scope.
    fileprivate borrowing func validates(_ account: RailAccount) throws(SQLError) -> Bool {
        try first(
            "SELECT validates FROM main.rail_account WHERE id = $1 AND tenant = $2", account.id, account.tenant
        ) { (row: borrowing Row) throws(SQLError) in try row[0] as Bool } ?? false
    }

    /// Lets questions about money by hand be answered with a no, or has all of it welcomed.
    package borrowing func set(
        _ account: ID<RailAccount>, validates: Bool, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            "UPDATE main.rail_account SET validates = $1 WHERE id = $2 AND tenant = $3", validates, account, tenant)
    }
}
