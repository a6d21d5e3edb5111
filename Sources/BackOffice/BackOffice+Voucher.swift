import Catalog
import Entitlements
import HTTPServer
import Locales
import Provisioning
import SQL
import Telemetry
import Templates
import Tenancy
import Values
import Vouchers

/// A voucher with what its page shows, as it was read.
private struct VoucherView: Sendable {
    let voucher: Voucher
    let batch: Batch
    let offer: Package?
    let siteName: String?
    var entitlement: Entitlement?
    var suspension: Suspension?
    var stays: [DeviceStay] = []
    var effects: [Effect] = []
    let routers: [ID<Router>: String]
}

extension BackOffice {
    /// One voucher: what it gave, to whom, and what the routers were told.
    func voucher(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        guard let id = ID<Voucher>(request.parameter("voucher")) else { throw RequestRefusal.notFound }
        let view = try store.read(.tenant(visit.tenant.id)) { try voucherView(id, visit.tenant.id, $0) }
        return try voucherPage(view, desk)
    }

    private func voucherView(
        _ id: ID<Voucher>, _ tenant: ID<Tenant>, _ transaction: borrowing Transaction
    ) throws -> VoucherView {
        guard let voucher = try transaction.voucher(id, of: tenant),
            let batch = try transaction.batch(voucher.batch, of: tenant), batch.isComplete
        else { throw RequestRefusal.notFound }
        let routers = try transaction.routers(of: tenant).map { ($0.id, $0.name) }
        var view = VoucherView(
            voucher: voucher, batch: batch, offer: try transaction.package(batch.package, of: tenant),
            siteName: try transaction.sites(of: tenant).first { $0.id == batch.site }?.name,
            routers: Dictionary(uniqueKeysWithValues: routers))
        guard let entitlement = voucher.entitlement else { return view }
        view.entitlement = try transaction.entitlement(entitlement, of: tenant)
        view.suspension = try transaction.suspensions(of: entitlement, of: tenant, atMost: 1).first
        view.stays = try transaction.stays(of: entitlement, of: tenant)
        view.effects = try transaction.effects(of: entitlement, of: tenant, atMost: 50)
        return view
    }

    private func voucherPage(_ view: VoucherView, _ desk: Desk) throws -> Response {
        let (voucher, batch) = (view.voucher, view.batch)
        let standing = VoucherStanding(voucher, view.entitlement, batch, at: desk.now)
        var values: TemplateValues = [
            "onVouchers": true, "code": .text(batch.format.printed(try voucher.code(codeKeys))),
            "serial": .text("\(batch.number)-\(voucher.serial)"), "stateClass": .text(standing.chip),
            "stateLabel": .text(desk.words("state.\(standing.rawValue)")),
            "batchHref": .text("\(Addresses.batches)/\(batch.number)"), "batchName": .text(desk.title(of: batch)),
            "packageName": .text(view.offer?.name ?? ""), "price": .text(view.offer.map { desk.money($0.price) } ?? ""),
            "created": .text(desk.moment(batch.madeAt)),
            "validUntil": TemplateValue(batch.validUntil.map { desk.day($0) }),
            "siteName": .text(view.siteName ?? desk.words("batch.site.all")),
            "voided": TemplateValue(standing == .void ? voucher.changedAt.map { desk.moment($0) } : nil),
            "hasEntitlement": .flag(view.entitlement != nil), "hasDevices": .flag(!view.stays.isEmpty),
            "devices": .list(view.stays.map { row($0, view, desk) }), "hasEffects": .flag(!view.effects.isEmpty),
            "effects": .list(view.effects.map { row($0, view, desk) }),
            "canVoid": .flag(standing == .unused || standing == .expired),
            "canStop": .flag(standing == .active || standing == .suspended),
            "voidAction": .text("\(Addresses.vouchers)/\(voucher.id)/voidings"),
            "whyHref": .text("\(Addresses.why)?voucher=\(voucher.id)"),
        ]
        if standing == .active { values["boostAction"] = .text("\(Addresses.vouchers)/\(voucher.id)/boosts") }
        if let entitlement = view.entitlement {
            allowance(entitlement, voucher, desk, into: &values)
            values = values.merging(AccessSheet(entitlement, desk: desk).values(for: view.suspension))
        }
        return desk.page(desk.pages.voucher, values)
    }

    private func allowance(
        _ entitlement: Entitlement, _ voucher: Voucher, _ desk: Desk, into values: inout TemplateValues
    ) {
        values["redeemed"] = .text(desk.moment(voucher.changedAt ?? entitlement.startsAt))
        let used = DataVolume(bytes: entitlement.dataUsed.bytes)
        values["dataUsed"] = .text(desk.locales.words(.volume(used), desk.language))
        values["devicesUsed"] = .text(
            desk.words("voucher.devices.limit", ["count": .number(Int64(entitlement.deviceLimit))]))
        switch entitlement.balance(at: desk.now) {
        case .ended(let reason, let instant):
            values["ended"] = .text(desk.moment(instant))
            values["endReason"] = .text(desk.words("voucher.end.\(reason.rawValue)"))
        case .paused(let pause):
            values["paused"] = .text(desk.moment(pause.until))
            values["pauseReason"] = .text(desk.words("voucher.pause.\(pause.reason == .hours ? "hours" : "fair-use")"))
        case .suspended: break
        case .live(let remainder):
            values["isLive"] = true
            values["speed"] = .text(
                entitlement.speed.map { "↓ \($0.rate.download.text)bit/s  ↑ \($0.rate.upload.text)bit/s" }
                    ?? desk.words("packages.speed.unlimited"))
            values["boostUntil"] = TemplateValue(entitlement.pacing.boost.map { desk.moment($0.until) })
            values["isBeyondFairUse"] = .flag(entitlement.pacing.isBeyondFairUse)
            values["ends"] = TemplateValue(entitlement.wallEnd(at: desk.now).map { desk.moment($0) })
            values["timeLeft"] = .text(
                remainder.time.limit.map { desk.locales.words(.span($0), desk.language) }
                    ?? desk.words("status.unlimited"))
            values["dataLeft"] = .text(
                remainder.data.limit.map { desk.locales.words(.volume($0), desk.language) }
                    ?? desk.words("status.unlimited"))
        }
    }

    private func row(_ stay: DeviceStay, _ view: VoucherView, _ desk: Desk) -> TemplateValues {
        let usage = stay.device.usage
        return [
            "mac": .text(stay.device.mac.description), "stateClass": .text(stay.isOnline ? "active" : "offline"),
            "stateLabel": .text(desk.words(stay.isOnline ? "device.online" : "device.offline")),
            "routerName": .text(view.routers[stay.device.router] ?? ""), "firstSeen": .text(desk.moment(stay.addedAt)),
            "lastSeen": TemplateValue(stay.seenAt.map { desk.moment($0) }), "isMember": .flag(stay.isMember),
            "used": .text(desk.locales.words(.volume(DataVolume(bytes: usage.bytes)), desk.language)),
        ]
    }

    private func row(_ effect: Effect, _ view: VoucherView, _ desk: Desk) -> TemplateValues {
        let state =
            switch effect.state {
            case .waiting: "pending"
            case .done: "done"
            case .failed: "failed"
            }
        let note: String? =
            switch effect.note {
            case .none, .online: nil
            default: desk.words("effect.note.\(effect.note.rawValue)")
            }
        return [
            "what": .text(desk.words("effect.\(effect.kind.rawValue)")),
            "mac": .text(effect.mac.description), "routerName": .text(view.routers[effect.router] ?? ""),
            "stateClass": .text(state), "stateLabel": .text(desk.words("effect.state.\(state)")),
            "failure": TemplateValue(note), "attempts": .text(desk.count(effect.attempts)),
            "when": .text(desk.moment(effect.settledAt ?? effect.dueAt)),
        ]
    }

    // MARK: Voiding

    /// Voids a voucher: an unused code stops working; of a used one the access ends, and its devices are cut.
    func voidVoucher(_ request: Request) throws -> Response {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        guard let id = ID<Voucher>(request.parameter("voucher")) else { throw RequestRefusal.notFound }
        let tenant = visit.tenant.id
        let known = try store.read(.tenant(tenant)) { try $0.voucher(id, of: tenant) }
        guard known != nil else { throw RequestRefusal.notFound }
        guard try request.form()["confirm"] == "yes" else { throw OfficeRefusal.unconfirmed }
        let now = now()
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                try transaction.stop(id, of: tenant, at: now)
            } then: { [self] outcome in
                if case .success(let stop) = outcome {
                    for router in stop.routers { provisioner.nudge(router) }
                    figures.forget(tenant, stop.batch)
                    log.notice("voucher.voided", ["voucher.id": .id(id), "staff.id": .id(visit.staff.id)])
                }
                resumption.finish { [self] in done(try outcome.get().notice, at: "\(Addresses.vouchers)/\(id)") }
            }
        }
    }
}

/// What came of the wish to void a voucher.
private struct Stop: Sendable {
    let notice: Notice
    let batch: ID<Batch>
    var routers: Set<ID<Router>> = []
}

extension Transaction {
    /// Voids what is unused, ends what is used.
    fileprivate borrowing func stop(
        _ id: ID<Voucher>, of tenant: ID<Tenant>, at now: Instant
    ) throws -> Stop {
        // First the change that only an unused voucher takes: one redeemed in this moment is then seen as used.
        let isVoided = try void(id, of: tenant, at: now)
        guard let voucher = try voucher(id, of: tenant) else { throw RequestRefusal.notFound }
        if isVoided { return Stop(notice: .voucherVoided, batch: voucher.batch) }
        guard let used = voucher.entitlement, let entitlement = try entitlement(used, of: tenant),
            !entitlement.balance(at: now).isOver
        else { return Stop(notice: .nothingToVoid, batch: voucher.batch) }
        let routers = try withdraw(used, .withdrawn, of: tenant, at: now)
        return Stop(notice: .accessEnded, batch: voucher.batch, routers: routers)
    }
}
