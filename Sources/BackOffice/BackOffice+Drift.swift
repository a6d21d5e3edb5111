import HTTPServer
import Provisioning
import SQL
import Telemetry
import Tenancy
import Values

extension BackOffice {
    /// Where a router was not as the database says, and what became of it.
    func routerDrift(_ request: Request) throws -> Response {
        try livePage(request, .drift, \.routerDrift) { view, desk, transaction in
            let (router, tenant) = (view.router, view.router.tenant)
            return RouterDriftSheet(
                router: router, sweep: try transaction.sweep(of: router.id, of: tenant),
                drifts: try transaction.drifts(on: router.id, of: tenant, atMost: RouterDriftSheet.most), desk: desk
            ).values
        }
    }

    /// Asks for a sweep; the page tells when it was made.
    func sweepRouter(_ request: Request) throws -> Response {
        let desk = desk(request, at: Addresses.routers)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let (tenant, now) = (visit.tenant.id, now())
        guard let id = ID<Router>(request.parameter("router")) else { throw RequestRefusal.notFound }
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                guard try transaction.router(id, of: tenant) != nil else { throw RequestRefusal.notFound }
                try transaction.askForSweep(of: id, of: tenant, at: now)
            } then: { [self] outcome in
                resumption.finish { [self] in
                    try outcome.get()
                    log.notice("router.sweep-asked", ["router.id": .id(id), "staff.id": .id(visit.staff.id)])
                    return done(.sweepAsked, at: Addresses.router(id, RouterTab.drift.word))
                }
            }
        }
    }
}
