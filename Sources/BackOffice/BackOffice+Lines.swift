import Catalog
import Entitlements
import HTTPServer
import Locales
import Monitoring
import Provisioning
import SQL
import Subscribers
import Telemetry
import Templates
import Tenancy
import Values

/// A line with what its pages show, as it was read.
private struct LineView: Sendable {
    let line: Line
    let period: Entitlement?
    let offer: Package?
    let routers: [ID<Router>: String]
    var session: LiveSession?
    var effects: [Effect] = []
}

extension BackOffice {
    private static let linesPerPage = 50

    /// The lines by name, those that begin as was typed.
    func lines(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        let search = String((try request.query("q") ?? "").prefix(40))
        let after = String((try request.query("after") ?? "").prefix(40))
        let views = try store.read(.tenant(tenant)) { transaction in
            let found = try transaction.lines(
                beginning: search, after: after, andClosed: false, of: tenant, atMost: Self.linesPerPage + 1)
            let names = Dictionary(uniqueKeysWithValues: try transaction.routers(of: tenant).map { ($0.id, $0.name) })
            let offers = Dictionary(uniqueKeysWithValues: try transaction.packages(of: tenant).map { ($0.id, $0) })
            return try found.map { line in
                LineView(
                    line: line, period: try transaction.entitlement(line.entitlement, of: tenant),
                    offer: offers[line.package], routers: names)
            }
        }
        let shown = views.prefix(Self.linesPerPage)
        let next = views.count > shown.count ? shown.last.map { Addresses.encoded($0.line.name) } : nil
        let query = search.isEmpty ? "" : "q=\(Addresses.encoded(search))&"
        return desk.page(
            desk.pages.lines,
            [
                "onLines": true, "search": .text(search), "hasLines": .flag(!shown.isEmpty),
                "lines": .list(shown.map { row($0, desk) }),
                "previousHref": TemplateValue(after.isEmpty ? nil : "\(Addresses.lines)?\(query)"),
                "nextHref": TemplateValue(next.map { "\(Addresses.lines)?\(query)after=\($0)" }),
            ])
    }

    private func row(_ view: LineView, _ desk: Desk) -> TemplateValues {
        let line = view.line
        let standing = LineStanding(line, view.period, at: desk.now)
        return [
            "href": .text("\(Addresses.lines)/\(line.id)"), "name": .text(line.name),
            "stateClass": .text(standing.chip), "stateLabel": .text(desk.words("line.state.\(standing.rawValue)")),
            "packageName": .text(view.offer?.name ?? ""), "routerName": .text(view.routers[line.router] ?? ""),
            "until": .text(view.period?.endsAt.map { desk.moment($0) } ?? desk.words("line.until.none")),
            "kind": .text(desk.words("line.kind.\(line.kind.rawValue)")),
            "address": .text(line.address?.description ?? desk.words("line.address.pool")),
        ]
    }

    /// One line.
    func line(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        guard let id = ID<Line>(request.parameter("line")) else { throw RequestRefusal.notFound }
        let view = try store.read(.tenant(visit.tenant.id)) { try lineView(id, visit.tenant.id, $0) }
        let (line, standing) = (view.line, LineStanding(view.line, view.period, at: desk.now))
        let own = "\(Addresses.lines)/\(line.id)"
        var values = row(view, desk).merging([
            "onLines": true,
            "speed": .text(
                view.period?.speed.map { "↓ \($0.rate.download.text)bit/s  ↑ \($0.rate.upload.text)bit/s" }
                    ?? desk.words("packages.speed.unlimited")),
            "mac": TemplateValue(line.mac?.description), "isLogin": .flag(line.kind == .pppoe),
            "hasSession": .flag(view.session != nil), "hasEffects": .flag(!view.effects.isEmpty),
            "effects": .list(view.effects.map { row($0, view, desk) }),
            "canSuspend": .flag(!(standing == .suspended || standing == .closed)),
            "canRestore": .flag(standing == .suspended || standing == .expired),
            "changeHref": TemplateValue(standing == .closed ? nil : "\(own)/change"),
            "boostAction": TemplateValue(standing == .active ? "\(own)/boosts" : nil),
            "boostUntil": TemplateValue(view.period?.pacing.boost.map { desk.moment($0.until) }),
            "canClose": .flag(standing != .closed), "suspendAction": .text("\(own)/suspensions"),
            "restoreAction": .text("\(own)/restorations"), "closeAction": .text("\(own)/closings"),
            "whyHref": .text("\(Addresses.why)?q=\(Addresses.encoded(line.name))"),
        ])
        if let session = view.session {
            values["since"] = .text(desk.moment(session.startedAt))
            values["seen"] = .text(desk.moment(session.seenAt))
            values["sessionAddress"] = .text(session.address?.description ?? "")
            values["used"] = .text(
                desk.locales.words(.volume(DataVolume(bytes: session.flow.total)), desk.language))
        }
        return desk.page(desk.pages.line, values)
    }

    private func lineView(
        _ id: ID<Line>, _ tenant: ID<Tenant>, _ transaction: borrowing Transaction
    ) throws -> LineView {
        guard let line = try transaction.line(id, of: tenant) else { throw RequestRefusal.notFound }
        let names = Dictionary(uniqueKeysWithValues: try transaction.routers(of: tenant).map { ($0.id, $0.name) })
        var view = LineView(
            line: line, period: try transaction.entitlement(line.entitlement, of: tenant),
            offer: try transaction.package(line.package, of: tenant), routers: names)
        if line.kind == .pppoe, line.state != .closed {
            view.session = try transaction.liveSession(of: line.name, by: "pppoe", on: line.router, of: tenant)
        }
        view.effects = try transaction.effects(of: id, of: tenant, atMost: 20)
        return view
    }

    private func row(_ effect: Effect, _ view: LineView, _ desk: Desk) -> TemplateValues {
        let state =
            switch effect.state {
            case .waiting: "pending"
            case .done: "done"
            case .failed: "failed"
            }
        return [
            "when": .text(desk.moment(effect.settledAt ?? effect.dueAt)),
            "routerName": .text(view.routers[effect.router] ?? ""), "stateClass": .text(state),
            "stateLabel": .text(desk.words("effect.state.\(state)")), "attempts": .text(desk.count(effect.attempts)),
            "failure": TemplateValue(effect.note == .none ? nil : desk.words("effect.note.\(effect.note.rawValue)")),
        ]
    }

    // MARK: Changes

    func suspendLine(_ request: Request) throws -> Response {
        try change(request, .lineSuspended, isConfirmed: true) { try $0.suspend($1, of: $2, $3) }
    }

    func restoreLine(_ request: Request) throws -> Response {
        try change(request, .lineRestored, isConfirmed: false) { try $0.restore($1, of: $2, $3) }
    }

    func closeLine(_ request: Request) throws -> Response {
        try change(request, .lineClosed, isConfirmed: true) { try $0.close($1, of: $2, $3) }
    }

    private func change(
        _ request: Request, _ notice: Notice, isConfirmed: Bool,
        _ change: @escaping @Sendable (LineDesk, ID<Line>, ID<Tenant>, borrowing Transaction) throws -> LineChange
    ) throws -> Response {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        guard let id = ID<Line>(request.parameter("line")) else { throw RequestRefusal.notFound }
        let (tenant, desk) = (visit.tenant.id, lineDesk)
        guard try store.read(.tenant(tenant), { try $0.line(id, of: tenant) }) != nil else {
            throw RequestRefusal.notFound
        }
        if isConfirmed, try request.form()["confirm"] != "yes" { throw OfficeRefusal.unconfirmed }
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                try change(desk, id, tenant, transaction)
            } then: { [self] outcome in
                if case .success(let change) = outcome { noteChange(change, by: visit) }
                resumption.finish { [self] in
                    _ = try outcome.get()
                    return done(notice, at: "\(Addresses.lines)/\(id)")
                }
            }
        }
    }
}

extension BackOffice {
    /// Tells routers and the log of a change that was made.
    func noteChange(_ change: LineChange, by visit: Visit) {
        for router in change.routers { provisioner.nudge(router) }
        log.notice(
            "line.changed",
            [
                "line.id": .id(change.line.id), "line.state": .text(change.line.state.rawValue),
                "staff.id": .id(visit.staff.id),
            ])
    }
}

extension LineStanding {
    /// The class of its chip.
    fileprivate var chip: String {
        switch self {
        case .active: "active"
        case .suspended: "void"
        case .expired, .paused: "expired"
        case .closed: "used"
        }
    }
}
