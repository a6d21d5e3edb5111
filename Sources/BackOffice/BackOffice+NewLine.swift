import HTTPServer
import Provisioning
import SQL
import Subscribers
import Telemetry
import Templates
import Tenancy
import Values

extension BackOffice {
    /// The empty form.
    func newLine(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        return try lineForm(LineForm(), try lineChoices(visit.tenant.id), desk, problem: nil)
    }

    /// Takes the form: makes the line, or shows it again with what is wrong.
    func makeLine(_ request: Request) throws -> Response {
        let desk = desk(request, at: Addresses.newLine)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        let (form, choices) = (LineForm(try request.form()), try lineChoices(tenant))
        let order: LineOrder
        do throws(LineRefusal) {
            order = try form.order(choices)
        } catch {
            return try lineForm(form, choices, desk, problem: error)
        }
        let lines = lineDesk
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                try lines.open(order, of: tenant, transaction)
            } then: { [self] outcome in
                resumption.finish { [self] in
                    do {
                        let made = try outcome.get()
                        for router in made.routers { provisioner.nudge(router) }
                        log.notice(
                            "line.made", ["line.id": .id(made.line.id), "staff.id": .id(visit.staff.id)])
                        return done(.lineMade, at: "\(Addresses.lines)/\(made.line.id)")
                    } catch let refusal as LineRefusal {
                        return try lineForm(form, choices, desk, problem: refusal)
                    }
                }
            }
        }
    }

    private func lineForm(
        _ form: LineForm, _ choices: LineChoices, _ desk: Desk, problem: LineRefusal?
    ) throws -> Response {
        let kinds = Line.Kind.allCases.map { ($0.rawValue, desk.words("line.kind.\($0.rawValue)")) }
        return desk.page(
            desk.pages.newLine,
            form.values(choices, desk).merging([
                "isPossible": .flag(!choices.offers.isEmpty && !choices.routers.isEmpty),
                "kinds": form.options(.kind, kinds),
            ]), status: problem.map { Problem.status(of: $0.kind) } ?? 200, problem: problem)
    }
}
