import Inventory
import RouterOS
import Templates
import Values

/// What changed on a router, as the values of its part of the page.
struct RouterChanges {
    /// Changes of one kind in one table that are told one by one; the rest is counted.
    private static let mostAlike = 6
    /// The most properties of a row that are told.
    private static let mostProperties = 12

    private let surveys: [PastSurvey]
    private let most: Int
    private let desk: Desk

    /// Takes the surveys of a view, for at most so many lines.
    init(_ view: RouterView, most: Int, _ desk: Desk) {
        surveys = view.surveys
        self.most = most
        self.desk = desk
    }

    /// One item a line, newest first.
    var items: [TemplateValues] { Array(surveys.lazy.flatMap(items).prefix(most)) }

    private func items(of survey: PastSurvey) -> [TemplateValues] {
        var runs: [[TableChange]] = []
        for change in survey.changes {
            if let last = runs.last?.first, (last.path, last.kind) == (change.path, change.kind) {
                runs[runs.count - 1].append(change)
            } else {
                runs.append([change])
            }
        }
        let when = desk.moment(survey.endedAt)
        var items: [TemplateValues] = []
        for run in runs {
            // One line for the rest would save nothing where the rest is one line.
            let told = run.count > Self.mostAlike + 1 ? run.prefix(Self.mostAlike) : run[...]
            items += told.map { item($0, when, $0.row) }
            guard told.count < run.count, let last = run.last else { continue }
            let rest = desk.words("router.change.more", ["count": .number(Int64(run.count - told.count))])
            items.append(item(TableChange(last.path, last.kind), when, rest))
        }
        let untold = survey.changeCount - survey.changes.count
        if untold > 0 {
            let rest = desk.words("router.change.more", ["count": .number(Int64(untold))])
            items.append(item(TableChange("", .changed), when, rest))
        }
        return items
    }

    private func item(_ change: TableChange, _ when: String, _ row: String) -> TemplateValues {
        [
            "when": .text(when), "path": .text(change.path), "kindClass": .text(style(change.kind)),
            "kindLabel": .text(desk.words("router.change.\(change.kind.rawValue)")),
            "row": .text(WireText.readable(row)),
            "properties": .list(properties(change)),
        ]
    }

    private func style(_ kind: TableChange.Kind) -> String {
        switch kind {
        case .added, .appeared: "active"
        case .removed, .vanished: "down"
        case .changed, .reordered: "pending"
        }
    }

    /// A value for people's eyes.
    private func shown(_ value: String?) -> String {
        value.map { WireText.readable($0) } ?? desk.words("router.change.nothing")
    }

    private func properties(_ change: TableChange) -> [TemplateValues] {
        guard change.kind == .changed else { return [] }
        return change.properties.prefix(Self.mostProperties).map { property in
            [
                "name": .text(property.name), "before": .text(shown(property.before)),
                "after": .text(shown(property.after)),
            ]
        }
    }
}
