import Catalog
import HTTPServer
import Provisioning
import SQL
import Subscribers
import Telemetry
import Templates
import Tenancy
import Values

extension BackOffice {
    /// The form with a line as it is.
    func lineAsItIs(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let line = try line(named: request, of: visit)
        let choices = try lineChoices(visit.tenant.id, for: line)
        let offer = choices.offers.first { $0.id == line.package }?.name ?? ""
        let router = choices.routers.first { $0.id == line.router }?.name ?? ""
        return lineChangeForm(LineForm(line, offer: offer, router: router), line, choices, desk, problem: nil)
    }

    /// Takes the form: changes what differs, or shows it again with what is wrong.
    func changeLine(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        let (line, form) = (try line(named: request, of: visit), LineForm(try request.form()))
        let choices = try lineChoices(tenant, for: line)
        let wanted: LineAmendment
        do throws(LineRefusal) {
            wanted = try form.amendment(choices)
        } catch {
            return lineChangeForm(form, line, choices, desk, problem: error)
        }
        let lines = lineDesk
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                try lines.amend(line.id, as: wanted, of: tenant, transaction)
            } then: { [self] outcome in
                if case .success(let change) = outcome { noteChange(change, by: visit) }
                resumption.finish { [self] in
                    do {
                        _ = try outcome.get()
                        return done(.lineChanged, at: "\(Addresses.lines)/\(line.id)")
                    } catch let refusal as LineRefusal {
                        return lineChangeForm(form, line, choices, desk, problem: refusal)
                    }
                }
            }
        }
    }

    /// The line of the request's path.
    private func line(named request: Request, of visit: Visit) throws -> Line {
        let tenant = visit.tenant.id
        guard let id = ID<Line>(request.parameter("line")),
            let line = try store.read(.tenant(tenant), { try $0.line(id, of: tenant) })
        else { throw RequestRefusal.notFound }
        return line
    }

    private func lineChangeForm(
        _ form: LineForm, _ line: Line, _ choices: LineChoices, _ desk: Desk, problem: LineRefusal?
    ) -> Response {
        let own = "\(Addresses.lines)/\(line.id)"
        return desk.page(
            desk.pages.lineChange,
            form.values(choices, desk).merging([
                "lineName": .text(line.name), "lineHref": .text(own), "changeAction": .text("\(own)/changes"),
                "isLogin": .flag(line.kind == .pppoe),
            ]), status: problem.map { Problem.status(of: $0.kind) } ?? 200, problem: problem)
    }

    /// Gives a line another speed for a while, or more data.
    func boostLine(_ request: Request) throws -> Response {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        let line = try line(named: request, of: visit)
        return try boost(line.entitlement, request, visit, "line.boosted", at: "\(Addresses.lines)/\(line.id)")
    }
}
