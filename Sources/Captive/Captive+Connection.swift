import Crypto
import Entitlements
import HTTPServer
import Locales
import Provisioning
import RouterOS
import SQL
import Templates
import Tenancy
import Values

extension Captive {
    /// How long a waiting page is held back for the router before it is shown: most people never see it.
    private static let patience = Span(milliseconds: 1_500)
    /// How long an answer to the page's script is held back.
    private static let pollPatience = Span.seconds(8)

    /// The waiting page: goes on by itself as soon as the device is online.
    func connection(_ request: Request) throws -> Response {
        let place = try place(request)
        let handover = try Handover(query: request, at: place)
        let pages = place.pages(place.language(request, handover))
        let token = request.parameter("token")
        let pass = try self.pass(reading: token, at: place)
        return whenSettled(pass, place, within: Self.patience) { [self] effect in
            try connectionPage(effect, pass, token, handover, place, pages)
        }
    }

    /// The same for the page's script: `{"state": …, "href": …}`.
    func connectionState(_ request: Request) throws -> Response {
        let place = try place(request)
        let token = request.parameter("token")
        let pass = try self.pass(reading: token, at: place)
        let query = try Handover(query: request, at: place).onward
        return whenSettled(pass, place, within: Self.pollPatience) { effect in
            Self.state(
                effect.waitingState, at: "\(place.path)/connections/\(token)" + (query.isEmpty ? "" : "?\(query)"))
        }
    }

    /// What the script of a waiting page reads: the state, and where to go when it is another one than the page shows.
    static func state(_ word: String, at href: String) -> Response {
        let page = ByteBuffer(capacity: 512)
        page.append("{\"state\":\"")
        page.append(word)
        page.append("\",\"href\":\"")
        page.append(escapingJSON: href)
        page.append("\"}")
        return .json(page)
    }

    /// Answers once the effect of a pass is settled, or with its present state when patience ends.
    private func whenSettled(
        _ pass: DevicePass, _ place: Place, within patience: Span,
        _ answer: @escaping @Sendable (Effect) throws -> Response
    ) -> Response {
        let tenant = place.tenant.id
        return .later { [self] resumption in
            guard let id = pass.effect else {
                resumption.finish { throw CaptiveRefusal.forgedLink }
                return
            }
            provisioner.awaitSettlement(of: id, within: patience) {
                resumption.finish {
                    let effect = try store.read(.tenant(tenant)) { try $0.effect(id, of: tenant) }
                    guard let effect else { throw CaptiveRefusal.expiredLink }
                    return try answer(effect)
                }
            }
        }
    }

    private func connectionPage(
        _ effect: Effect, _ pass: DevicePass, _ token: String, _ handover: Handover, _ place: Place,
        _ pages: CaptivePages
    ) throws -> Response {
        switch (effect.state, effect.note) {
        case (.done, .needsForm):
            return try formPage(effect, pass, handover, place, pages)
        case (.done, _), (.failed, .tooLate):
            // Where nothing is left the page of its status says so, and why.
            let status = signed(pass.onward, place, lasting: .days(7))
            let query = Handover(carrying: handover).onward
            return .seeOther("\(place.path)/status/\(status)" + (query.isEmpty ? "" : "?\(query)"))
        case (.failed, _):
            throw CaptiveRefusal.expiredLink
        case (.waiting, _):
            return waitingPage(effect, token, handover, place, pages)
        }
    }

    private func waitingPage(
        _ effect: Effect, _ token: String, _ handover: Handover, _ place: Place, _ pages: CaptivePages
    ) -> Response {
        let query = handover.onward
        let own = "\(place.path)/connections/\(token)"
        let suffix = query.isEmpty ? "" : "?\(query)"
        let page = ByteBuffer(capacity: 12_288)
        pages.connecting.render(
            [
                "pageHref": "", "state": .text(effect.waitingState),
                "connecting": .flag(effect.note == .none), "routerDown": .flag(effect.note != .none),
                "needsForm": .flag(false), "pollHref": .text("\(own)/state\(suffix)"),
                "refreshSeconds": .text(effect.note == .none ? "2" : "6"), "refreshHref": .text(own + suffix),
            ], into: page, writer: handover.write)
        return .html(page, securedBy: place.security)
    }

    /// The login form of the router, filled in: where the router would not take the device from us.
    private func formPage(
        _ effect: Effect, _ pass: DevicePass, _ handover: Handover, _ place: Place, _ pages: CaptivePages
    ) throws -> Response {
        guard let link = handover.linkLoginOnly ?? place.defaultLoginLink, let sealed = effect.answerSealed else {
            throw CaptiveRefusal.unknownDevice
        }
        let password = try provisioner.password(sealed, of: effect)
        // Without a challenge the router's profile allows plain passwords.
        let challenge = HotspotCHAP.response(id: handover.chapID, challenge: handover.chapChallenge, password: password)
        let answer = challenge ?? password.revealed
        let status = signed(pass.onward, place, lasting: .days(7))
        let query = Handover(carrying: handover).onward
        let page = ByteBuffer(capacity: 12_288)
        pages.connecting.render(
            [
                "pageHref": "", "state": .text("form"),
                "connecting": .flag(false),
                "routerDown": .flag(false), "needsForm": .flag(true), "loginAction": .text(link),
                "username": .text(Device.username(pass.entitlement, pass.mac)), "password": .text(answer),
                "dst": .text("\(places.publicURL)\(place.path)/status/\(status)" + (query.isEmpty ? "" : "?\(query)")),
            ], into: page, writer: handover.write)
        return .html(page, securedBy: place.security).with(contentPolicy: place.policy(formTo: link))
    }
}

extension Effect {
    /// The word by which the waiting page knows its state.
    fileprivate var waitingState: String {
        switch (state, note) {
        case (.waiting, .none): "connecting"
        case (.waiting, _): "router-down"
        case (.done, .needsForm): "form"
        case (.done, _): "done"
        case (.failed, _): "failed"
        }
    }
}

extension Place {
    /// The router's login address where the phone did not tell it.
    fileprivate var defaultLoginLink: String? {
        site.hotspotURL.hasPrefix("http://") ? site.hotspotURL + "/login" : nil
    }
}
