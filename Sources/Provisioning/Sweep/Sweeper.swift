import Entitlements
import RouterOS
import SQL
import Telemetry
import Tenancy
import Values

/// Compares a router with the database and writes the difference, as one piece of the router's lane.
struct Sweeper {
    let provisioner: Provisioner
    let router: Router
    let transport: any RouterTransport
    /// Carries out what has become due for the router meanwhile, and tells whose rows that were: nobody who pays waits
    /// until a router that lost everything has it back.
    var interlude: @Sendable () async throws -> Set<SweepPlan.Subject> = { [] }

    /// What a sweep leaves to do.
    struct Outcome {
        /// The routers that have work now.
        var work: Set<ID<Router>>
        /// Whether every step was made; another sweep makes the others.
        let isWhole: Bool
        /// Whether a user could not be made: the router refuses it, somebody else has its name, or there is no hotspot.
        let leavesUsersAway: Bool
    }

    /// Sweeps the router.
    ///
    /// - Parameter kept: what the sweep before knew of the guard; the present one says it anew.
    /// - Returns: what is left to do.
    /// - Throws: `RouterTrouble` where the router does not answer or refuses us altogether; what was done until then stays.
    func sweep(_ kept: inout GuardKeeper.Kept?) async throws -> Outcome {
        let began = provisioner.now()
        var look = try await RouterLook(over: transport)
        let now = provisioner.now()
        let counted = try await UsageReader(provisioner: provisioner, router: router).count(look.readings)
        var work = counted.work
        let (placements, strays) = try await known(to: look, counted)
        let desired = DesiredUser.all(placements, on: router.hotspotServer, at: now)
        if !strays.isEmpty { look.cookies = try await cookies() }
        let plan = SweepPlan(look, desired: desired, strays: strays)
        var report = SweepReport(requests: look.requests + (strays.isEmpty ? 0 : 1), told: plan.told)
        try await carryOut(plan.steps, &report)
        try await sweepLines(look[.queueSimple], &report)
        work.formUnion(try await reconnect(desired, look, &report))
        work.formUnion(try await begin(anew: SpeedAudit(look, desired: desired).stale, &report))
        let known = kept
        kept = try await GuardKeeper(transport: transport, now: provisioner.now).keep(known, &report)
        // What hardly ever changes is looked at as seldom as the guard.
        if let portal = provisioner.portal, look.hasHotspot, kept == nil || kept?.at != known?.at {
            try await GardenKeeper(transport: transport, portal: portal).keep(&report)
        }
        let (finished, router, at) = (report, router, provisioner.now())
        try await provisioner.write(on: router.id, of: router.tenant) { transaction in
            try transaction.record(finished, of: router, began: began, at: at)
        }
        tell(report)
        return Outcome(work: work, isWhole: report.isWhole, leavesUsersAway: report.leavesUsersAway)
    }

    private func tell(_ report: SweepReport) {
        guard report.writes > 0 || report.drifts.contains(where: { $0.outcome == .refused }) else { return }
        provisioner.log.notice(
            "router.swept",
            [
                "router.id": .id(router.id), "sweep.writes": .number(report.writes),
                "sweep.drifts": .number(report.drifts.count),
            ])
    }

    /// The placed devices, and why users with our mark are there that nobody placed; read again only where counting may
    /// have changed something.
    private func known(
        to look: RouterLook, _ counted: UsageReader.Outcome
    ) async throws -> ([Placement], [UserTag: Drift.Cause]) {
        if let placements = counted.placements { return (placements, [:]) }
        return try await provisioner.store.fetch(.tenant(router.tenant)) { [router] transaction in
            let placements = try transaction.placements(behind: router.id, of: router.tenant)
            let known = Set(placements.map { UserTag($0) })
            return (placements, try transaction.strays(among: look, beside: known, on: router))
        }
    }

    private func cookies() async throws(RouterTrouble) -> Set<String> {
        do throws(RouterError) {
            return Set(try await transport.read(.hotspotCookie, properties: ["user"]).compactMap { $0["user"] })
        } catch {
            throw RouterTrouble(error)
        }
    }

    // MARK: Deeds

    /// Makes the steps one after another; what effects did in between goes by a newer look and is left as it is: what was
    /// found there was put right by them, and another sweep sees to the rest.
    func carryOut(_ steps: [SweepPlan.Step], _ report: inout SweepReport) async throws {
        for step in steps {
            report.touched.formUnion(try await interlude())
            if let subject = step.subject, report.touched.contains(subject) {
                report.isWhole = false
                if let drift = step.drift { report.drifts.append(drift.told(.repaired)) }
            } else {
                try await carryOut(step, &report)
            }
        }
    }

    func carryOut(_ step: SweepPlan.Step, _ report: inout SweepReport) async throws(RouterTrouble) {
        var outcome = Drift.Outcome.repaired
        do throws(RouterTrouble) {
            // Where one row of a menu may not be written, no other may.
            if let reason = report.prevented[step.deed.menu] { throw .prevented(reason) }
            try await perform(step.deed, &report)
        } catch {
            switch error {
            case .rejected: break
            case .prevented(let reason): report.prevented[step.deed.menu] = reason
            default: throw error
            }
            outcome = .refused
            provisioner.log.warning(
                "sweep.refused", ["router.id": .id(router.id), "reason": .text(error.sentence)])
        }
        if let drift = step.drift { report.drifts.append(drift.told(outcome)) }
    }

    /// Each deed may find itself done already: an answer was lost, or somebody was quicker.
    private func perform(_ deed: SweepPlan.Step.Deed, _ report: inout SweepReport) async throws(RouterTrouble) {
        do throws(RouterError) {
            switch deed {
            case .add(let row, let last):
                report.count(writes: 1)
                let id = try await transport.add(row.menu, row.initial)
                guard let last else { return }
                report.count(writes: 1)
                try await transport.set(row.menu, id, [last])
            case .set(let menu, let id, let fields):
                report.count(writes: 1)
                try await transport.set(menu, id, fields)
            case .remove(let menu, let id):
                report.count(writes: 1)
                try await transport.remove(menu, id)
            case .move(let menu, let id, let target):
                report.count(writes: 1)
                _ = try await transport.run(
                    "move", in: menu, [("numbers", id.description), ("destination", target.description)])
            case .cut(let name):
                let cut = try await HotspotClient(transport).cut(users: [name])
                report.count(writes: cut.disabledUsers + cut.cookies + cut.sessions + cut.hosts + cut.removedUsers)
            }
        } catch  where error.kind == .noSuchItem || error.kind == .alreadyExists {
            return
        } catch {
            throw RouterTrouble(error)
        }
    }

    /// Asks for sessions to begin anew that have another speed than they should.
    private func begin(
        anew stale: [SpeedAudit.Stale], _ report: inout SweepReport
    ) async throws -> Set<ID<Router>> {
        let touched = report.touched
        let stale = stale.filter { !touched.contains(.user($0.session.user)) }
        guard !stale.isEmpty else { return [] }
        let (router, now) = (router, provisioner.now())
        let isAsked = try await provisioner.write(on: router.id, of: router.tenant) { transaction in
            try stale.map { try transaction.begin(anew: $0, behind: router, on: now) }
        }
        for (stale, isAsked) in zip(stale, isAsked) {
            report.drifts.append(
                Drift(
                    .staleSession, in: Menu.hotspotActive.path, stale.session.user, "it has an earlier speed",
                    isAsked ? .repaired : .told))
        }
        return isAsked.contains(true) ? [router.id] : []
    }

    // MARK: Coming back

    /// Lets devices back in that wait at the hotspot and were online until the router lost them.
    private func reconnect(
        _ desired: [DesiredUser], _ look: RouterLook, _ report: inout SweepReport
    ) async throws -> Set<ID<Router>> {
        let online = Set(look.sessions.map(\.user))
        let touched = report.touched
        let isOffline = { (user: DesiredUser) in
            !online.contains(user.user.name) && !touched.contains(.user(user.user.name))
        }
        guard look.hasHotspot, desired.contains(where: isOffline) else { return [] }
        let waiting: [MACAddress: IPv4Address]
        do throws(RouterError) {
            report.count(requests: 1)
            waiting = try await look.waitingHosts(over: transport)
        } catch {
            throw RouterTrouble(error)
        }
        let (router, now) = (router, provisioner.now())
        guard !waiting.isEmpty else { return [] }
        let back = desired.compactMap { user in
            waiting[user.tag.mac].flatMap { isOffline(user) ? (user, $0) : nil }
        }
        guard !back.isEmpty else { return [] }
        return try await provisioner.write(on: router.id, of: router.tenant) { transaction in
            var isAsked = false
            for (user, address) in back where try transaction.letBack(user, at: address, behind: router, on: now) {
                isAsked = true
            }
            return isAsked ? [router.id] : []
        }
    }
}

extension RouterLook {
    /// Reads each table once; hotspot menus that the router does not have stay absent.
    init(over transport: any RouterTransport) async throws(RouterTrouble) {
        var records: [Menu: [RouterRecord]] = [:]
        for table in Self.tables {
            do throws(RouterError) {
                records[table.menu] = try await transport.read(
                    table.menu, where: table.conditions, properties: table.properties)
            } catch  where error.kind == .menuAbsent {
                continue
            } catch {
                throw RouterTrouble(error)
            }
        }
        self.init(records)
    }

    /// How many requests the look took.
    var requests: Int { Self.tables.count }

    /// Where devices wait that the hotspot has not let in.
    func waitingHosts(over transport: any RouterTransport) async throws(RouterError) -> [MACAddress: IPv4Address] {
        let hosts = try await transport.read(
            .hotspotHost, properties: ["mac-address", "address", "authorized", "bypassed"])
        let waiting = hosts.filter { !$0.flag("authorized") && !$0.flag("bypassed") }
        return Dictionary(
            waiting.compactMap { host in
                host.mac("mac-address").flatMap { mac in host.address("address").map { (mac, $0) } }
            }
        ) { first, _ in first }
    }
}

extension Transaction {
    /// Why users with our mark are on a router that nobody placed there; one whose device is about to be placed is left out.
    fileprivate borrowing func strays(
        among look: RouterLook, beside known: Set<UserTag>, on router: Router
    ) throws(SQLError) -> [UserTag: Drift.Cause] {
        var strays: [UserTag: Drift.Cause] = [:]
        for index in look.users.indices {
            guard let tag = look.users[index].tag, !known.contains(tag) else { continue }
            strays[tag] = try cause(of: tag, on: router)
        }
        return strays
    }

    private borrowing func cause(of tag: UserTag, on router: Router) throws(SQLError) -> Drift.Cause? {
        guard let device = try device(tag.mac, on: tag.entitlement, of: router.tenant),
            let entitlement = try entitlement(tag.entitlement, of: router.tenant)
        else { return .unknown }
        if entitlement.ended != nil { return .over }
        // A device that moves may still be on its way here; the reading tells when it is not.
        guard device.router == router.id else { return nil }
        return try membership(of: tag.mac, in: tag.entitlement, of: router.tenant).isMember ? nil : .over
    }

    /// Asks for a device to be let in again, unless that is under way or would use up what its owner did not ask to use.
    fileprivate borrowing func letBack(
        _ user: DesiredUser, at address: IPv4Address, behind router: Router, on now: Instant
    ) throws(SQLError) -> Bool {
        let tag = user.tag
        let isAsked = try effects(of: tag.entitlement, of: router.tenant, atMost: 20).contains { effect in
            // A cut that waits for a router which it has left is none of its concern here.
            effect.state == .waiting && effect.mac == tag.mac
                && (effect.kind == .connect || effect.router == router.id)
        }
        guard !isAsked, let device = try device(tag.mac, on: tag.entitlement, of: router.tenant) else { return false }
        if user.isMetered {
            let seen = try stays(of: tag.entitlement, of: router.tenant).first { $0.device.mac == tag.mac }?.seenAt
            guard let seen, now - seen < DesiredUser.absence else { return false }
        }
        _ = try request(.connect, device, at: address, of: router.tenant, on: now)
        return true
    }
}
