import RouterOS
import Values

/// Keeps the portal within reach of phones that are not online yet: a rule of ours in the walled garden where none lets
/// them through; part of a sweep, at the times at which the guard is looked at.
///
/// What others wrote decides before ours, so a rule that shuts the portal out is told and left alone.
struct GardenKeeper {
    /// The mark of our rules.
    static let tag = RouterTag("garden")

    let transport: any RouterTransport
    let portal: PortalPlace

    func keep(_ report: inout SweepReport) async throws(RouterTrouble) {
        do throws(RouterError) {
            let tables = try await look(&report)
            guard !WalledGarden(tables: tables).lets(throughTo: portal) else { return }
            var drift = Drift(.missing, in: WalledGarden.byAddress.path, portal.host)
            // Where ours are as they should be, something before them decides: others would not help.
            if try await bring(tables, &report) {
                let isOpen = try await WalledGarden(tables: look(&report)).lets(throughTo: portal)
                drift.outcome = isOpen ? .repaired : .told
            }
            report.drifts.append(drift)
        } catch {
            let trouble = RouterTrouble(error)
            switch trouble {
            case .rejected(let reason), .prevented(let reason):
                report.drifts.append(Drift(.missing, in: WalledGarden.byAddress.path, portal.host, reason, .refused))
            default: throw trouble
            }
        }
    }

    private func look(_ report: inout SweepReport) async throws(RouterError) -> [[RouterRecord]] {
        var tables: [[RouterRecord]] = []
        for menu in Self.menus {
            report.count(requests: 1)
            tables.append(try await transport.read(menu, properties: WalledGarden.properties[menu] ?? []))
        }
        return tables
    }

    /// Adds our rules where they are missing and sets right what they have lost.
    ///
    /// - Returns: whether anything was to be written.
    private func bring(_ tables: [[RouterRecord]], _ report: inout SweepReport) async throws(RouterError) -> Bool {
        let before = report.writes
        for (menu, rows) in zip(Self.menus, tables) where menu == WalledGarden.byAddress || portal.address == nil {
            let rule = Self.rule(in: menu, for: portal) + [("disabled", "false")]
            let row = RouterRow(menu: menu, key: [], fields: rule, properties: [], isTagged: true)
            guard let ours = rows.first(where: { RouterTag(comment: $0["comment"]) == Self.tag }), let id = ours.id
            else {
                report.count(writes: 1)
                _ = try await transport.add(menu, row.initial)
                continue
            }
            let missing = row.missing(in: ours)
            guard !missing.isEmpty else { continue }
            report.count(writes: 1)
            try await transport.set(menu, id, missing)
        }
        return report.writes > before
    }

    private static let menus = [WalledGarden.named, WalledGarden.byAddress]

    /// A name stands in both tables: the one looks into HTTP, the other lets HTTPS through (FACTS 6.9).
    static func rule(in menu: Menu, for portal: PortalPlace) -> [RouterField] {
        guard menu == WalledGarden.byAddress else {
            return [("action", "allow"), ("dst-host", portal.host), ("comment", tag.comment)]
        }
        let target = portal.address.map { ("dst-address", $0.description) } ?? ("dst-host", portal.host)
        return [
            ("action", "accept"), ("protocol", "tcp"), ("dst-port", "\(portal.port)"), target, ("comment", tag.comment),
        ]
    }
}
