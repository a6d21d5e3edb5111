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
        return try joinPage([place], below: place.path, request)
    }

    /// The same for a voucher that holds at every site of its tenant.
    func joinAnywhere(_ request: Request) throws -> Response {
        let tenant = request.parameter("tenant")
        let sites = places.all.filter { $0.tenant.slug.description == tenant }
        guard !sites.isEmpty else { throw CaptiveRefusal.unknownSite }
        return try joinPage(sites, below: "/hotspot/\(tenant)", request)
    }

    private func joinPage(_ sites: [Place], below path: String, _ request: Request) throws -> Response {
        let code = request.parameter("code")
        guard (1...40).contains(code.utf8.count) else { throw RequestRefusal.notFound }
        let place = sites[0]
        let own = Self.percentEncoded("\(places.publicURL)\(path)/v/\(Self.percentEncoded(code))")
        var doors: [(name: String, href: String)] = []
        for site in sites.map(\.site) {
            let href = "\(site.hotspotURL)/login?dst=\(own)"
            if !doors.contains(where: { $0.href == href }) { doors.append((site.name, href)) }
        }
        return place.joinPage(place.pages(try place.language(request)), code: code, sites: sites.map(\.site), doors)
    }

    private static func percentEncoded(_ text: String) -> String {
        let encoded = ByteBuffer()
        encoded.append(percentEncoding: text)
        return String(decoding: encoded.array, as: UTF8.self)
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
    func codeBehindLink(_ handover: Handover) -> String? {
        // https://portal.example/hotspot/acme/market/v/CODE: what stands behind the authority must be a link of ours.
        guard handover.mayWantOwn, let wanted = handover.wanted,
            let authority = wanted.utf8.dropFirst(8).firstIndex(of: UInt8(ascii: "/")),
            wanted.utf8[authority...].starts(with: "/hotspot/".utf8)
        else { return nil }
        // A voucher that holds at every site has a link without one; any link of the tenant may be used at any site.
        var parts = wanted[authority...].prefix { $0 != "?" && $0 != "#" }.split(separator: "/")
        if parts.count == 5 { parts.remove(at: 2) }
        guard parts.count == 4, parts[0] == "hotspot", parts[1] == tenant.slug.description, parts[2] == "v",
            parts[3].utf8.count <= 40
        else { return nil }
        return String(parts[3])
    }

    /// What the router said when it refused a login, as a refusal of ours.
    func routerProblem(_ handover: Handover) -> RouterProblem? {
        handover.routerError.map { RouterProblem(words: $0) }
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
