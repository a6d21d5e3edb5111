import Backups
import Locales
import Templates
import Tenancy
import Values

/// The pages of a router's backups as the values of their templates.
struct BackupSheets: Sendable {
    let desk: Desk
    let router: Router

    private func common(_ title: String) -> TemplateValues {
        [
            "onRouters": true, "title": .text(title), "routerName": .text(router.name),
            "routerHref": .text(Addresses.router(router.id)), "backupsHref": .text(Addresses.backups(router.id)),
        ]
    }

    private func href(_ version: Int, _ tail: String = "") -> String {
        "\(Addresses.backups(router.id))/\(version)\(tail)"
    }

    // MARK: The list

    func list(_ backups: [Backup], _ restores: [Restore], _ state: BackupState?) -> TemplateValues {
        let trouble = [state?.trouble, state?.note].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " ")
        return common(desk.words("backup.title")).merging([
            "takeAction": .text(Addresses.backups(router.id)),
            "trouble": TemplateValue(trouble.isEmpty ? nil : trouble),
            "hasBackups": .flag(!backups.isEmpty), "backups": .list(backups.map(row)),
            "hasRestores": .flag(!restores.isEmpty), "restores": .list(restores.map(row)),
            "refreshHref": TemplateValue(
                restores.contains { $0.isUnderWay(at: desk.now) } ? Addresses.backups(router.id) : nil),
        ])
    }

    private func row(_ backup: Backup) -> TemplateValues {
        let seen = backup.seenAt > backup.takenAt ? desk.moment(backup.seenAt) : nil
        return [
            "href": .text(href(backup.version)), "version": .text(desk.count(backup.version)),
            "when": .text(desk.moment(backup.takenAt)), "seen": TemplateValue(seen),
            "kind": .text(desk.words("backup.kind.\(backup.kind.rawValue)")),
            "reason": .text(desk.words("backup.reason.\(backup.reason.rawValue)")), "who": .text(backup.takenBy),
            "routeros": .text(backup.routerOS),
            "size": .text(desk.locales.words(.volume(DataVolume(bytes: Int64(backup.size))), desk.language)),
            "fileHref": .text(href(backup.version, "/file")), "planHref": .text(href(backup.version, "/plan")),
        ]
    }

    private func row(_ restore: Restore) -> TemplateValues {
        let isLost = restore.isAbandoned(at: desk.now)
        let chip =
            switch restore.state {
            case .done: "done"
            case .preparing, .sent: isLost ? "failed" : "pending"
            case .differs, .stopped, .failed, .unanswered: "failed"
            }
        let key = isLost ? "restore.abandoned" : "restore.state.\(restore.state.rawValue)"
        return [
            "version": .text(desk.count(restore.version)), "stateClass": .text(chip),
            "stateLabel": .text(desk.words(key)), "note": .text(restore.note), "who": .text(restore.askedBy),
            "when": .text(desk.moment(restore.sentAt ?? restore.beganAt)),
        ]
    }

    // MARK: One version

    func version(_ backup: Backup, _ diff: ExportDiff?, from other: Int?, among all: [Backup]) -> TemplateValues {
        let others = all.filter { $0.kind == .export && $0.version != backup.exportVersion }.prefix(30)
        let count: [String: Fact] = ["version": .number(Int64(backup.version))]
        return common(desk.words("backup.version", count)).merging(self.diff(diff)).merging([
            "isPlan": false, "fileHref": .text(href(backup.version, "/file")),
            "planHref": .text(href(backup.version, "/plan")), "facts": .list(facts(backup)),
            "lead": TemplateValue(
                other.map { desk.words("backup.compared", ["version": .number(Int64($0))]) }
                    ?? desk.words("backup.first")),
            "others": .list(
                others.map {
                    ["href": .text(href(backup.version, "?with=\($0.version)")), "label": .text("\($0.version)")]
                }
            ), "hasOthers": .flag(!others.isEmpty), "warnings": .list([]), "obstacle": .none, "confirmAction": .none,
        ])
    }

    private func facts(_ backup: Backup) -> [TemplateValues] {
        [
            ("backup.when", desk.moment(backup.takenAt)),
            ("backup.kind", desk.words("backup.kind.\(backup.kind.rawValue)")),
            ("backup.routeros", backup.routerOS),
            ("backup.reason", desk.words("backup.reason.\(backup.reason.rawValue)")), ("backup.who", backup.takenBy),
        ].filter { !$0.1.isEmpty }.map { ["label": .text(desk.words($0.0)), "text": .text($0.1)] }
    }

    private func diff(_ diff: ExportDiff?) -> TemplateValues {
        let sections: [TemplateValues] = (diff?.sections ?? []).map { section in
            [
                "path": .text(section.path),
                "lines": .list(
                    section.runs.enumerated().flatMap { index, run in
                        (index > 0 ? [["mark": .text("…"), "lineClass": .text("gap"), "text": .text("")]] : [])
                            + run.map(line)
                    }),
            ]
        }
        let more = diff.map { $0.leftOut > 0 ? desk.words("backup.more", ["count": .number(Int64($0.leftOut))]) : nil }
        return [
            "sections": .list(sections), "more": TemplateValue(more ?? nil),
            "same": TemplateValue(diff?.isEmpty == true ? desk.words("backup.same") : nil),
        ]
    }

    private func line(_ line: ExportDiff.Line) -> TemplateValues {
        let style =
            switch line.mark {
            case .same: "same"
            case .added: "added"
            case .removed: "removed"
            }
        return ["mark": .text(line.mark.rawValue), "lineClass": .text(style), "text": .text(line.text)]
    }

    // MARK: The question before a restore

    func plan(_ version: Int, _ outcome: Result<RestorePlan, any Error>) -> TemplateValues {
        let plan = try? outcome.get()
        var obstacle = plan?.obstacle
        if case .failure(let error) = outcome {
            obstacle = (error as? any CustomStringConvertible)?.description ?? "\(error)"
        }
        let words: [String: Fact] = ["version": .number(Int64(version)), "router": .text(router.name)]
        return common(desk.words("restore.title", words)).merging(diff(plan?.diff)).merging([
            "isPlan": true, "lead": .text(desk.words("restore.lead", words)), "facts": .list([]), "others": .list([]),
            "hasOthers": false, "fileHref": .none, "planHref": .none,
            "warnings": .list(
                (plan?.warnings ?? []).map { ["text": .text(desk.words("restore.warning.\($0.rawValue)"))] }),
            "obstacle": TemplateValue(obstacle),
            "confirmAction": TemplateValue(obstacle == nil ? href(version, "/restores") : nil),
            "confirmLabel": .text(desk.words("restore.confirm", words)),
            "key": .text(ID<Restore>(at: desk.now).description),
        ])
    }
}
