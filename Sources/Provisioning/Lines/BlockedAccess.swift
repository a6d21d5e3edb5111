import RouterOS
package import Values

/// Where those who are kept out are led: the gateway as routers reach it.
package struct BlockedPage: Hashable, Sendable {
    package let address: IPv4Address
    /// Where every request is answered with the page for them; nil where nowhere.
    package let port: UInt16?

    package init(address: IPv4Address, port: UInt16?) {
        self.address = address
        self.port = port
    }
}

/// The rules that keep suspended lines to the provider's page: names are looked up, web pages lead to the gateway,
/// nothing else passes.
///
/// All of them carry our mark, and stand before what others wrote, or an earlier rule would let connections pass.
struct BlockedAccess {
    private static let subject = "suspended/"

    /// What is read of rules to compare.
    static let properties = [
        "chain", "action", "src-address-list", "dst-address", "protocol", "dst-port", "to-addresses", "to-ports",
        "reject-with", "hotspot", "comment", "disabled", "dynamic",
    ]

    /// Nil where the gateway has no address that routers could lead to: then nothing but names passes.
    let page: BlockedPage?

    /// The rules of a menu in their order.
    func rules(_ menu: Menu) -> [RouterRow] {
        let all: [(String, [RouterField])]
        switch menu {
        case .firewallNAT:
            guard let page, let port = page.port else { return [] }
            all = [
                (
                    "page",
                    [
                        ("chain", "dstnat"), ("action", "dst-nat"), ("protocol", "tcp"), ("dst-port", "80"),
                        ("to-addresses", page.address.description), ("to-ports", "\(port)"),
                    ]
                )
            ]
        default:
            let names = ["udp", "tcp"].map { ("names-\($0)", Self.pass([("protocol", $0), ("dst-port", "53")])) }
            let gate = page.map { [("gateway", Self.pass([("dst-address", $0.address.description)]))] } ?? []
            let rest: [RouterField] = [
                ("chain", "forward"), ("action", "reject"), ("reject-with", "icmp-admin-prohibited"),
            ]
            all = gate + names + [("rest", rest)]
        }
        return all.map { name, fields in
            let tag = RouterTag(Self.subject + name)
            return RouterRow(
                menu: menu, key: [("comment", tag.comment)],
                fields: fields + [
                    ("src-address-list", DesiredLine.blockedList), ("comment", tag.comment), ("disabled", "false"),
                ],
                properties: Self.properties, isTagged: true)
        }
    }

    private static func pass(_ fields: [RouterField]) -> [RouterField] {
        [("chain", "forward"), ("action", "accept")] + fields
    }

    /// The steps that bring the rules of both menus; `isWanted` is false where no line is left for them.
    func steps(_ look: LineLook, isWanted: Bool) -> [SweepPlan.Step] {
        let menus = [Menu.firewallFilter, .firewallNAT]
        // Rules that nobody needed before are no drift.
        let isFirst = !menus.contains { look.written($0).contains { Self.isOurs($0) } }
        return menus.flatMap { menu in
            let steps = steps(menu, look.written(menu), isWanted ? rules(menu) : [])
            return isFirst ? steps.map { SweepPlan.Step(deed: $0.deed, drift: nil) } : steps
        }
    }

    private func steps(_ menu: Menu, _ records: [RouterRecord], _ wanted: [RouterRow]) -> [SweepPlan.Step] {
        var ours: [String: [RouterRecord]] = [:]
        for record in records {
            guard Self.isOurs(record), let tag = RouterTag(comment: record["comment"]) else { continue }
            ours[tag.comment, default: []].append(record)
        }
        let found = wanted.map { row in row.key.first.flatMap { ours.removeValue(forKey: $0.value) } ?? [] }
        let known = Set(found.joined().compactMap(\.id) + ours.values.joined().compactMap(\.id))
        let chain = wanted.first?.fields.first { $0.name == "chain" }?.value
        let others = records.first { $0["chain"] == chain && $0.id.map { !known.contains($0) } ?? false }?.id
        var steps = Self.order(wanted, found, before: others, among: records.compactMap(\.id))
        for (index, row) in wanted.enumerated() {
            if let record = found[index].first {
                if let step = SweepPlan.Step(setting: row, record) { steps.append(step) }
                steps += found[index].dropFirst().map { Self.removal(menu, $0, .doubled) }
            } else {
                var fresh = row
                let next = found[index...].lazy.compactMap { $0.first?.id }.first ?? others
                if let next { fresh.fields.append(("place-before", next.description)) }
                steps.append(SweepPlan.Step(deed: .add(fresh, last: nil), drift: Self.drift(.missing, row)))
            }
        }
        return steps + ours.values.joined().map { Self.removal(menu, $0, .over) }
    }

    /// Moves what stands behind its successor, the last first; `others` is the first rule of somebody else.
    private static func order(
        _ wanted: [RouterRow], _ found: [[RouterRecord]], before others: RouterID?, among ids: [RouterID]
    ) -> [SweepPlan.Step] {
        var (ids, next, steps) = (ids, others, [SweepPlan.Step]())
        for (row, records) in zip(wanted, found).reversed() {
            guard let id = records.first?.id else { continue }
            defer { next = id }
            guard let next, let place = ids.firstIndex(of: id), let target = ids.firstIndex(of: next), place > target
            else { continue }
            steps.append(SweepPlan.Step(deed: .move(row.menu, id, before: next), drift: drift(.changed, row)))
            ids.remove(at: place)
            ids.insert(id, at: target)
        }
        return steps
    }

    private static func isOurs(_ record: RouterRecord) -> Bool {
        RouterTag(comment: record["comment"])?.subject.hasPrefix(subject) ?? false
    }

    private static func drift(_ cause: Drift.Cause, _ row: RouterRow) -> Drift {
        Drift(cause, in: row.menu.path, row.key.first?.value ?? "", cause == .changed ? "it stood too late" : "")
    }

    private static func removal(_ menu: Menu, _ record: RouterRecord, _ cause: Drift.Cause) -> SweepPlan.Step {
        let drift = Drift(cause, in: menu.path, record["comment"] ?? "")
        guard let id = record.id else { preconditionFailure("A row of a table without an id") }
        return SweepPlan.Step(deed: .remove(menu, id), drift: drift)
    }
}
