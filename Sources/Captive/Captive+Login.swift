import Entitlements
import HTTPServer
import Locales
import Provisioning
import SQL
import Templates
import Tenancy
import Values
import Vouchers

extension Captive {
    /// The first page: a form for a code, or what a device that is known can do.
    func login(_ request: Request) throws -> Response {
        let place = try place(request)
        let handover = try Handover(query: request, at: place)
        let pages = place.pages(place.language(request, handover))
        guard let mac = handover.mac else { throw CaptiveRefusal.unknownDevice }
        let code = handover.code ?? place.codeBehindLink(handover)
        if code == nil, !handover.asksForOther {
            if let page = try underWay(mac, handover, place) { return page }
            if known.mayKnow(mac, of: place.tenant.id), let page = try recognised(mac, handover, place, pages) {
                return page
            }
        }
        return place.loginPage(
            pages, handover, code: code, problem: place.routerProblem(handover), on: request.page())
    }

    /// What a device sees that was here before: a way back in, or the news that it is over.
    private func recognised(
        _ mac: MACAddress, _ handover: Handover, _ place: Place, _ pages: CaptivePages
    ) throws -> Response? {
        let tenant = place.tenant.id
        let latest = try store.read(.tenant(tenant)) { try $0.latestEntitlement(of: mac, of: tenant) }
        guard let entitlement = latest, entitlement.site == nil || entitlement.site == place.site.id else { return nil }
        let now = now()
        switch entitlement.balance(at: now) {
        case .live(let remainder):
            let pass = DevicePass(entitlement: entitlement.id, mac: mac, isProven: false)
            let problem = place.routerProblem(handover)
            if problem == nil, spentChallenges.isSpent(handover, by: mac),
                let router = place.router(named: handover.identity),
                try isOnline(mac, entitlement.id, behind: router.id, of: tenant)
            {
                return try statusPage(pass, handover, place, pages, mayBeOffline: true)
            }
            return place.welcomeBackPage(
                pages, handover, entitlement, remainder, token: signed(pass, place, lasting: .hours(2)), now: now,
                problem: problem)
        case .paused(let pause): return place.pausedPage(pages, handover, entitlement, pause)
        case .suspended: return place.suspendedPage(pages, handover, entitlement)
        case .ended(let reason, let instant):
            guard now - instant < .hours(24) else { return nil }
            return place.endedPage(pages, handover, entitlement, reason, at: instant)
        }
    }

    /// Whether a device was online when its router was last read.
    private func isOnline(
        _ mac: MACAddress, _ entitlement: ID<Entitlement>, behind router: ID<Router>, of tenant: ID<Tenant>
    ) throws -> Bool {
        try store.read(.tenant(tenant)) { transaction in
            try transaction.membership(of: mac, in: entitlement, of: tenant).isMember
                && transaction.openSession(of: mac, on: entitlement, behind: router, of: tenant) != nil
        }
    }

    /// Takes a code: one write, then a page that waits for the router.
    func redeem(_ request: Request) throws -> Response {
        let place = try place(request)
        let form = try request.form()
        let handover = try Handover(form: form, at: place)
        let pages = place.pages(place.language(request, handover))
        let text = form["code"] ?? ""
        guard let mac = handover.mac, let router = place.router(named: handover.identity) else {
            throw CaptiveRefusal.unknownDevice
        }
        let typed: TypedCode
        do throws(TypedCode.Flaw) {
            typed = try TypedCode(text, formats: place.formats)
        } catch {
            return place.loginPage(pages, handover, code: text, problem: error)
        }
        let now = now()
        let order = RedemptionRequest(
            tenant: place.tenant.id, site: place.site.id, router: router.id, mac: mac,
            clientAddress: request.clientAddress,
            hashes: typed.candidates.map { codeKeys.hash($0, of: place.tenant.id) },
            now: now, offset: place.offset)
        return .later { [self] resumption in
            store.write(.tenant(order.tenant)) { transaction in
                try transaction.admit(
                    transaction.redeem(order).map(\.device), at: handover.address, of: order.tenant, on: now)
            } then: { outcome in
                if case .success(.success(let admission)) = outcome { admitted(admission, handover, place) }
                resumption.finish {
                    switch try outcome.get() {
                    case .success(let admission):
                        return .seeOther(connectionPath(admission, isProven: true, handover, place))
                    case .failure(let refusal):
                        return place.loginPage(pages, handover, code: text, problem: refusal)
                    }
                }
            }
        }
    }

    /// Lets a known device in again without its code.
    func reconnect(_ request: Request) throws -> Response {
        let place = try place(request)
        let form = try request.form()
        let handover = try Handover(form: form, at: place)
        let pages = place.pages(place.language(request, handover))
        let pass = try self.pass(reading: form["token"] ?? "", at: place)
        guard handover.mac == pass.mac, let router = place.router(named: handover.identity) else {
            throw CaptiveRefusal.forgedLink
        }
        let now = now()
        let tenant = place.tenant.id
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                let device = try transaction.readmit(pass, behind: router.id, of: tenant, at: now)
                return try transaction.admit(device, at: handover.address, of: tenant, on: now)
            } then: { outcome in
                if case .success(.success(let admission)) = outcome { admitted(admission, handover, place) }
                resumption.finish {
                    switch try outcome.get() {
                    case .success(let admission):
                        return .seeOther(connectionPath(admission, isProven: pass.isProven, handover, place))
                    case .failure(let refusal):
                        return place.loginPage(pages, handover, code: nil, problem: refusal)
                    }
                }
            }
        }
    }
}
