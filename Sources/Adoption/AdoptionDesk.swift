package import Crypto
package import Provisioning
package import SQL
package import Templates
package import Tenancy
package import Values

/// Makes the lines by which routers come and go, and answers the routers that follow them.
package struct AdoptionDesk: Sendable {
    /// How long a link gives its script.
    package static let lifetime = Span.hours(1)
    /// How much longer a router that has fetched it may fetch its pages and report.
    static let grace = Span.hours(1)
    /// How long a router that has fetched what undoes its adoption is left alone, so that nothing is made again behind
    /// the script; its report ends it sooner.
    static let undoing = Span.minutes(2)

    let store: Store
    package let doors: RouterDoors
    /// Where routers find us; ends in no slash.
    package let publicURL: String
    private let library: TemplateLibrary
    let now: @Sendable () -> Instant
    private let linkKey: SecretKey
    private let hashKey: SecretKey
    private let secretKey: SecretKey

    package init(
        store: Store, masterKey: SecretKey, doors: RouterDoors, publicURL: String, library: TemplateLibrary,
        now: @escaping @Sendable () -> Instant
    ) {
        self.store = store
        self.doors = doors
        self.publicURL = publicURL
        self.library = library
        self.now = now
        linkKey = masterKey.derived(for: "adoption-link")
        hashKey = masterKey.derived(for: "adoption-link-hash")
        secretKey = masterKey.derived(for: "adoption-secret")
    }

    // MARK: Links

    /// The secret of a link: made of its key, so that nothing but a hash of it need be kept.
    func token(of id: ID<Adoption>) -> String {
        Base32.encode(Array(hmacSHA256(id.description, key: linkKey).prefix(16))).lowercased()
    }

    func hash(_ token: String) -> [UInt8] { hmacSHA256(token, key: hashKey) }

    /// The address below which a router's own things lie.
    func link(of adoption: Adoption) -> String { "\(publicURL)/router/links/\(token(of: adoption.id))" }

    /// The name under which a script lies on the router while it runs.
    package static func file(_ kind: Adoption.Kind) -> String { "lango-\(kind.rawValue).rsc" }

    /// What is pasted into the router's terminal: one line.
    package func line(of adoption: Adoption) -> String {
        let file = Self.file(adoption.kind)
        let check = adoption.options.checksCertificate ? " check-certificate=yes-without-crl" : ""
        return "/tool fetch url=\"\(link(of: adoption))/script\" dst-path=\(file)\(check); "
            + "/import file-name=\(file); /file remove \(file)"
    }

    func seal(_ secret: Secret, of id: ID<Adoption>) -> [UInt8] {
        Seal.seal(secret, key: secretKey, boundTo: Array(id.description.utf8))
    }

    private func radiusSecret(of adoption: Adoption) throws -> Secret? {
        try adoption.secretSealed.map {
            try Seal.openText($0, key: secretKey, boundTo: Array(adoption.id.description.utf8))
        }
    }

    // MARK: Scripts

    /// The script of a line.
    ///
    /// - Throws: `SealBroken` and `RouterTrouble` where what was sealed cannot be opened.
    package func script(of adoption: Adoption, for router: Router) throws -> String {
        let mark = RouterMark(router.id)
        switch adoption.kind {
        case .release: return ReleaseScript(mark, undoing: adoption.options, link: link(of: adoption)).text
        case .adopt:
            guard let portal = PortalPlace(publicURL) else { throw AdoptionRefusal.noPortal }
            return AdoptionScript(
                AdoptionBrief(
                    mark: mark, password: try doors.password(of: router), options: adoption.options,
                    radiusSecret: try radiusSecret(of: adoption), portal: portal, link: link(of: adoption),
                    callURL: "\(publicURL)/router/pull/\(router.id)",
                    pages: RouterPages.names(in: library))
            ).text
        }
    }

    /// A file of the hotspot, filled in for the site where the router stands; nil where there is none of that name.
    package func page(_ name: String, for adoption: Adoption) throws -> String? {
        let (tenant, site) = try store.read(.tenant(adoption.tenant)) { transaction in
            let router = try transaction.router(adoption.router, of: adoption.tenant)
            let sites = try transaction.sites(of: adoption.tenant)
            return (try transaction.tenant(adoption.tenant), sites.first { $0.id == router?.site })
        }
        guard let tenant, let site else { throw AdoptionRefusal.unknownLink }
        return RouterPages(library: library, portal: publicURL, path: "/hotspot/\(tenant.slug)/\(site.slug)")[name]
    }

    /// What belongs into our own WireGuard once the router has told its key; nil where there is no tunnel.
    package func tunnelPeer(of adoption: Adoption) -> String? {
        guard let key = adoption.tunnelKey, let tunnel = adoption.options.tunnel else { return nil }
        return "[Peer]\nPublicKey = \(key)\nAllowedIPs = \(tunnel.routerAddress)/32\n"
    }

    // MARK: Offers

    /// A line that takes a router into service; the router waits in the lists from now on.
    ///
    /// The same name gives the same router a new line. To be carried out in a transaction of the tenant.
    package func offer(_ request: AdoptionRequest) -> @Sendable (borrowing Transaction) throws -> Adoption {
        let (moment, id) = (now(), ID<Adoption>(at: now()))
        let fresh = freshRouter(request, at: moment)
        let hash = hash(token(of: id))
        let secret = request.radiusSecret.map { seal($0, of: id) }
        return { transaction in
            let known = try transaction.routers(of: request.tenant).first { $0.name == request.name }
            if let known {
                guard try transaction.adoption(of: known.id, of: request.tenant) != nil else {
                    throw AdoptionRefusal.nameTaken
                }
                if known.state == .released {
                    try transaction.record(.waiting, note: "", at: moment, on: known.id, of: known.tenant)
                }
                try transaction.move(known.id, to: request.site, of: known.tenant)
            } else {
                try transaction.insert(fresh, at: moment)
            }
            let adoption = Adoption(
                id: id, tenant: request.tenant, router: known?.id ?? fresh.id, kind: .adopt, state: .offered,
                options: request.options, secretSealed: secret, madeBy: request.madeBy, madeAt: moment,
                expiresAt: moment + Self.lifetime)
            try transaction.insert(adoption, hash: hash)
            return adoption
        }
    }

    private func freshRouter(_ request: AdoptionRequest, at moment: Instant) -> Router {
        let id = ID<Router>(at: moment)
        let password = Secret(SystemRandom.text(24, from: Base32.alphabet))
        return Router(
            id: id, tenant: request.tenant, site: request.site, name: request.name, address: "",
            username: RouterMark(id).name, passwordSealed: doors.seal(password, for: id),
            hotspotServer: request.options.server ?? "all", state: .waiting, stateAt: moment)
    }

    /// A line like the newest of the router, with a time of its own.
    ///
    /// To be carried out in a transaction of the tenant.
    package func renewal(
        of router: ID<Router>, of tenant: ID<Tenant>, by madeBy: String
    ) -> @Sendable (borrowing Transaction) throws -> Adoption {
        let (moment, id) = (now(), ID<Adoption>(at: now()))
        let hash = hash(token(of: id))
        return { transaction in
            guard let last = try transaction.adoption(of: router, of: tenant) else { throw AdoptionRefusal.notAdopted }
            let secret = try radiusSecret(of: last).map { seal($0, of: id) }
            let line = Adoption(
                id: id, tenant: tenant, router: router, kind: last.kind, state: .offered, options: last.options,
                secretSealed: secret, madeBy: madeBy, madeAt: moment, expiresAt: moment + Self.lifetime)
            try transaction.insert(line, hash: hash)
            return line
        }
    }

    /// A line that undoes an adoption.
    ///
    /// To be carried out in a transaction of the tenant.
    package func release(
        _ router: ID<Router>, of tenant: ID<Tenant>, by madeBy: String
    ) -> @Sendable (borrowing Transaction) throws -> Adoption {
        let (moment, id) = (now(), ID<Adoption>(at: now()))
        let hash = hash(token(of: id))
        return { transaction in
            guard let adopted = try transaction.adoption(of: router, .adopt, of: tenant) else {
                throw AdoptionRefusal.notAdopted
            }
            let release = Adoption(
                id: id, tenant: tenant, router: router, kind: .release, state: .offered, options: adopted.options,
                madeBy: madeBy, madeAt: moment, expiresAt: moment + Self.lifetime)
            try transaction.insert(release, hash: hash)
            return release
        }
    }
}

extension Adoption {
    /// A line that nobody has used yet.
    fileprivate init(
        id: ID<Adoption>, tenant: ID<Tenant>, router: ID<Router>, kind: Kind, state: State, options: AdoptionOptions,
        secretSealed: [UInt8]? = nil, madeBy: String, madeAt: Instant, expiresAt: Instant
    ) {
        self.init(
            id: id, tenant: tenant, router: router, kind: kind, state: state, options: options,
            secretSealed: secretSealed, madeBy: madeBy, madeAt: madeAt, expiresAt: expiresAt, fetchedAt: nil,
            fetchedFrom: nil, settledAt: nil, tunnelKey: nil)
    }
}
