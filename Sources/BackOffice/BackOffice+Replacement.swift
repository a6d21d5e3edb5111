import Catalog
import HTTPServer
import Provisioning
import SQL
import Telemetry
import Tenancy
import Values

/// One router takes the place of another: choose which, see what becomes of each device, say yes.
extension BackOffice {
    private static let patience = 30

    /// The routers of the visitor's provider, and the one that the page is about.
    ///
    /// - Throws: `RequestRefusal.notFound` for another provider's.
    private func routers(_ request: Request, _ desk: Desk) throws -> (all: [Router], old: Router, visit: Visit) {
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        let all = try store.read(.tenant(tenant)) { try $0.routers(of: tenant) }
        guard let id = ID<Router>(request.parameter("router")), let old = all.first(where: { $0.id == id }) else {
            throw RequestRefusal.notFound
        }
        return (all, old, visit)
    }

    /// What would become of each device, once the other router is chosen.
    func replacement(_ request: Request) throws -> Response {
        let desk = desk(request)
        let (all, old, visit) = try routers(request, desk)
        let chosen = try request.query("by").flatMap { ID<Router>($0) }
        let (tenant, now) = (visit.tenant.id, now())
        return .later { [self] resumption in
            let isRunning = bench.run { [self] in
                let sheet = Result {
                    let new = all.first { $0.id == chosen }
                    let devices = try new.map {
                        try RouterReplacement(of: old, by: $0, in: store, lines: lineDesk).preview(at: now)
                    }
                    let packages = try store.read(.tenant(tenant)) { try $0.packages(of: tenant) }
                    return ReplacementSheet(
                        old: old, routers: all, new: new, devices: devices ?? [], packages: packages, desk: desk)
                }
                resumption.finish { desk.page(desk.pages.routerReplace, try sheet.get().values) }
            }
            if !isRunning { resumption.finish { throw OfficeRefusal.busy } }
        }
    }

    /// Moves the devices, and shows the page again.
    func replaceRouter(_ request: Request) throws -> Response {
        let (all, old, visit) = try routers(request, desk(request, at: Addresses.routers))
        let form = try request.form()
        guard form["confirm"] == "yes" else { throw OfficeRefusal.unconfirmed }
        guard let id = form["by"].flatMap({ ID<Router>($0) }), let new = all.first(where: { $0.id == id }) else {
            throw RequestRefusal.notFound
        }
        let replacement = try RouterReplacement(of: old, by: new, in: store, lines: lineDesk)
        let now = now()
        return .later(within: Self.patience) { [self] resumption in
            Task {
                let outcome: Result<Int, any Error>
                do {
                    outcome = .success(try await replacement.carryOut(at: now).count { $0.outcome == .moved })
                } catch {
                    outcome = .failure(error)
                }
                log.notice(
                    "router.replaced",
                    ["router.id": .id(old.id), "router.new-id": .id(new.id), "staff.id": .id(visit.staff.id)])
                for router in [new.id, old.id] { provisioner.nudge(router) }
                resumption.finish { [self] in
                    done(.routerReplaced, try outcome.get(), at: Addresses.router(old.id, "replacement"))
                }
            }
        }
    }
}
