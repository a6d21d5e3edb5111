import Adoption
import HTTPServer
import Provisioning
import RouterOS
import SQL
import Telemetry
import Tenancy
import Values

/// How a router is reached: what was tried, its addresses, how we log in.
extension BackOffice {
    /// The router of a request, and who asks.
    ///
    /// - Throws: `RequestRefusal.notFound` for another tenant's.
    private func wayVisit(_ request: Request, _ desk: Desk) throws -> (Router, Visit) {
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        guard let id = ID<Router>(request.parameter("router")),
            let router = try store.read(.tenant(tenant), { try $0.router(id, of: tenant) })
        else { throw RequestRefusal.notFound }
        return (router, visit)
    }

    /// What was tried last, and the form for another way.
    func routerWay(_ request: Request) throws -> Response {
        let desk = desk(request)
        let (router, _) = try wayVisit(request, desk)
        return try wayPage(RouterWayForm(router), router, desk)
    }

    private func wayPage(
        _ form: RouterWayForm, _ router: Router, _ desk: Desk, wrong: Set<RouterWayForm.Field> = []
    ) throws -> Response {
        let standings = try store.read(.tenant(router.tenant)) {
            try $0.wayStandings(of: router.id, of: router.tenant)
        }
        // A key that cannot be opened is one to make anew; the way itself tells why it is of no use.
        let key = try? adoptions.doors.userKey(of: router)
        let sheet = RouterWaySheet(router: router, standings: standings, key: key, desk: desk)
        return desk.page(desk.pages.routerWay, sheet.values(form, wrong: wrong), status: wrong.isEmpty ? 200 : 422)
    }

    /// Keeps another way to the router, or shows the form again with what is wrong.
    func amendRouter(_ request: Request) throws -> Response {
        let (router, visit) = try wayVisit(request, desk(request))
        let desk = desk(request, at: Addresses.router(router.id, "way"))
        let form = RouterWayForm(try request.form())
        let amendment: RouterAmendment
        do throws(RouterWayForm.Mistakes) {
            amendment = try form.amendment()
        } catch {
            return try wayPage(form, router, desk, wrong: error.fields)
        }
        return amend(router, by: amendment, for: visit, "router.way-changed", .routerWayKept)
    }

    /// Makes a key for SSH; its page tells how the router takes it.
    func makeRouterKey(_ request: Request) throws -> Response {
        let (router, visit) = try wayVisit(request, desk(request))
        var amendment = RouterAmendment()
        amendment.key = .use(SSHUserKey())
        return amend(router, by: amendment, for: visit, "router.key-made", .routerKeyMade)
    }

    private func amend(
        _ router: Router, by amendment: RouterAmendment, for visit: Visit, _ message: StaticString, _ notice: Notice
    ) -> Response {
        let work = adoptions.doors.amend(router, by: amendment, at: now())
        return .later { [self] resumption in
            store.write(.tenant(router.tenant), work) { [self] outcome in
                if case .success = outcome {
                    provisioner.retry(router.id)
                    log.notice(message, ["router.id": .id(router.id), "staff.id": .id(visit.staff.id)])
                }
                resumption.finish { [self] in
                    try outcome.get()
                    return done(notice, at: Addresses.router(router.id, "way"))
                }
            }
        }
    }

    /// Leaves a router alone whose line was never used, or whose report never came.
    func forgetRouter(_ request: Request) throws -> Response {
        let (router, visit) = try wayVisit(request, desk(request, at: Addresses.routers))
        guard try request.form()["confirm"] == "yes" else { throw OfficeRefusal.unconfirmed }
        let moment = now()
        return .later { [self] resumption in
            store.write(.tenant(router.tenant)) { transaction in
                try transaction.discharge(router, at: moment)
            } then: { [self] outcome in
                log.notice("router.forgotten", ["router.id": .id(router.id), "staff.id": .id(visit.staff.id)])
                resumption.finish { [self] in
                    try outcome.get()
                    return done(.routerForgotten, at: Addresses.routers)
                }
            }
        }
    }
}
