package import RouterOS
package import SQL
package import Tenancy
package import Values

/// What staff say anew of the way to a router; what is nil stays.
package struct RouterAmendment: Sendable {
    package enum Key: Sendable {
        case keep
        case use(SSHUserKey)
        /// The password does for SSH, too.
        case remove
    }

    package var address: RouterAddresses?
    package var username: String?
    package var password: Secret?
    package var key = Key.keep

    package init() {}
}

extension RouterDoors {
    /// Keeps what staff say of the way to a router, which is met anew; in a transaction of the tenant.
    ///
    /// What was confirmed stays confirmed: a router that shows another identity at its new address is refused until
    /// staff look. One that waits for its line, or was given back, is in service from then on.
    package func amend(
        _ router: Router, by amendment: RouterAmendment, at now: Instant
    ) -> @Sendable (borrowing Transaction) throws -> Void {
        let password = amendment.password.map { seal($0, for: router.id) } ?? router.passwordSealed
        let key: [UInt8]? =
            switch amendment.key {
            case .keep: router.sshKeySealed
            case .use(let key): seal(key, for: router.id)
            case .remove: nil
            }
        let address = amendment.address?.description ?? router.address
        let username = amendment.username ?? router.username
        return { transaction in
            try transaction.amend(
                router.id, of: router.tenant, address: address, username: username, passwordSealed: password,
                sshKeySealed: key, at: now)
        }
    }
}
