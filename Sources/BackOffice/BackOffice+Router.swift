import HTTPServer
import Inventory
import Locales
import SQL
import Telemetry
import Templates
import Tenancy
import Values

extension BackOffice {
    /// How long a person waits for a router to be read before the page comes back without.
    private static let readingPatience = Span.seconds(12)

    /// One router at a glance.
    func router(_ request: Request) throws -> Response { try routerPage(request, .section(.overview)) }

    /// One part of what a router has.
    func routerSection(_ request: Request) throws -> Response {
        guard let tab = RouterTab(request.parameter("section")) else { throw RequestRefusal.notFound }
        return try routerPage(request, tab)
    }

    private func routerPage(_ request: Request, _ tab: RouterTab) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        guard let id = ID<Router>(request.parameter("router")) else { throw RequestRefusal.notFound }
        let tenant = visit.tenant.id
        let look = RouterLook(
            search: try request.query("q") ?? "", path: try request.query("table"),
            start: try request.query("after").flatMap { Int($0) } ?? 0)
        // Some tables are long: they are read and drawn on a thread of their own.
        return .later { [self] resumption in
            let isRunning = bench.run { [self] in
                let view = Result {
                    try store.read(.tenant(tenant)) { try RouterView(id, of: tenant, tab, only: look.path, $0) }
                }
                let values = view.map { RouterSheet(view: $0, look: look, desk: desk).values }
                resumption.finish { desk.page(desk.pages.router, try values.get()) }
            }
            if !isRunning { resumption.finish { throw OfficeRefusal.busy } }
        }
    }

    /// Reads a router now and tells what changed.
    func readRouter(_ request: Request) throws -> Response {
        let desk = desk(request, at: Addresses.routers)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        guard let id = ID<Router>(request.parameter("router")),
            let router = try store.read(.tenant(tenant), { try $0.router(id, of: tenant) })
        else { throw RequestRefusal.notFound }
        let back = try request.form()["section"].flatMap { RouterTab($0) } ?? .section(.overview)
        let path = Addresses.router(id, back == .section(.overview) ? nil : back.word)
        return .later(within: 20) { [self] resumption in
            inventory.read(router, within: Self.readingPatience) { [self] outcome in
                log.notice("router.read-asked", ["router.id": .id(id), "staff.id": .id(visit.staff.id)])
                resumption.finish { [self] in
                    switch outcome {
                    case .done(_, _, let changes): done(.routerRead, changes, at: path)
                    case .busy, nil: done(.routerBusy, at: path)
                    case .trouble: done(.routerUnread, at: path)
                    }
                }
            }
        }
    }
}
