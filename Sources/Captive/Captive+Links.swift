import Entitlements
import HTTPServer
import JSON
import Locales
import SQL
import Tenancy
import Values

extension Captive {
    /// The page behind the QR code of a voucher.
    ///
    /// It shows the code and sends the phone through the router's own page, so that the router tells us which device asks.
    /// Looking changes nothing, so a preview robot does no harm.
    func join(_ request: Request) throws -> Response {
        let place = try place(request)
        let pages = place.pages(try place.language(request))
        let code = request.parameter("code")
        guard (1...40).contains(code.utf8.count) else { throw RequestRefusal.notFound }
        let own = "\(places.publicURL)\(place.path)/v/\(PercentEncoding.encode(code))"
        let href = "\(place.site.hotspotURL)/login?dst=\(PercentEncoding.encode(own))"
        return place.joinPage(pages, code: code, connectHref: href)
    }

    /// The ISP's logo, where it is too large for the page itself.
    func logo(_ request: Request) throws -> Response {
        guard let logo = try place(request).tenant.brand.logo else { throw RequestRefusal.notFound }
        return .bytes(logo.bytes, type: logo.mediaType).cached(.shared(seconds: 3_600))
    }

    /// The captive portal API of RFC 8908: what an operating system asks to know whether it is still captive.
    ///
    /// Answers whatever the `Accept` says, as the operating systems differ in it.
    func captiveAPI(_ request: Request) throws -> Response {
        let place = try place(request)
        let now = now()
        var fields: JSONObject = ["captive": true, "user-portal-url": .string(portalURL(place))]
        if let mac = try Handover(query: request, at: place).mac, let remainder = try remainder(of: mac, place, now) {
            fields["captive"] = false
            if let time = remainder.time.limit {
                fields["seconds-remaining"] = .number(String(time.milliseconds / 1_000))
            }
            if let data = remainder.data.limit { fields["bytes-remaining"] = .number(String(data.bytes)) }
            fields["can-extend-session"] = true
        }
        let page = ByteBuffer(capacity: 256)
        JSON.object(fields).append(to: page)
        return .json(page, contentType: "application/captive+json").cached(.privately)
    }

    private func portalURL(_ place: Place) -> String { places.publicURL + place.path }

    /// What is left to a device that a router let in and that is still in.
    private func remainder(of mac: MACAddress, _ place: Place, _ now: Instant) throws -> Remainder? {
        let tenant = place.tenant.id
        return try store.read(.tenant(tenant)) { transaction in
            guard let entitlement = try transaction.latestEntitlement(of: mac, of: tenant),
                entitlement.connectedAt != nil,
                try transaction.membership(of: mac, in: entitlement.id, of: tenant).isMember
            else { return nil }
            return entitlement.balance(at: now).remainder
        }
    }
}

extension Place {
    /// The code in a link of ours that the person had opened before the router stepped in.
    func codeBehindLink(_ wanted: String?) -> String? {
        // https://portal.example/hotspot/acme/market/v/CODE: what stands behind the authority must be a link of ours.
        guard let wanted, let authority = wanted.dropFirst(8).firstIndex(of: "/") else { return nil }
        // A voucher that holds at every site has a link of one of them; it may be used at another.
        let parts = wanted[authority...].prefix { $0 != "?" && $0 != "#" }.split(separator: "/")
        guard parts.count == 5, parts[0] == "hotspot", parts[1] == tenant.slug.description, parts[3] == "v" else {
            return nil
        }
        return parts[4].utf8.count > 40 ? nil : String(parts[4])
    }

    /// What the router said when it refused a login, as a refusal of ours.
    func routerProblem(_ handover: Handover, _ language: Language) -> (any Refusal)? {
        handover.routerError.isEmpty ? nil : RouterProblem(words: handover.routerError)
    }
}

/// The router refused a device; told by the stems of its texts, which operators may translate.
enum RouterProblem: String, Refusal, CaseIterable {
    case outOfTime = "entitlement.ended"
    case inUse = "voucher.device-limit"
    case refused = "router.refused"

    init(words: String) {
        // The router's own texts, or the keys that our errors.txt puts in their place.
        let text = words.lowercased().replacing("-", with: " ")
        if text.contains("uptime limit") || text.contains("traffic limit") {
            self = .outOfTime
        } else if text.contains("no more sessions") || text.contains("user session limit") {
            self = .inUse
        } else {
            self = .refused
        }
    }

    var kind: RefusalKind { .conflict }
}
