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
            // Where ours is there, something before it decides: another one would not help.
            if !tables.contains(where: { $0.contains { RouterTag(comment: $0["comment"]) == Self.tag } }) {
                try await bring(&report)
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
        for menu in [WalledGarden.named, WalledGarden.byAddress] {
            report.count(requests: 1)
            tables.append(try await transport.read(menu, properties: WalledGarden.properties[menu] ?? []))
        }
        return tables
    }

    private func bring(_ report: inout SweepReport) async throws(RouterError) {
        for menu in [WalledGarden.byAddress] + (portal.address == nil ? [WalledGarden.named] : []) {
            report.count(writes: 1)
            _ = try await transport.add(menu, Self.rule(in: menu, for: portal))
        }
    }

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
