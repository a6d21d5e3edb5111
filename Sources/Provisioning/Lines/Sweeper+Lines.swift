import Entitlements
import RouterOS
import SQL
import Subscribers
import Tenancy
import Values

extension Sweeper {
    /// Compares the router's lines with the database and writes the difference; `queues` were read already, and are
    /// again where effects have written meanwhile.
    ///
    /// A provider that never had a line costs no request.
    func sweepLines(_ queues: [RouterRecord], _ report: inout SweepReport) async throws {
        let (router, now) = (router, provisioner.now())
        let (rows, counters, hadAny) = try await provisioner.store.fetch(.tenant(router.tenant)) { transaction in
            (
                try transaction.lines(behind: router.id, of: router.tenant),
                try transaction.counters(behind: router.id, of: router.tenant),
                try transaction.hasLines(router.tenant)
            )
        }
        guard hadAny else { return }
        var look = LineLook()
        if report.touched.isEmpty {
            look[.queueSimple] = queues
        } else {
            report.count(requests: try await look.read(.queueSimple, over: transport))
        }
        report.count(requests: try await look.read(.pppSecret, over: transport))
        guard !rows.isEmpty || look.hasLines else { return }
        for menu in [Menu.pppProfile, .pppActive, .pppoeServer, .pool, .dhcpLease, .firewallFilter, .firewallNAT] {
            report.count(requests: try await look.read(menu, over: transport))
        }
        report.count(
            requests: try await look.read(
                .addressList, where: [("list", DesiredLine.blockedList)], over: transport))
        let desired = rows.compactMap {
            try? provisioner.desired($0.line, $0.entitlement, counters[$0.line.id], at: now)
        }
        let (marks, known) = (look.marks, Set(rows.map(\.line.id)))
        let strays = try await provisioner.store.fetch(.tenant(router.tenant)) { transaction in
            try transaction.strays(among: marks.subtracting(known), of: router.tenant)
        }
        let plan = LinePlan(look, desired: desired, strays: strays, at: now)
        // What stands in the way of devices too was told already.
        report.tell(plan.told)
        let access = BlockedAccess(page: provisioner.blockedPage)
        // The rules' order is one piece: effects for suspended lines write it too.
        for step in access.steps(look, isWanted: !rows.isEmpty) { try await carryOut(step, &report) }
        try await carryOut(plan.steps, &report)
    }
}

extension Transaction {
    /// Why a router should not have rows of lines that are not behind it.
    fileprivate borrowing func strays(
        among lines: Set<ID<Line>>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [ID<Line>: Drift.Cause] {
        var causes: [ID<Line>: Drift.Cause] = [:]
        for id in lines {
            let line = try line(id, of: tenant)
            causes[id] = line.map { $0.state == .closed ? .over : .elsewhere } ?? .unknown
        }
        return causes
    }
}
