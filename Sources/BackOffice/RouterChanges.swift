import Inventory
import Templates
import Values

/// What changed on a router, as the values of its part of the page.
struct RouterChanges {
    /// The most changes of one reading that a page tells.
    private static let most = 100
    /// The most properties of a row that are told.
    private static let mostProperties = 12

    private let view: RouterView
    private let desk: Desk

    init(_ view: RouterView, _ desk: Desk) {
        self.view = view
        self.desk = desk
    }

    /// One item a change, newest first.
    var items: [TemplateValues] {
        view.surveys.flatMap { survey in
            survey.changes.prefix(Self.most).map { change in
                [
                    "when": .text(desk.moment(survey.endedAt)), "path": .text(change.path),
                    "kindClass": .text(style(change.kind)),
                    "kindLabel": .text(desk.words("router.change.\(change.kind.rawValue)")),
                    "row": .text(change.row), "properties": .list(properties(change)),
                ]
            }
        }
    }

    private func style(_ kind: TableChange.Kind) -> String {
        switch kind {
        case .added, .appeared: "active"
        case .removed, .vanished: "down"
        case .changed, .reordered: "pending"
        }
    }

    private func properties(_ change: TableChange) -> [TemplateValues] {
        guard change.kind == .changed else { return [] }
        return change.properties.prefix(Self.mostProperties).map { property in
            [
                "name": .text(property.name), "before": .text(property.before ?? desk.words("router.change.nothing")),
                "after": .text(property.after ?? desk.words("router.change.nothing")),
            ]
        }
    }
}
