package import Catalog
import Crypto
import HTTPServer
package import Locales
package import Templates
package import Tenancy
package import Values
package import Vouchers

/// A site with all that its pages need, put together once and kept until something of it changes.
package final class Place: Sendable {
    package let tenant: Tenant
    package let site: Site
    package let routers: [Router]
    package let packages: [ID<Package>: Package]
    /// The looks of the tenant's codes.
    package let formats: [CodeFormat]
    /// The currencies in which packages can be paid from a phone.
    let currencies: Set<Currency>
    package let zone: TimeZoneID
    /// The path of the site's pages: `/hotspot/acme/market`.
    package let path: String
    let locales: Locales
    private let tenantLanguage: Language
    /// English first.
    private let pages: [CaptivePages]
    let security: SecurityHeaders
    private let contentPolicy: String

    init(
        tenant: Tenant, site: Site, routers: [Router], packages: [Package], formats: [CodeFormat],
        currencies: Set<Currency>, look: CaptiveLook
    ) throws {
        self.tenant = tenant
        self.site = site
        self.routers = routers
        self.packages = Dictionary(uniqueKeysWithValues: packages.map { ($0.id, $0) })
        self.formats = formats
        self.currencies = currencies
        zone = TimeZoneID(validating: tenant.timeZone) ?? .utc
        let path = "\(Self.prefix)\(tenant.slug)/\(site.slug)"
        self.path = path
        locales = look.locales
        tenantLanguage = locales.language(tenant.language) ?? .english
        let style =
            look.style + (currencies.isEmpty ? "" : look.paymentStyle)
            + (BrandColor(tenant.brand.colour.description) ?? .standard).css
        contentPolicy = Self.policy(style: style, script: look.script)
        security = SecurityHeaders(contentPolicy: contentPolicy + "; form-action 'self'")
        pages = try look.locales.languages.map {
            try CaptivePages(
                look: look, tenant: tenant, site: site, path: path, packages: packages, currencies: currencies,
                style: style, info: $0)
        }
    }

    /// The same place once more, with references of its own: processors that count the same ones wait for each other.
    init(twin other: Place) {
        (tenant, site, routers, packages) = (other.tenant, other.site, other.routers, other.packages)
        (formats, currencies, zone, path) = (other.formats, other.currencies, other.zone, other.path)
        (locales, tenantLanguage, contentPolicy) = (other.locales, other.tenantLanguage, other.contentPolicy)
        security = SecurityHeaders(contentPolicy: contentPolicy + "; form-action 'self'")
        pages = other.pages.map(CaptivePages.init(twin:))
    }

    /// The router that handed a device over: the one of that name, or the site's first.
    func router(named identity: String) -> Router? {
        routers.first { $0.name == identity } ?? routers.first
    }

    /// How far local time lies ahead of UTC.
    var offset: UTCOffset { UTCOffset { [zone] in zone.offset(at: $0) } }

    /// A router's login address that may be given the person's password: on a local network, or the site's own.
    ///
    /// The address comes from the browser, so an attacker could name any other.
    func trusts(loginLink text: Swift.Span<UInt8>) -> Bool {
        guard text.starts(with: "http://"), text.count <= 200, text.consists(of: Self.isLinkByte) else { return false }
        if isOwn(text) { return true }
        var end = 7
        while end < text.count, text[end] != UInt8(ascii: "/"), text[end] != UInt8(ascii: "?"),
            text[end] != UInt8(ascii: "#"), text[end] != UInt8(ascii: ":")
        {
            end += 1
        }
        return IPv4Address(text.extracting(7..<end))?.isLocal == true
    }

    /// Whether an address is the site's own or lies below it.
    private func isOwn(_ link: Swift.Span<UInt8>) -> Bool {
        let own = site.hotspotURL.utf8Span.span
        return link.starts(with: own) && (link.count == own.count || link[own.count] == UInt8(ascii: "/"))
    }

    /// Visible ASCII but `" ' < > ; , @` and the backslash: two 64-bit sets.
    private static func isLinkByte(_ byte: UInt8) -> Bool {
        byte < 64
            ? 0xA7FF_EF7A_0000_0000 as UInt64 >> UInt64(byte) & 1 == 1
            : byte < 128 && 0x7FFF_FFFF_EFFF_FFFE as UInt64 >> UInt64(byte - 64) & 1 == 1
    }

    /// The content security policy of a page whose form goes to the router.
    func policy(formTo link: String) -> String {
        let authority = link.dropFirst(7).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return contentPolicy + "; form-action 'self' http://\(authority)"
    }

    /// Which language a person reads: the one chosen on an earlier page, and what `language(_:)` says otherwise.
    func language(_ request: Request, _ handover: Handover) -> Language {
        handover.language ?? browserLanguage(request)
    }

    /// Which language a person reads: the one asked for by a link, the browser's, the tenant's.
    func language(_ request: Request) throws -> Language {
        if let tag = try request.query("lang"), let language = locales.language(tag) { return language }
        return browserLanguage(request)
    }

    private func browserLanguage(_ request: Request) -> Language {
        request.header("Accept-Language").map { locales.negotiate(acceptLanguage: $0) } ?? tenantLanguage
    }

    func pages(_ language: Language) -> CaptivePages {
        pages[pages.indices.first { pages[$0].language == language } ?? 0]
    }

    private static func policy(style: String, script: String) -> String {
        "default-src 'none'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
            + "style-src 'sha256-\(Base64.encode(SHA256.hash(style)))'; "
            + "script-src 'sha256-\(Base64.encode(SHA256.hash(script)))'"
    }
}

/// What the pages of every place are made from.
package struct CaptiveLook: Sendable {
    package let library: TemplateLibrary
    package let locales: Locales
    let style: String
    /// What comes to it where packages can be paid from a phone.
    let paymentStyle: String
    let script: String

    /// - Throws: `TemplateError` where a file of `portal/captive` is missing.
    package init(library: TemplateLibrary, locales: Locales) throws {
        self.library = library
        self.locales = locales
        style = try Self.asset("captive/captive.css", library)
        paymentStyle = try Self.asset("captive/payment.css", library)
        script = try Self.asset("captive/connecting.js", library)
    }

    private static func asset(_ name: String, _ library: TemplateLibrary) throws -> String {
        guard let text = library.asset(name) else {
            throw TemplateError(missing: name)
        }
        return text
    }
}
