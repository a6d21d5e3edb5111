import Entitlements
import Guests
import HTTPServer
import Locales
import Provisioning
import SQL
import Templates
import Tenancy
import Values
import Vouchers

/// Devices that a phone which is online brings along.
extension Captive {
    /// A field for a code or a hardware address, and the devices that share already.
    func guests(_ request: Request) throws -> Response {
        let place = try place(request)
        let handover = try Handover(query: request, at: place)
        let pass = try hostPass(request, place)
        return try guestPage(pass, handover, place, place.pages(place.language(request, handover)))
    }

    /// Brings a device along: one write, then what became of it.
    func bringGuest(_ request: Request) throws -> Response {
        let place = try place(request)
        let form = try request.form()
        let handover = try Handover(form: form, at: place)
        let pages = place.pages(place.language(request, handover))
        let pass = try hostPass(request, place)
        let typed = form["guest"] ?? ""
        let guest: TypedGuest
        do throws(TypedGuest.Flaw) {
            guest = try TypedGuest(typed)
        } catch {
            return try guestPage(pass, handover, place, pages, typed: typed, problem: error)
        }
        let (tenant, now) = (place.tenant.id, now())
        let wish = BringRequest(
            tenant: tenant, site: place.site.id, host: pass.entitlement, mac: pass.mac, guest: guest, keys: guestKeys,
            throttle: GuessThrottle(
                of: tenant, device: "\(pass.mac)", address: request.clientAddress, place: "\(place.site.id)", at: now),
            now: now)
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                try transaction.admit(wish)
            } then: { [self] outcome in
                guard case .success(.success(let admission)) = outcome else {
                    resumption.finish {
                        guard case .failure(let refusal) = try outcome.get() else { throw CaptiveRefusal.expiredLink }
                        return try guestPage(pass, handover, place, pages, typed: typed, problem: refusal)
                    }
                    return
                }
                admitted(admission, Handover(carrying: handover), place)
                provisioner.awaitSettlement(of: admission.effect, within: .seconds(4)) {
                    resumption.finish {
                        let effect = try store.read(.tenant(tenant)) { try $0.effect(admission.effect, of: tenant) }
                        return try guestPage(pass, handover, place, pages, notice: effect.notice)
                    }
                }
            }
        }
    }

    /// Takes a device's place away, and its session.
    func removeGuest(_ request: Request) throws -> Response {
        let place = try place(request)
        let form = try request.form()
        let handover = try Handover(form: form, at: place)
        let pages = place.pages(place.language(request, handover))
        let pass = try hostPass(request, place)
        guard let mac = form["guest"].flatMap({ MACAddress($0) }), mac != pass.mac else {
            throw CaptiveRefusal.forgedLink
        }
        let (tenant, now) = (place.tenant.id, now())
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                guard let device = try transaction.device(mac, on: pass.entitlement, of: tenant) else {
                    throw CaptiveRefusal.expiredLink
                }
                try transaction.leave(mac, pass.entitlement, of: tenant, at: now)
                return try transaction.requestCuts(of: device, of: tenant, on: now)
            } then: { [self] outcome in
                if case .success(let cuts) = outcome { for cut in cuts { provisioner.nudge(cut.router) } }
                resumption.finish {
                    _ = try outcome.get()
                    return try guestPage(pass, handover, place, pages, notice: "guest.removed")
                }
            }
        }
    }

    /// Only whoever showed the voucher's code, the receipt or the like brings others along and sends them away.
    private func hostPass(_ request: Request, _ place: Place) throws -> DevicePass {
        let pass = try self.pass(reading: request.parameter("token"), at: place)
        guard pass.isProven else { throw CaptiveRefusal.forgedLink }
        return pass
    }

    private func guestPage(
        _ pass: DevicePass, _ handover: Handover, _ place: Place, _ pages: CaptivePages, typed: String = "",
        notice: String? = nil, problem: (any Refusal)? = nil
    ) throws -> Response {
        let tenant = place.tenant.id
        let stays = try store.read(.tenant(tenant)) { transaction in
            try transaction.stays(of: pass.entitlement, of: tenant).filter(\.isMember)
        }
        let token = signed(pass.onward, place, lasting: .days(7))
        let query = handover.onward.isEmpty ? "" : "?\(handover.onward)"
        let own = "\(place.path)/guests/\(token)"
        var values: TemplateValues = [
            "pageHref": .text(own), "guestAction": .text(own), "removeAction": .text(own + "/removals"),
            "typed": .text(typed), "backHref": .text("\(place.path)/status/\(token)\(query)"),
            "notice": TemplateValue(notice.flatMap { place.locales.plain($0, pages.language) }),
        ]
        let others = stays.map(\.device.mac).filter { $0 != pass.mac }
        values["hasGuests"] = .flag(!others.isEmpty)
        values["guests"] = .list(others.map { ["label": .text($0.description)] as TemplateValues })
        place.words(of: problem, pages.language, into: &values)
        let status = problem.map { Problem.status(of: $0.kind) } ?? 200
        return place.html(pages.guest, values, status: status, carrying: handover)
    }
}

extension Transaction {
    /// Brings a device along and asks for the effect that lets it in, unless it was refused.
    fileprivate borrowing func admit(_ wish: BringRequest) throws(SQLError) -> Result<Admission, BringRefusal> {
        switch try bring(wish) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let guest):
            let effect = try request(.connect, guest.device, at: guest.address, of: wish.tenant, on: wish.now)
            return .success(Admission(device: guest.device, effect: effect))
        }
    }
}

extension Effect? {
    /// The key of the words on what became of a device that was brought along.
    fileprivate var notice: String {
        switch (self?.state, self?.note) {
        case (.done, .needsForm): "guest.absent"
        case (.done, _): "guest.online"
        case (.waiting, _), (.failed, _), (nil, _): "guest.waiting"
        }
    }
}
