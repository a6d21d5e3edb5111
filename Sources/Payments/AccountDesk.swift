package import Crypto
package import MobileMoney
package import SQL
package import Tenancy
package import Values

/// Makes accounts with M-PESA and brings them to life: keys that are tried, addresses that are registered, a first payment.
package struct AccountDesk: Sendable {
    let store: Store
    let keys: PaymentKeys
    let rails: PaymentRails
    let publicURL: String
    let now: @Sendable () -> Instant

    package init(
        store: Store, masterKey: SecretKey, rails: PaymentRails, publicURL: String,
        now: @escaping @Sendable () -> Instant
    ) {
        (self.store, self.rails, self.publicURL, self.now) = (store, rails, publicURL, now)
        keys = PaymentKeys(masterKey)
    }

    // MARK: What it is

    /// Where M-PESA tells of money that was paid by hand, and where it asks whether that is welcome.
    package func addresses(of account: ID<RailAccount>) -> (confirmation: String, validation: String) {
        keys.roads(of: account, at: publicURL)
    }

    /// The address of a provider's interface that an account uses; nil where its credentials cannot be read.
    package func interface(of account: RailAccount) -> String? {
        daraja(account)?.settings.address
    }

    /// The name of who may order that money goes back; nil where nobody was named.
    package func initiator(of account: RailAccount) -> String? {
        daraja(account)?.settings.initiator?.name
    }

    private func daraja(_ account: RailAccount) -> Daraja? {
        // Credentials that cannot be opened are told where they are used.
        (try? rails.rail(of: account)) as? Daraja
    }

    // MARK: Changing it

    /// Puts an account together, with its secrets sealed; nothing is written yet.
    package func account(_ order: MpesaOrder, of tenant: ID<Tenant>) -> RailAccount {
        let id = ID<RailAccount>(at: now())
        return RailAccount(
            id: id, tenant: tenant, rail: .mpesa, kind: order.kind, shortCode: order.number.text,
            storeNumber: order.store, prefix: order.prefix, currency: .kes,
            credentialsSealed: rails.seal(order.credentials, for: id))
    }

    /// Keeps an account.
    ///
    /// - Throws: `AccountRefusal.known`, `.prefixTaken`, `SQLError`.
    package func keep(_ account: RailAccount, pulls: Bool = false) async throws {
        let sharers = try await store.fetch(.platform) { try $0.sharers(of: account) }
        guard !sharers.contains(where: account.overlaps) else { throw AccountRefusal.prefixTaken }
        let (road, now) = (keys.hash(keys.token(of: account.id)), now())
        do {
            try await store.write(.tenant(account.tenant)) { transaction in
                try transaction.insert(account, road: road, pulls: pulls, at: now)
            }
        } catch let error as SQLError where error.kind == .duplicate {
            throw AccountRefusal.known
        }
    }

    /// Gives an account of M-PESA's other keys; an initiator stays.
    ///
    /// - Throws: `AccountRefusal.secretsUnfit`, `SQLError`.
    package func change(_ account: RailAccount, to credentials: RailCredentials) async throws {
        var credentials = credentials
        credentials.initiator = daraja(account)?.settings.initiator
        _ = try MpesaOrder(
            kind: account.kind, number: account.shortCode, store: account.storeNumber, prefix: account.prefix,
            credentials: credentials)
        try await keep(rails.seal(credentials, for: account.id), of: account)
    }

    /// Names who may order that money goes back.
    ///
    /// - Throws: `SealBroken`, `PaymentRails.Unusable`, `SQLError`.
    package func name(_ initiator: DarajaSettings.Initiator, for account: RailAccount) async throws {
        try await keep(rails.sealed(initiator, for: account), of: account)
    }

    private func keep(_ sealed: [UInt8], of account: RailAccount) async throws {
        try await store.write(.tenant(account.tenant)) { transaction in
            try transaction.set(account.id, credentials: sealed, of: account.tenant)
        }
    }

    // MARK: Trying it

    /// Tries the keys of an account: M-PESA gives a token for them, or says why not; kept with the account.
    @discardableResult
    package func check(_ account: RailAccount) async throws -> PaymentReason? {
        let flaw: PaymentReason?
        if let daraja = daraja(account) {
            do throws(RailError) {
                try await daraja.checkKeys()
                flaw = nil
            } catch { flaw = error.reason }
        } else {
            flaw = .wrongCredentials
        }
        let now = now()
        try await store.write(.tenant(account.tenant)) { transaction in
            try transaction.note(flaw, ofCheckAt: now, account.id, of: account.tenant)
        }
        return flaw
    }

    /// How the registration of an account's addresses went.
    package enum Registration: Hashable, Sendable {
        case made
        /// In production once is for good: a change is asked for at M-PESA's portal.
        case madeBefore
        case refused(RailError)
    }

    /// Tells M-PESA the addresses of an account; kept with the account.
    ///
    /// - Throws: `PaymentRails.Unusable`, `SQLError`.
    package func register(
        _ account: RailAccount, version: IncomingVersion = .v2, rejectsUnasked: Bool = false
    ) async throws -> Registration {
        guard let daraja = daraja(account) else { throw PaymentRails.Unusable() }
        let addresses = addresses(of: account.id)
        let outcome = await Self.outcome { () async throws(RailError) in
            try await daraja.register(
                confirmation: addresses.confirmation, validation: addresses.validation, version: version,
                rejectsUnasked: rejectsUnasked)
        }
        let now = now()
        let flaw: PaymentReason? = if case .refused(let error) = outcome { error.reason } else { nil }
        try await store.write(.tenant(account.tenant)) { transaction in
            try transaction.note(flaw, ofRegistrationAt: now, account.id, of: account.tenant)
        }
        return outcome
    }

    /// Has M-PESA's list of payments read, by the phone that it knows for the account.
    ///
    /// - Throws: `PaymentRails.Unusable`, `SQLError`.
    package func registerList(_ account: RailAccount, by phone: PhoneNumber) async throws -> Registration {
        guard let daraja = daraja(account) else { throw PaymentRails.Unusable() }
        let address = addresses(of: account.id).confirmation
        let outcome = await Self.outcome { () async throws(RailError) in
            try await daraja.registerPull(number: phone, callback: address)
        }
        if case .refused = outcome { return outcome }
        let now = now()
        try await store.write(.tenant(account.tenant)) { transaction in
            try transaction.readList(of: account.id, of: account.tenant, at: now)
        }
        return outcome
    }

    private static func outcome(_ register: () async throws(RailError) -> Void) async -> Registration {
        do throws(RailError) {
            try await register()
            return .made
        } catch {
            return error.reason == .alreadyRegistered ? .madeBefore : .refused(error)
        }
    }
}

extension AccountDesk {
    /// Asks a phone of staff's for the least amount, which goes into its wallet: the account's whole way, once.
    ///
    /// - Throws: `PaymentRefusal`, `SQLError`.
    package func tryOut(
        _ account: RailAccount, by phone: PhoneNumber, in language: String, on keeper: PaymentKeeper,
        then: @escaping @Sendable (Result<Payment, any Error>) -> Void
    ) {
        let unit = (0..<account.currency.exponent).reduce(1 as Int64) { unit, _ in unit * 10 }
        let order = PaymentOrder(
            tenant: account.tenant, wish: .topUp(Money(minorUnits: unit, in: account.currency)), phone: phone,
            in: language, on: account.id, now: now())
        store.write(.tenant(account.tenant)) { [keys] transaction in
            let payment = try transaction.begin(order, keys: keys)
            try transaction.note(payment.id, asTestOf: account.id, of: account.tenant)
            return payment
        } then: { outcome in
            keeper.nudge()
            then(outcome)
        }
    }
}

extension PaymentKeys {
    /// Where M-PESA tells an account of money that was paid by hand, and where it asks whether that is welcome.
    package func roads(
        of account: ID<RailAccount>, at publicURL: String
    ) -> (confirmation: String, validation: String) {
        let road = "\(publicURL)/in/c/\(token(of: account))"
        return ("\(road)/confirm", "\(road)/validate")
    }
}
