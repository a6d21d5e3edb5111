import HTTPServer
import Monitoring
import SQL
import Templates
import Tenancy
import Values

extension BackOffice {
    /// Who is online on a router, or was.
    func routerSessions(_ request: Request) throws -> Response {
        let search = String((try request.query("q") ?? "").prefix(100))
        let isPast = try request.query("state") == "past"
        let below = try request.query("below").flatMap { ID<LiveSession>($0) }
        let isOff = traffic == nil
        return try livePage(request, .sessions, \.routerSessions) { view, desk, transaction in
            let tenant = view.router.tenant
            let kept = try transaction.watch(of: view.router.id, of: tenant)
            let live = try transaction.liveSessions(on: view.router.id, of: tenant)
            let past =
                isPast
                ? try transaction.pastSessions(
                    on: view.router.id, of: tenant, below: below, atMost: RouterSessionsSheet.most + 1) : []
            let sheet = RouterSessionsSheet(
                router: view.router, kept: kept, live: live, past: past, search: search, isPast: isPast, isOff: isOff,
                desk: desk)
            return try sheet.values(vouchers: { try transaction.vouchers(behind: $0, of: tenant) })
        }
    }

    /// Tells whenever the list may be another: an event `{}` a reading.
    func routerSessionEvents(_ request: Request) throws -> Response {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        guard let traffic, let id = ID<Router>(request.parameter("router")),
            try store.read(.tenant(tenant), { try $0.router(id, of: tenant) }) != nil
        else { throw RequestRefusal.notFound }
        return .events { stream in
            let ticket = traffic.listen(to: id) { stream.send(data: "{}") }
            stream.onClose { traffic.leave(ticket) }
        }
    }

    /// What passes over a router, by the day and the month.
    func routerTraffic(_ request: Request) throws -> Response {
        let wanted = try request.query("series")
        let isOff = traffic == nil
        return try livePage(request, .traffic, \.routerTraffic) { view, desk, transaction in
            let (router, tenant) = (view.router.id, view.router.tenant)
            let kept = try transaction.watch(of: router, of: tenant)
            let day = try transaction.trafficOfDay(of: router, of: tenant, at: desk.now)
            let month = try transaction.traffic(ofDays: 30, of: router, of: tenant, at: desk.now)
            return RouterTrafficSheet(
                router: view.router, kept: kept, day: day, month: month, wanted: wanted, isOff: isOff, desk: desk
            ).values
        }
    }

    /// A part of a router's page whose rows and drawings are made on a thread of their own.
    func livePage(
        _ request: Request, _ tab: RouterTab, _ page: @escaping @Sendable (OfficePages) -> ReadyPage,
        values: @escaping @Sendable (RouterView, Desk, borrowing Transaction) throws -> TemplateValues
    ) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        guard let id = ID<Router>(request.parameter("router")) else { throw RequestRefusal.notFound }
        let tenant = visit.tenant.id
        return .later { [self] resumption in
            let isRunning = bench.run { [self] in
                let made = Result {
                    try store.read(.tenant(tenant)) { transaction in
                        let view = try RouterView(id, of: tenant, tab, only: nil, transaction)
                        let look = RouterLook(search: "", path: nil, start: 0)
                        let head = RouterSheet(view: view, look: look, desk: desk).head
                        return head.merging(try values(view, desk, transaction))
                    }
                }
                resumption.finish { desk.page(page(desk.pages), try made.get()) }
            }
            if !isRunning { resumption.finish { throw OfficeRefusal.busy } }
        }
    }
}
