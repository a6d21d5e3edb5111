import Crypto
import Entitlements
import Guests
import HTTPServer
import Locales
import Provisioning
import SQL
import Templates
import Tenancy
import Values

/// A device without a keyboard: its page shows a code that a phone which is online types.
extension Captive {
    /// Lets the device wait: one write, then the page with its code.
    func beginPairing(_ request: Request) throws -> Response {
        let place = try place(request)
        let handover = try Handover(form: request.form(), at: place)
        guard let mac = handover.mac, let router = place.router(named: handover.identity) else {
            throw CaptiveRefusal.unknownDevice
        }
        let (tenant, site, now) = (place.tenant.id, place.site.id, now())
        let wish = Pairing(
            at: GrantPlace(router: router.id, mac: mac), address: handover.address ?? IPv4Address(bits: 0),
            expiresAt: now + Pairing.span)
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                try transaction.show(wish, at: site, of: tenant, guestKeys, now: now)
            } then: { outcome in
                resumption.finish {
                    let pairing = try outcome.get()
                    return .seeOther(pairingPath(pairing, handover, place))
                }
            }
        }
    }

    /// The code, until somebody has typed it; then on to the page that waits for the router.
    func pairing(_ request: Request) throws -> Response {
        let place = try place(request)
        let handover = try Handover(query: request, at: place)
        let token = request.parameter("token")
        let (mac, stage) = try pairingStage(token, place)
        let handedOver = handover.of(mac)
        if case .brought(let pass) = stage {
            let query = handedOver.onward
            return .seeOther("\(place.path)/connections/\(signed(pass, place, lasting: .hours(24)))?\(query)")
        }
        let own = "\(place.path)/pairings/\(token)"
        let pages = place.pages(place.language(request, handover))
        var values: TemplateValues = [
            "pageHref": "", "state": .text(stage.word), "pollHref": .text("\(own)/state?\(handedOver.onward)"),
            "refreshHref": .text("\(own)?\(handedOver.onward)"), "refreshSeconds": "4",
            "backHref": .text("\(place.path)?other=1&\(handedOver.onward)"),
        ]
        if case .showing(let pairing) = stage {
            values["code"] = .text(pairing.code(guestKeys, of: place.tenant.id).text)
            values["text"] = .text(
                place.locales.format(
                    "pairing.until", pages.language, [("until", .instant(pairing.expiresAt))], zone: place.zone))
        }
        return place.html(pages.pairing, values, carrying: handedOver)
    }

    /// The same for the page's script: `{"state": …, "href": …}`.
    func pairingState(_ request: Request) throws -> Response {
        let place = try place(request)
        let token = request.parameter("token")
        let query = try Handover(query: request, at: place).onward
        return Self.state(
            try pairingStage(token, place).stage.word,
            at: "\(place.path)/pairings/\(token)" + (query.isEmpty ? "" : "?\(query)"))
    }

    private enum PairingStage {
        case showing(Pairing)
        case over
        case brought(DevicePass)

        var word: String {
            switch self {
            case .showing: "showing"
            case .over: "over"
            case .brought: "brought"
            }
        }
    }

    private func pairingStage(_ token: String, _ place: Place) throws -> (mac: MACAddress, stage: PairingStage) {
        let (tenant, mac) = (place.tenant.id, try waitingDevice(token, place))
        return try store.read(.tenant(tenant)) { transaction in
            guard let pairing = try transaction.pairing(of: mac, of: tenant) else { return (mac, .over) }
            guard let host = pairing.host else { return (mac, now() < pairing.expiresAt ? .showing(pairing) : .over) }
            let effect = try transaction.effects(of: host, of: tenant, atMost: 50).first {
                $0.mac == mac && $0.kind == .connect
            }
            guard let effect else { return (mac, .over) }
            return (mac, .brought(DevicePass(entitlement: host, mac: mac, isProven: false, effect: effect.id)))
        }
    }

    // MARK: Links

    private func pairingPath(_ pairing: Pairing, _ handover: Handover, _ place: Place) -> String {
        let mac = pairing.place.mac.bits
        let payload = place.seal + (0..<8).map { UInt8(truncatingIfNeeded: mac >> UInt64(56 - $0 * 8)) }
        let token = SignedToken(payload: payload, expires: pairing.expiresAt + .hours(24))
        return "\(place.path)/pairings/\(token.text(for: "pairing", key: tokenKey))?\(handover.onward)"
    }

    private func waitingDevice(_ text: String, _ place: Place) throws(CaptiveRefusal) -> MACAddress {
        let token: SignedToken
        do throws(SignedToken.Flaw) {
            token = try SignedToken(verifying: text, for: "pairing", at: now(), key: tokenKey)
        } catch {
            throw error == .expired ? .expiredLink : .forgedLink
        }
        guard token.payload.starts(with: place.seal), token.payload.count == 24 else { throw .forgedLink }
        return MACAddress(bits: token.payload.suffix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }
}
