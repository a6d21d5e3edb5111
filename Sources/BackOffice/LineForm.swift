import Catalog
import HTTPServer
import Provisioning
import SQL
import Subscribers
import Templates
import Tenancy
import Values

/// The form of a line as it was filled in, right or wrong, so that nothing typed is lost.
struct LineForm: Sendable {
    enum Field: String, CaseIterable, Sendable { case name, kind, package, router, address, mac, password }

    private var texts: [Field: String]

    /// An empty form, with a password that can be read aloud.
    init() { texts = [.kind: Line.Kind.pppoe.rawValue, .password: LineKeys.drawn().revealed] }

    /// A line as it is; its password stays unless another one is typed.
    init(_ line: Line, offer: String, router: String) {
        texts = [
            .kind: line.kind.rawValue, .name: line.name, .package: offer, .router: router,
            .address: line.address?.description ?? "", .mac: line.mac?.description ?? "",
        ]
    }

    init(_ form: Form) {
        texts = [:]
        for field in Field.allCases { texts[field] = String((form[field.rawValue] ?? "").prefix(100)) }
    }

    subscript(_ field: Field) -> String { texts[field] ?? "" }

    /// The new line that is ordered.
    func order(_ choices: LineChoices) throws(LineRefusal) -> LineOrder {
        guard let kind = Line.Kind(rawValue: self[.kind]) else { throw .incomplete }
        let wanted = try amendment(choices)
        return LineOrder(
            kind: kind, name: wanted.name, password: kind == .pppoe ? wanted.password : nil, offer: wanted.offer,
            router: wanted.router, address: wanted.address, mac: wanted.mac)
    }

    /// What a line shall be.
    func amendment(_ choices: LineChoices) throws(LineRefusal) -> LineAmendment {
        guard let offer = choices.offers.first(where: { $0.name == self[.package] }),
            let router = choices.routers.first(where: { $0.name == self[.router] })
        else { throw .incomplete }
        let address = IPv4Address(self[.address])
        guard self[.address].isEmpty || address != nil else { throw .addressUnfit }
        let mac = MACAddress(self[.mac])
        guard self[.mac].isEmpty || mac != nil else { throw .deviceUnfit }
        return LineAmendment(
            name: self[.name], password: self[.password].isEmpty ? nil : Secret(self[.password]), offer: offer,
            router: router.id, address: address, mac: mac)
    }
}

/// What a form of a line offers.
struct LineChoices: Sendable {
    let offers: [Package]
    let routers: [Router]
}

extension BackOffice {
    /// What can be chosen for a new line of a tenant, or for one that is there: then also where it is.
    func lineChoices(_ tenant: ID<Tenant>, for line: Line? = nil) throws -> LineChoices {
        let (offers, routers) = try store.read(.tenant(tenant)) {
            (try $0.packages(of: tenant), try $0.routers(of: tenant))
        }
        return LineChoices(
            // What a line cannot run by is not offered.
            offers: offers.filter { (try? Line.check($0)) != nil },
            routers: routers.filter { $0.state != .released || $0.id == line?.router })
    }
}

extension LineForm {
    /// What the pages of a line's form have in common.
    func values(_ choices: LineChoices, _ desk: Desk) -> TemplateValues {
        [
            "onLines": true, "name": .text(self[.name]), "address": .text(self[.address]),
            "password": .text(self[.password]), "mac": .text(self[.mac]),
            "packages": options(.package, choices.offers.map { ($0.name, desk.describe($0)) }),
            "routers": options(.router, choices.routers.map { ($0.name, $0.name) }),
        ]
    }

    func options(_ field: Field, _ choices: [(value: String, label: String)]) -> TemplateValue {
        .list(
            choices.map { choice in
                [
                    "value": .text(choice.value), "label": .text(choice.label),
                    "selected": .flag(choice.value == self[field]),
                ]
            })
    }
}
