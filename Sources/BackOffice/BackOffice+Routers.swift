import HTTPServer
import Inventory
import Provisioning
import SQL
import Telemetry
import Templates
import Tenancy
import Values

extension BackOffice {
    /// The routers, and the certificates that wait for a person's yes.
    func routers(_ request: Request) throws -> Response { try routersPage(desk(request)) }

    private func routersPage(_ desk: Desk, problem: OfficeRefusal? = nil) throws -> Response {
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        let (routers, sites, waiting, known) = try store.read(.tenant(tenant)) { transaction in
            (
                try transaction.routers(of: tenant), try transaction.sites(of: tenant),
                try transaction.waitingEffects(of: tenant), try transaction.inventories(of: tenant)
            )
        }
        let names = Dictionary(uniqueKeysWithValues: sites.map { ($0.id, $0.name) })
        let mayConfirm = visit.staff.role.has(.routers)
        return desk.page(
            desk.pages.routers,
            [
                "onRouters": true, "canAdd": .flag(mayConfirm), "hasRouters": .flag(!routers.isEmpty),
                "certificates": .list(
                    routers.flatMap { router in
                        router.unconfirmed.compactMap { identity($0, of: router, mayConfirm, desk) }
                    }),
                "routers": .list(
                    routers.map { router in
                        var values = row(router, known[router.id], isOpen: mayConfirm, desk)
                        values["siteName"] = .text(names[router.site] ?? "")
                        values["pendingEffects"] = .text(desk.count(waiting[router.id] ?? 0))
                        return values
                    }),
            ], status: problem.map { Problem.status(of: $0.kind) } ?? 200, problem: problem)
    }

    /// What is known of a router; `isOpen` where its page may be seen.
    private func row(_ router: Router, _ known: RouterInventory?, isOpen: Bool, _ desk: Desk) -> TemplateValues {
        let version = known.flatMap { $0.capabilities.version.isEmpty ? nil : $0.capabilities.version }
        return [
            "name": .text(router.name), "href": TemplateValue(isOpen ? Self.href(router) : nil),
            "stateClass": .text(router.state.chip),
            "stateLabel": .text(desk.words("router.state.\(router.state.word)")),
            "failure": TemplateValue(router.state == .certificate ? nil : router.stateNote),
            "board": TemplateValue(known?.capabilities.board), "version": TemplateValue(version ?? router.version),
            "address": .text(router.address), "lastSeen": .text(desk.moment(router.stateAt)),
            "lastRead": TemplateValue(known?.surveyedAt.map { desk.moment($0) }),
            "changed": TemplateValue(isOpen ? known?.changedAt.map { desk.moment($0) } : nil),
            "changesHref": .text(Addresses.router(router.id, RouterTab.changes.word)),
        ]
    }

    /// Its page; that of its line as long as this was not pasted.
    private static func href(_ router: Router) -> String {
        router.state == .waiting ? Addresses.adoption(router.id) : Addresses.router(router.id)
    }

    /// What a router showed and nobody has confirmed yet.
    private func identity(
        _ kind: IdentityKind, of router: Router, _ mayConfirm: Bool, _ desk: Desk
    ) -> TemplateValues? {
        guard let seen = router.seen(kind) else { return nil }
        func words(_ end: String) -> TemplateValue { .text(desk.words("routers.\(kind.rawValue).\(end)")) }
        return [
            "routerName": .text(router.name), "fingerprint": .text(seen),
            "fingerprintShown": .text(Self.shown(seen, kind)),
            "previousFingerprint": TemplateValue(router.pin(of: kind).map { Self.shown($0, kind) }),
            "confirmAction": .text("\(Addresses.routers)/\(router.id)/certificates"), "canConfirm": .flag(mayConfirm),
            "heading": words("title"), "text": words("text"), "changed": words("changed"),
            "button": words("button"), "admin": words("admin"),
        ]
    }

    /// A certificate's as routers and browsers show it, a host key's as OpenSSH does.
    private static func shown(_ digits: String, _ kind: IdentityKind) -> String {
        kind == .hostKey ? CertificateFingerprint(digits)?.openSSH ?? digits : pairs(digits)
    }

    /// `9F:86:D0…`: as routers and browsers show a fingerprint.
    private static func pairs(_ digits: String) -> String {
        let digits = Array(digits.uppercased())
        return stride(from: 0, to: digits.count, by: 2).map { String(digits[$0..<min($0 + 2, digits.count)]) }
            .joined(separator: ":")
    }

    /// Trusts the certificate or host key that the person has seen, and no other.
    func confirmCertificate(_ request: Request) throws -> Response {
        let desk = desk(request, at: Addresses.routers)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        guard let id = ID<Router>(request.parameter("router")) else { throw RequestRefusal.notFound }
        let fingerprint = try request.form()["fingerprint"] ?? ""
        guard fingerprint.utf8.count == 64, Hex.decode(fingerprint) != nil else { throw OfficeRefusal.otherCertificate }
        let tenant = visit.tenant.id
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                guard try transaction.router(id, of: tenant) != nil else { throw RequestRefusal.notFound }
                return try transaction.confirm(fingerprint, on: id, of: tenant)
            } then: { [self] outcome in
                if case .success(let kind?) = outcome {
                    provisioner.retry(id)
                    log.notice(
                        "router.identity-confirmed",
                        [
                            "router.id": .id(id), "staff.id": .id(visit.staff.id),
                            "router.identity": .text(kind.rawValue), "router.fingerprint": .text(fingerprint),
                        ])
                }
                resumption.finish { [self] in
                    guard try outcome.get() != nil else { return try routersPage(desk, problem: .otherCertificate) }
                    return done(.certificateConfirmed, at: Addresses.routers)
                }
            }
        }
    }
}

extension Router.State {
    /// The class of its chip.
    var chip: String {
        switch self {
        case .ready: "up"
        case .unreachable, .refusing: "down"
        case .certificate, .new, .waiting: "unconfirmed"
        case .released: "off"
        }
    }

    /// The end of its message's key.
    var word: String {
        switch self {
        case .ready: "up"
        case .unreachable: "down"
        case .refusing: "refusing"
        case .certificate: "unconfirmed"
        case .new: "new"
        case .waiting: "waiting"
        case .released: "released"
        }
    }
}
