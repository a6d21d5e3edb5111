import Catalog
import HTTPServer
import Provisioning
import SQL
import Subscribers
import Telemetry
import Templates
import Tenancy
import Values

/// The form of a new line as it was filled in, right or wrong, so that nothing typed is lost.
private struct LineForm: Sendable {
    enum Field: String, CaseIterable, Sendable { case name, kind, package, router, address, mac, password }

    private var texts: [Field: String]

    /// An empty form, with a password that can be read aloud.
    init() { texts = [.kind: Line.Kind.pppoe.rawValue, .password: LineKeys.drawn().revealed] }

    init(_ form: Form) {
        texts = [:]
        for field in Field.allCases { texts[field] = String((form[field.rawValue] ?? "").prefix(100)) }
    }

    subscript(_ field: Field) -> String { texts[field] ?? "" }

    /// What is ordered.
    func order(_ offers: [Package], _ routers: [Router]) throws(LineRefusal) -> LineOrder {
        guard let kind = Line.Kind(rawValue: self[.kind]),
            let offer = offers.first(where: { $0.name == self[.package] }),
            let router = routers.first(where: { $0.name == self[.router] })
        else { throw .incomplete }
        let (address, mac) = (IPv4Address(self[.address]), MACAddress(self[.mac]))
        guard self[.address].isEmpty || address != nil else { throw .addressUnfit }
        guard self[.mac].isEmpty || mac != nil else { throw .deviceUnfit }
        let password = kind == .pppoe && !self[.password].isEmpty ? Secret(self[.password]) : nil
        return LineOrder(
            kind: kind, name: self[.name], password: password, offer: offer, router: router.id, address: address,
            mac: mac)
    }
}

extension BackOffice {
    /// The empty form.
    func newLine(_ request: Request) throws -> Response {
        try lineForm(LineForm(), try lineChoices(request), desk(request), problem: nil)
    }

    /// Takes the form: makes the line, or shows it again with what is wrong.
    func makeLine(_ request: Request) throws -> Response {
        let desk = desk(request, at: Addresses.newLine)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let (form, choices, tenant) = (LineForm(try request.form()), try lineChoices(request), visit.tenant.id)
        let order: LineOrder
        do throws(LineRefusal) {
            order = try form.order(choices.offers, choices.routers)
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

    private func lineChoices(_ request: Request) throws -> (offers: [Package], routers: [Router]) {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        let (offers, routers) = try store.read(.tenant(tenant)) {
            (try $0.packages(of: tenant), try $0.routers(of: tenant))
        }
        return (offers.filter { (try? Line.check($0)) != nil }, routers.filter { $0.state != .released })
    }

    private func lineForm(
        _ form: LineForm, _ choices: (offers: [Package], routers: [Router]), _ desk: Desk, problem: LineRefusal?
    ) throws -> Response {
        func options(_ field: LineForm.Field, _ choices: [(value: String, label: String)]) -> TemplateValue {
            .list(
                choices.map { choice in
                    [
                        "value": .text(choice.value), "label": .text(choice.label),
                        "selected": .flag(choice.value == form[field]),
                    ]
                })
        }
        return desk.page(
            desk.pages.newLine,
            [
                "onLines": true, "isPossible": .flag(!choices.offers.isEmpty && !choices.routers.isEmpty),
                "name": .text(form[.name]), "address": .text(form[.address]), "mac": .text(form[.mac]),
                "password": .text(form[.password]),
                "kinds": options(
                    .kind, Line.Kind.allCases.map { ($0.rawValue, desk.words("line.kind.\($0.rawValue)")) }),
                "packages": options(.package, choices.offers.map { ($0.name, desk.describe($0)) }),
                "routers": options(.router, choices.routers.map { ($0.name, $0.name) }),
            ], status: problem.map { Problem.status(of: $0.kind) } ?? 200, problem: problem)
    }
}
