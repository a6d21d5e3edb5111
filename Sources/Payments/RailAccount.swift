package import Ledger
package import MobileMoney
package import SQL
package import Tenancy
package import Values

/// A tenant's account with a payment provider: a paybill or a till, alone or shared.
package struct RailAccount: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// The payer types an account number.
        case paybill
        /// The payer types none.
        case till
        /// A bank's account, or a market of mobile money: nothing that payers type.
        case account
    }

    package let id: ID<RailAccount>
    package let tenant: ID<Tenant>
    package let rail: Rail
    package let kind: Kind
    /// What payers type and read: the number of the paybill or till.
    package let shortCode: String
    /// The number by which the provider's interface knows a till; empty for paybills.
    package let storeNumber: String
    /// What references begin with where several tenants share one paybill: 0 to 4 capital letters and digits.
    package let prefix: String
    package let currency: Currency
    /// What the rail needs to speak for the account, sealed.
    package let credentialsSealed: [UInt8]
    /// Whether new payments may begin; what comes in is always taken.
    package let isOpen: Bool

    package init(
        id: ID<RailAccount>, tenant: ID<Tenant>, rail: Rail, kind: Kind, shortCode: String, storeNumber: String = "",
        prefix: String = "", currency: Currency, credentialsSealed: [UInt8], isOpen: Bool = true
    ) {
        self.id = id
        self.tenant = tenant
        self.rail = rail
        self.kind = kind
        self.shortCode = shortCode
        self.storeNumber = storeNumber
        self.prefix = prefix
        self.currency = currency
        self.credentialsSealed = credentialsSealed
        self.isOpen = isOpen
    }

    /// Whether money told for a number is money of this account.
    package func answers(to shortCode: String) -> Bool {
        shortCode == self.shortCode || !storeNumber.isEmpty && shortCode == storeNumber
    }

    /// Whether a phone with this number can be asked for money of the account: Kenyan mobile numbers have M-PESA, those of a
    /// market have MTN's.
    package func takes(_ phone: PhoneNumber) -> Bool {
        switch rail {
        case .mpesa: phone.digits.hasPrefix("2547") || phone.digits.hasPrefix("2541")
        case .momo: MomoMarket(named: shortCode).map { phone.digits.hasPrefix($0.prefix) } ?? false
        case .kcb, .jenga, .bank: false
        }
    }

    /// Whether a number that stands in a statement is this account's, as banks write it: with spaces or hyphens, behind the
    /// bank's code, within an IBAN, or with the currency behind it.
    package func isNamed(by written: some StringProtocol) -> Bool {
        func bare(_ text: some StringProtocol) -> String {
            text.uppercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        }
        let own = [shortCode, storeNumber].map { bare($0) }.filter { !$0.isEmpty }
        let told = (written.split(separator: "/").map { bare($0) } + [bare(written)]).filter { !$0.isEmpty }
        return told.contains { told in
            own.contains { told == $0 || told == $0 + currency.code || Self.isIBAN(told) && told.hasSuffix($0) }
        }
    }

    private static func isIBAN(_ text: String) -> Bool {
        text.utf8.count >= 15 && text.utf8.prefix(2).allSatisfy { (65...90).contains($0) }
            && text.utf8.dropFirst(2).prefix(2).allSatisfy { (48...57).contains($0) }
    }

    /// Where its money is counted until the provider pays it out.
    package var clearing: Account { Account(.clearing, id.description, in: currency) }

    /// Where its money is counted that belongs to nobody yet.
    package var suspense: Account { Account(.suspense, id.description, in: currency) }
}

extension Transaction {
    /// Keeps an account.
    ///
    /// `road` is the keyed hash of its own address; where it `pulls`, the provider's list is read every quarter of an hour.
    package borrowing func insert(
        _ account: RailAccount, road: [UInt8], pulls: Bool = false, at now: Instant
    ) throws(SQLError) {
        try run(
            """
            INSERT INTO main.rail_account (id, tenant, rail, kind, short_code, store_number, prefix, currency,
                credentials_sealed, is_open, road_hash, created_at, pull_due_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """, account.id, account.tenant, account.rail.rawValue, account.kind.rawValue, account.shortCode,
            account.storeNumber, account.prefix, account.currency.code, account.credentialsSealed, account.isOpen, road,
            now, pulls ? now : nil)
        try touchDirectory(of: account.tenant)
    }

    /// Lets new payments begin on an account, or no more; what comes in is taken in any case.
    package borrowing func set(
        _ account: ID<RailAccount>, isOpen: Bool, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run("UPDATE main.rail_account SET is_open = $1 WHERE id = $2 AND tenant = $3", isOpen, account, tenant)
        try touchDirectory(of: tenant)
    }

    /// Gives an account other credentials.
    package borrowing func set(
        _ account: ID<RailAccount>, credentials sealed: [UInt8], of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            "UPDATE main.rail_account SET credentials_sealed = $1 WHERE id = $2 AND tenant = $3", sealed, account,
            tenant)
    }

    package borrowing func railAccount(
        _ id: ID<RailAccount>, of tenant: ID<Tenant>
    ) throws(SQLError) -> RailAccount? {
        try first(
            """
            SELECT id, tenant, rail, kind, short_code, store_number, prefix, currency, credentials_sealed, is_open
            FROM rail_account WHERE id = $1 AND tenant = $2
            """, id, tenant, read: RailAccount.init(row:))
    }

    package borrowing func railAccounts(of tenant: ID<Tenant>) throws(SQLError) -> [RailAccount] {
        try all(
            """
            SELECT id, tenant, rail, kind, short_code, store_number, prefix, currency, credentials_sealed, is_open
            FROM rail_account WHERE tenant = $1 ORDER BY id
            """, tenant, read: RailAccount.init(row:))
    }

    /// Accounts that share an account's number, those with the longest prefix first; platform's scope.
    package borrowing func sharers(of account: RailAccount) throws(SQLError) -> [RailAccount] {
        try all(
            """
            SELECT id, tenant, rail, kind, short_code, store_number, prefix, currency, credentials_sealed, is_open
            FROM main.rail_account WHERE rail = $1 AND short_code = $2 AND prefix <> ''
            """, account.rail.rawValue, account.shortCode, read: RailAccount.init(row:)
        ).sorted { $0.prefix.count > $1.prefix.count }
    }
}

extension Store {
    /// The account that money is for, where several share the number of `road`: the one whose prefix the reference has.
    ///
    /// A code of the road's own payments may begin so by chance, and stays its own.
    func sharer(of road: RailAccount, for arrival: Arrival, among known: [RailAccount]?) async throws -> RailAccount? {
        guard let reference = arrival.reference else { return nil }
        let sharers = if let known { known } else { try await fetch(.platform) { try $0.sharers(of: road) } }
        guard let sharer = sharers.first(where: { reference.normal.hasPrefix($0.prefix) }), sharer.id != road.id,
            try await fetch(.tenant(road.tenant), { try $0.payment(namedBy: arrival, road) }) == nil
        else { return nil }
        return sharer
    }
}

extension RailAccount {
    /// Whether references to this account and to another one on the same number could be taken for each other.
    package func overlaps(_ other: RailAccount) -> Bool {
        !prefix.isEmpty && !other.prefix.isEmpty && (prefix.hasPrefix(other.prefix) || other.prefix.hasPrefix(prefix))
    }
}

extension RailAccount {
    /// Reads the columns in the order of the queries above.
    init(row: borrowing Row) throws(SQLError) {
        guard let rail = Rail(rawValue: try row[2]), let kind = Kind(rawValue: try row[3]),
            let currency = Currency(code: try row[7] as String)
        else { throw SQLError(.damaged, code: "rail-account", message: "An account has an unknown rail or currency") }
        self.init(
            id: try row[0], tenant: try row[1], rail: rail, kind: kind, shortCode: try row[4], storeNumber: try row[5],
            prefix: try row[6], currency: currency, credentialsSealed: try row[8], isOpen: try row[9])
    }
}
