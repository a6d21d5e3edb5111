import Catalog
import Provisioning
import Templates
import Tenancy
import Values

/// What becomes of a router's devices when another takes its place, as the values of its template.
struct ReplacementSheet: Sendable {
    /// The most devices that are shown.
    private static let most = 500

    let old: Router
    let routers: [Router]
    /// Nil while none is chosen.
    let new: Router?
    let devices: [ReplacedCustomer]
    let packages: [Package]
    let desk: Desk

    var values: TemplateValues {
        let candidates = routers.filter { $0.id != old.id && $0.state.isServed && $0.state != .new }
        let names = Dictionary(packages.map { ($0.id, $0.name) }) { first, _ in first }
        let toMove = devices.count { $0.outcome == .moved }
        return [
            "onRouters": true, "routerName": .text(old.name), "routerHref": .text(Addresses.router(old.id)),
            "replaceHref": .text(Addresses.router(old.id, "replacement")),
            "lead": .text(desk.words("replace.lead", ["router": .text(old.name)])),
            "hasCandidates": .flag(!candidates.isEmpty),
            "candidates": .list(candidates.map(candidate)), "isChosen": .flag(new != nil),
            "summary": .text(new.map { summary($0, toMove) } ?? ""), "hasRows": .flag(!devices.isEmpty),
            "rows": .list(devices.prefix(Self.most).map { row($0, names) }),
            "more": TemplateValue(
                devices.count > Self.most ? desk.words("replace.more", ["count": .number(Int64(Self.most))]) : nil),
            "replaceAction": TemplateValue(toMove > 0 ? Addresses.router(old.id, "replacements") : nil),
            "by": .text(new?.id.description ?? ""), "voidConfirm": .text(new.map { confirmation($0, toMove) } ?? ""),
        ]
    }

    private func candidate(_ router: Router) -> TemplateValues {
        [
            "value": .text(router.id.description), "label": .text(router.name),
            "selected": .flag(router.id == new?.id),
        ]
    }

    private func summary(_ new: Router, _ toMove: Int) -> String {
        let carried = devices.count(where: \.outcome.isCarried)
        return desk.words(
            "replace.summary",
            [
                "router": .text(new.name), "moved": .number(Int64(toMove)),
                "there": .number(Int64(carried - toMove)), "rest": .number(Int64(devices.count - carried)),
            ])
    }

    private func confirmation(_ new: Router, _ toMove: Int) -> String {
        desk.words("replace.confirm", ["router": .text(new.name), "count": .number(Int64(toMove))])
    }

    private func row(_ device: ReplacedCustomer, _ names: [ID<Package>: String]) -> TemplateValues {
        let word = device.outcome.rawValue
        return [
            "device": .text(device.name), "offer": .text(names[device.package] ?? ""),
            "stateClass": .text(device.outcome.isCarried ? "up" : device.outcome.isStuck ? "down" : "plain"),
            "stateLabel": .text(desk.words("replace.outcome.\(word)")),
        ]
    }
}
