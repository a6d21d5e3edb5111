import Crypto
import Entitlements
import RouterOS
import SQL
import Subscribers
import Tenancy
import Values

extension EffectWork {
    /// Brings one line to how it shall be on the effect's router now.
    ///
    /// It looks before it writes, so that an attempt whose answer was lost is found and not made twice.
    func bringLine() async throws {
        let (tenant, router) = (effect.tenant, effect.router)
        guard let id = effect.line, let transport = door.tables else {
            throw RouterTrouble.rejected("The way to the router has no tables.")
        }
        let found = try await provisioner.store.fetch(.tenant(tenant)) { transaction in
            try transaction.line(id, of: tenant).map { line in
                (
                    line, try transaction.entitlement(line.entitlement, of: tenant),
                    try transaction.counter(of: id, of: tenant), try transaction.router(router, of: tenant)
                )
            }
        }
        guard let (line, entitlement, counter, target) = found, let entitlement, let target else {
            try await settle(.failed, .superseded)
            return
        }
        let now = provisioner.now()
        let isHere = line.router == router && line.state != .closed
        let wanted = isHere ? try provisioner.desired(line, entitlement, counter, at: now) : nil
        let look = try await LineLook(of: line, wanting: wanted, isAnew: effect.attempts > 0, over: transport)
        let stray: Drift.Cause = line.state == .closed ? .over : .elsewhere
        let plan = LinePlan(
            look, desired: wanted.map { [$0] } ?? [], strays: isHere ? [:] : [id: stray], rewritingPasswords: true,
            at: now)
        let sweeper = Sweeper(provisioner: provisioner, router: target, transport: transport)
        var report = SweepReport(requests: 0, told: [])
        if wanted?.isBlocked == true { try await sweeper.keepOut(&report) }
        for step in plan.steps { try await sweeper.carryOut(step, &report) }
        if let taken = plan.told.first(where: { $0.cause == .nameTaken }) {
            throw RouterTrouble.rejected(taken.description)
        }
        if let reason = report.prevented.values.first { throw RouterTrouble.prevented(reason) }
        guard !report.drifts.contains(where: { $0.outcome == .refused }) else {
            throw RouterTrouble.rejected("The router refused a row of the line.")
        }
        try await settle(.done, .none)
    }
}

extension Provisioner {
    /// What a line shall be on its router.
    ///
    /// - Throws: `RouterTrouble.rejected` where its password was sealed under another key.
    func desired(
        _ line: Line, _ entitlement: Entitlement, _ counter: LineCounter?, at now: Instant
    ) throws -> DesiredLine {
        do throws(SealBroken) {
            return DesiredLine(
                line, entitlement, counter: counter, password: try lineKeys.password(of: line), at: now)
        } catch {
            throw RouterTrouble.rejected("The line's password was sealed under another key; set it again.")
        }
    }
}

extension Sweeper {
    /// Sees to the rules that keep suspended lines out; where they are all there, that is one small look a menu.
    func keepOut(_ report: inout SweepReport) async throws(RouterTrouble) {
        let access = BlockedAccess(page: provisioner.blockedPage)
        var look = LineLook()
        for menu in [Menu.firewallFilter, .firewallNAT] {
            try await look.read(menu, where: [("src-address-list", DesiredLine.blockedList)], over: transport)
        }
        let isWhole = access.steps(look, isWanted: true).isEmpty
        if !isWhole {
            for menu in [Menu.firewallFilter, .firewallNAT] {
                look[menu] = []
                try await look.read(menu, over: transport)
            }
        }
        for step in access.steps(look, isWanted: true) { try await carryOut(step, &report) }
    }
}
