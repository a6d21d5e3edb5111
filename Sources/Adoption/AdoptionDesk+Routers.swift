import Provisioning
import RouterOS
package import SQL
package import Tenancy
package import Values

/// What routers ask for and tell by their links.
extension AdoptionDesk {
    /// The line of a link's token.
    ///
    /// - Throws: `AdoptionRefusal` where there is none, and where its time is over.
    package func open(_ token: String) throws -> Adoption {
        guard token.utf8.count == 26,
            let adoption = try store.read(.platform, { try $0.adoption(hashed: hash(token)) })
        else { throw AdoptionRefusal.unknownLink }
        let isUnderWay = adoption.fetchedAt != nil && now() < adoption.expiresAt + Self.grace
        guard adoption.isGood(at: now()) || isUnderWay && adoption.state != .replaced else {
            throw AdoptionRefusal.expiredLink
        }
        return adoption
    }

    /// The same for a script, which is given only as long as the link is good.
    package func openForScript(_ token: String) throws -> Adoption {
        let adoption = try open(token)
        guard adoption.isGood(at: now()) else { throw AdoptionRefusal.expiredLink }
        return adoption
    }

    /// The script of a line, and the note that it was fetched; in a transaction of the tenant.
    package func fetch(
        _ adoption: Adoption, from client: String
    ) -> @Sendable (borrowing Transaction) throws -> String {
        let moment = now()
        return { transaction in
            guard let router = try transaction.router(adoption.router, of: adoption.tenant) else {
                throw AdoptionRefusal.unknownLink
            }
            try transaction.noteFetch(adoption.id, of: adoption.tenant, from: client, at: moment)
            if adoption.kind == .release {
                try transaction.rest(router.id, of: router.tenant, until: moment + Self.undoing)
            }
            return try script(of: adoption, for: router)
        }
    }

    /// Takes a router's word that its script came to its end; in a transaction of the tenant.
    ///
    /// An adopted router is in service from then on, with the certificate that it told; a released one is left alone.
    package func take(
        _ report: AdoptionReport, for adoption: Adoption, from client: String
    ) -> @Sendable (borrowing Transaction) throws -> Void {
        let moment = now()
        return { transaction in
            guard let router = try transaction.router(adoption.router, of: adoption.tenant) else {
                throw AdoptionRefusal.unknownLink
            }
            switch adoption.kind {
            case .release: try transaction.discharge(router, at: moment)
            case .adopt:
                let way = Self.way(report, adoption.options, client)
                // What staff have written for SSH stays.
                let kept = RouterAddresses(router.address)?.ways.filter { $0.service == .ssh } ?? []
                let opened = report.sshPort.map { [RouterWay(.ssh, host: way.host, port: $0)] } ?? []
                let address = ([way] + (kept.isEmpty ? opened : kept)).map(\.description)
                try transaction.readdress(
                    router.id, of: router.tenant, address: address.joined(separator: ","),
                    username: RouterMark(router.id).name, passwordSealed: router.passwordSealed,
                    certificatePin: report.fingerprint?.description)
                try transaction.record(
                    .new, note: "", version: report.version, at: moment, on: router.id, of: router.tenant)
                try transaction.touchDirectory(of: router.tenant)
            }
            try transaction.rouse(router.id, of: router.tenant)
            try transaction.settle(adoption.id, of: adoption.tenant, tunnelKey: report.tunnelKey, at: moment)
        }
    }

    /// Where the router is reached: through the tunnel, at the address that was given, else where its report came from.
    private static func way(_ report: AdoptionReport, _ options: AdoptionOptions, _ client: String) -> RouterWay {
        guard options.service != .pull else { return RouterWay(.pull, host: "") }
        let service: RouterWay.Service = report.service == "www-ssl" ? .https : .apiTLS
        let tunnel = report.tunnelKey == nil ? nil : options.tunnel?.routerAddress.description
        return RouterWay(service, host: tunnel ?? options.address ?? client, port: report.port)
    }
}

extension Transaction {
    /// Leaves a router alone from now on: nothing waits for it any more.
    package borrowing func discharge(_ router: Router, at now: Instant) throws(SQLError) {
        try record(.released, note: "", at: now, on: router.id, of: router.tenant)
        try abandonEffects(on: router.id, of: router.tenant, at: now)
        try touchDirectory(of: router.tenant)
    }
}
