import Adoption
import HTTPServer
import SQL
import Telemetry
import Tenancy
import Values

extension BackOffice {
    /// The empty form of a router that is to come.
    func newAdoption(_ request: Request) throws -> Response {
        try adoptionForm(AdoptionForm(), desk(request))
    }

    /// Makes the line, or shows the form again with what is wrong beside each field.
    func makeAdoption(_ request: Request) throws -> Response {
        let desk = desk(request, at: Addresses.newAdoption)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let form = AdoptionForm(try request.form())
        let order: AdoptionRequest
        let sites = try sites(visit)
        do throws(AdoptionForm.Mistakes) {
            order = try form.request(of: visit, sites: sites, at: adoptions.publicURL)
        } catch {
            return try adoptionForm(form, desk, mistakes: error)
        }
        return .later { [self] resumption in
            store.write(.tenant(visit.tenant.id), adoptions.offer(order)) { [self] outcome in
                if case .success(let adoption) = outcome { note("adoption.offered", adoption, visit) }
                resumption.finish { [self] in
                    do {
                        return .seeOther(Addresses.adoption(try outcome.get().router))
                    } catch AdoptionRefusal.nameTaken {
                        return try adoptionForm(form, desk, mistakes: .nameTaken)
                    }
                }
            }
        }
    }

    private func adoptionForm(
        _ form: AdoptionForm, _ desk: Desk, mistakes: AdoptionForm.Mistakes = AdoptionForm.Mistakes()
    ) throws -> Response {
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let sheet = AdoptionSheet(desk: desk, adoptions: adoptions)
        return desk.page(
            desk.pages.newAdoption, sheet.form(form, sites: try sites(visit), mistakes: mistakes),
            status: mistakes.isEmpty ? 200 : 422)
    }

    private func sites(_ visit: Visit) throws -> [Site] {
        try store.read(.tenant(visit.tenant.id)) { try $0.sites(of: visit.tenant.id) }
    }

    // MARK: One line

    /// A router's newest line, and what became of it.
    func adoption(_ request: Request) throws -> Response {
        let desk = desk(request)
        let (router, adoption) = try newestLine(request, desk)
        return desk.page(
            desk.pages.adoption, AdoptionSheet(desk: desk, adoptions: adoptions).line(adoption, for: router))
    }

    /// The script of the newest line as a file, for routers that cannot fetch.
    func adoptionScript(_ request: Request) throws -> Response {
        let (router, adoption) = try newestLine(request, desk(request))
        guard adoption.isGood(at: now()) else { throw AdoptionRefusal.expiredLink }
        let text = try adoptions.script(of: adoption, for: router)
        return .bytes(Array(text.utf8), type: "text/plain; charset=utf-8", filename: AdoptionDesk.file(adoption.kind))
    }

    private func newestLine(_ request: Request, _ desk: Desk) throws -> (Router, Adoption) {
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        guard let id = ID<Router>(request.parameter("router")) else { throw RequestRefusal.notFound }
        let tenant = visit.tenant.id
        let found = try store.read(.tenant(tenant)) { transaction in
            (try transaction.router(id, of: tenant), try transaction.adoption(of: id, of: tenant))
        }
        guard let router = found.0, let adoption = found.1 else { throw RequestRefusal.notFound }
        return (router, adoption)
    }

    /// A new line in place of one whose time is over.
    func renewAdoption(_ request: Request) throws -> Response {
        try makeLine(request, "adoption.renewed") { [self] id, visit in
            adoptions.renewal(of: id, of: visit.tenant.id, by: visit.staff.login)
        }
    }

    /// The line that undoes an adoption.
    func releaseRouter(_ request: Request) throws -> Response {
        guard try request.form()["confirm"] == "yes" else { throw OfficeRefusal.unconfirmed }
        return try makeLine(request, "adoption.release-offered") { [self] id, visit in
            adoptions.release(id, of: visit.tenant.id, by: visit.staff.login)
        }
    }

    private func makeLine(
        _ request: Request, _ message: StaticString,
        _ make: (ID<Router>, Visit) -> @Sendable (borrowing Transaction) throws -> Adoption
    ) throws -> Response {
        guard let visit = desk(request).visit else { throw OfficeRefusal.signedOut }
        guard let id = ID<Router>(request.parameter("router")) else { throw RequestRefusal.notFound }
        let tenant = visit.tenant.id
        guard try store.read(.tenant(tenant), { try $0.router(id, of: tenant) }) != nil else {
            throw RequestRefusal.notFound
        }
        let work = make(id, visit)
        return .later { [self] resumption in
            store.write(.tenant(tenant), work) { [self] outcome in
                if case .success(let adoption) = outcome { note(message, adoption, visit) }
                resumption.finish { .seeOther(Addresses.adoption(try outcome.get().router)) }
            }
        }
    }

    private func note(_ message: StaticString, _ adoption: Adoption, _ visit: Visit) {
        log.notice(
            message,
            [
                "router.id": .id(adoption.router), "adoption.id": .id(adoption.id), "staff.id": .id(visit.staff.id),
            ])
    }
}
