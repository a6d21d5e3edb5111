import Catalog
import Entitlements
import HTTPServer
import Locales
import Provisioning
import SQL
import Templates
import Tenancy
import Values

extension Captive {
    /// What is left, behind a signed link.
    func status(_ request: Request) throws -> Response {
        let place = try place(request)
        let handover = try Handover(query: request, at: place)
        let pages = place.pages(place.language(request, handover))
        let pass = try self.pass(reading: request.parameter("token"), at: place)
        return try statusPage(pass, handover, place, pages)
    }

    /// What is left, behind the router's own status page, which names the device.
    func statusOfDevice(_ request: Request) throws -> Response {
        let place = try place(request)
        let handover = try Handover(query: request, at: place)
        guard let mac = handover.mac else { throw CaptiveRefusal.unknownDevice }
        let tenant = place.tenant.id
        let latest = try store.read(.tenant(tenant)) { try $0.latestEntitlement(of: mac, of: tenant) }
        guard let latest else { return .seeOther(place.path + "?" + handover.onward) }
        let pages = place.pages(place.language(request, handover))
        return try statusPage(
            DevicePass(entitlement: latest.id, mac: mac, isProven: false), handover, place, pages)
    }

    /// `mayBeOffline` offers the way in beside it: where the device came to the login page although it was online when its
    /// router was last read.
    func statusPage(
        _ pass: DevicePass, _ handover: Handover, _ place: Place, _ pages: CaptivePages, mayBeOffline: Bool = false
    ) throws -> Response {
        let tenant = place.tenant.id
        let now = now()
        let found = try store.read(.tenant(tenant)) { transaction in
            (
                try transaction.entitlement(pass.entitlement, of: tenant),
                try transaction.membership(of: pass.mac, in: pass.entitlement, of: tenant)
            )
        }
        guard let entitlement = found.0 else { throw CaptiveRefusal.expiredLink }
        let handover = handover.of(pass.mac)
        let remainder: Remainder
        switch entitlement.balance(at: now) {
        case .live(let left): remainder = left
        case .paused(let pause): return place.pausedPage(pages, handover, entitlement, pause)
        case .suspended: return place.suspendedPage(pages, handover, entitlement)
        case .ended(let reason, let instant):
            return place.endedPage(pages, handover, entitlement, reason, at: instant)
        }
        let (isMember, count) = found.1
        let token = signed(pass, place, lasting: .days(7))
        guard isMember else {
            return place.welcomeBackPage(pages, handover, entitlement, remainder, token: token, now: now, problem: nil)
        }
        return place.statusPage(
            pages, handover, entitlement, remainder, devices: count, token: token, isProven: pass.isProven,
            mayBeOffline: mayBeOffline, now: now)
    }

    /// Where the router's own log-out leads: what is left of the device's entitlement.
    func loggedOut(_ request: Request) throws -> Response {
        let place = try place(request)
        let tenant = place.tenant.id
        let handover = try Handover(query: request, at: place)
        let latest = try handover.mac.flatMap { mac in
            try store.read(.tenant(tenant)) { try $0.latestEntitlement(of: mac, of: tenant) }
        }
        return place.loggedOutPage(place.pages(place.language(request, handover)), handover, latest, now: now())
    }

    /// Ends this device's session and frees its place; what is left stays.
    ///
    /// Only a pass that came of the voucher's code does; who is recognised by the hardware address is sent to the router's
    /// own log-out, which ends the session of the device that really asks.
    func logOut(_ request: Request) throws -> Response {
        let place = try place(request)
        let form = try request.form()
        let handover = try Handover(form: form, at: place)
        let pages = place.pages(place.language(request, handover))
        let pass = try self.pass(reading: form["token"] ?? "", at: place)
        guard pass.isProven else { throw CaptiveRefusal.forgedLink }
        let farewell = handover.of(pass.mac)
        let tenant = place.tenant.id
        let now = now()
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                guard let device = try transaction.device(pass.mac, on: pass.entitlement, of: tenant) else {
                    throw CaptiveRefusal.expiredLink
                }
                try transaction.leave(pass.mac, pass.entitlement, of: tenant, at: now)
                let cuts = try transaction.requestCuts(of: device, of: tenant, on: now)
                return (cuts, try transaction.entitlement(pass.entitlement, of: tenant))
            } then: { outcome in
                guard case .success(let (cuts, entitlement)) = outcome, let own = cuts.first else {
                    resumption.finish { throw outcome.failure ?? CaptiveRefusal.expiredLink }
                    return
                }
                for cut in cuts { provisioner.nudge(cut.router) }
                provisioner.awaitSettlement(of: own.effect, within: .seconds(1)) {
                    resumption.finish { place.loggedOutPage(pages, farewell, entitlement, now: now) }
                }
            }
        }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
