import Arguments
import Catalog
import Crypto
import Glibc
import HTTPClient
import Locales
import Provisioning
import RouterOS
import SQL
import Templates
import Tenancy
import Values

/// Commands that make tenants, sites, packages and staff.
enum SetupCommands {
    private static let tenantOption = Command.Option.value("tenant", "SLUG", "the tenant", isRequired: true)

    static let all: [Command] = [
        Command(
            "tenant create", "Makes a tenant: an internet provider.",
            options: [
                .value("slug", "SLUG", "its name in addresses: a-z, 0-9 and hyphens", isRequired: true),
                .value("name", "NAME", "its name for people", isRequired: true),
                .value("time-zone", "ZONE", "IANA name [Africa/Nairobi]"), .value("currency", "CODE", "ISO 4217 [KES]"),
                .value("language", "TAG", "en or sw [en]"), .value("colour", "#RRGGBB", "colour of its pages"),
                .value("support", "TEXT", "whom customers call"),
            ] + OperationCommands.common
        ) { try createTenant($0) },
        Command(
            "tenant update", "Changes the name, look and words of a tenant; what is not given stays.",
            options: [
                tenantOption, .value("name", "NAME", "its name for people"),
                .value("colour", "#RRGGBB", "colour of its pages and cards"),
                .value("logo", "FILE", "PNG or JPEG of at most 64 KiB; an empty text takes it away"),
                .value("welcome", "TEXT", "a line on the hotspot page"),
                .value("support", "TEXT", "whom customers call"),
            ] + OperationCommands.common
        ) { try updateTenant($0) },
        Command(
            "site create", "Makes a hotspot location of a tenant.",
            options: [
                tenantOption, .value("slug", "SLUG", "its name in addresses", isRequired: true),
                .value("name", "NAME", "its name for people", isRequired: true),
                .value("wifi", "SSID", "the Wi-Fi network that phones join", isRequired: true),
                .value(
                    "hotspot-url", "URL", "where phones find the router's pages: http://10.5.50.1", isRequired: true),
            ] + OperationCommands.common
        ) { try createSite($0) },
        Command(
            "package create", "Makes a package: what a voucher is worth.",
            options: [
                tenantOption, .value("name", "NAME", "its name for people", isRequired: true),
                .value("price", "AMOUNT", "in the tenant's currency, such as 50 or 49.50", isRequired: true),
                .value("time", "SPAN", "by the clock from first use: 90m, 1d12h"),
                .value("online-time", "SPAN", "only while connected, all devices together"),
                .value("data-limit", "VOLUME", "up and down together: 500MB, 1.5GB"),
                .value("rate", "RATE", "RouterOS rate-limit, upload/download: 2M/5M"),
                .value("devices", "N", "devices at a time [1]"),
                .value("voucher-validity", "SPAN", "how long an unused voucher is good: 90d"),
                .value("schedule", "TEXT", "hours of the week: mon-fri 22:00-06:00"),
                .value("fair-use", "TEXT", "5GB/day throttle 512k/1M, 50GB/week block, 100GB/month notify"),
                .flag("trial", "tried for nothing on the hotspot page, once a device and phone; needs --price 0"),
                .value("trial-again", "SPAN", "when it may be tried anew [never]: 90d"),
                .flag("unlisted", "not shown among the offers of the hotspot page"),
            ] + OperationCommands.common
        ) { try createPackage($0) },
        Command(
            "staff create", "Makes a member of staff; the password is read from standard input.",
            options: [
                tenantOption, .value("login", "NAME", "e-mail address or short name", isRequired: true),
                .value("name", "NAME", "for people", isRequired: true),
                .value("role", "ROLE", "isp_admin or hotspot_admin [isp_admin]"),
            ] + OperationCommands.common
        ) { try createStaff($0) },
    ]

    /// The tenant that `--tenant` names.
    static func tenant(_ invocation: Invocation, _ install: Install) throws -> Tenant {
        let name = invocation.required("tenant")
        let found = try Slug(name).flatMap { slug in
            try install.store.read(.platform) { try $0.tenant(named: slug) }
        }
        guard let found else { throw Misuse("there is no tenant \(name)") }
        return found
    }

    /// The router that an operand names.
    static func router(_ invocation: Invocation, _ install: Install, operand: String = "NAME") throws -> Router {
        let tenant = try tenant(invocation, install)
        return try router(named: invocation.operand(operand), of: tenant, install)
    }

    static func router(named name: String, of tenant: Tenant, _ install: Install) throws -> Router {
        let routers = try install.store.read(.tenant(tenant.id)) { try $0.routers(of: tenant.id) }
        guard let router = routers.first(where: { $0.name == name }) else {
            throw Misuse("there is no router \(name); there are: \(routers.map(\.name).joined(separator: ", "))")
        }
        return router
    }

    static func slug(_ invocation: Invocation) throws -> Slug {
        guard let slug = Slug(invocation.required("slug")) else {
            throw Misuse("--slug takes 2 to 40 lower-case letters, digits and inner hyphens")
        }
        return slug
    }

    private static func createTenant(_ invocation: Invocation) throws {
        let slug = try slug(invocation)
        let zone = invocation["time-zone"] ?? "Africa/Nairobi"
        guard TimeZoneID(validating: zone) != nil else {
            throw Misuse("--time-zone takes an IANA name: Africa/Nairobi")
        }
        guard let currency = Currency(code: invocation["currency"] ?? "KES") else {
            throw Misuse("--currency takes an ISO 4217 code such as KES or UGX")
        }
        let colour = try colour(invocation)
        let install = try Install(OperationCommands.settings(invocation), makes: true)
        defer { install.store.close() }
        let language = invocation["language"] ?? "en"
        _ = try install.locales.language(named: language)
        let now = SystemClock.now()
        let tenant = Tenant(
            id: ID(at: now), slug: slug, name: try invocation.line("name", maximum: 60),
            timeZone: zone, currency: currency, language: language,
            brand: Brand(
                colour: colour ?? .standard,
                support: try invocation.optionalLine("support", maximum: 60) ?? ""))
        try insert("tenant \(slug)") { try install.store.writeNow(.platform) { try $0.insert(tenant, at: now) } }
    }

    private static func updateTenant(_ invocation: Invocation) throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let tenant = try tenant(invocation, install)
        let colour = try colour(invocation) ?? tenant.brand.colour
        let logo = try invocation["logo"].map { try self.logo(at: $0) } ?? tenant.brand.logo
        let name = try text(invocation, "name", 60) ?? tenant.name
        let brand = Brand(
            colour: colour, logo: logo, welcome: try text(invocation, "welcome", 160) ?? tenant.brand.welcome,
            support: try text(invocation, "support", 60) ?? tenant.brand.support)
        try install.store.writeNow(.tenant(tenant.id)) { try $0.rebrand(tenant.id, as: name, brand) }
        Console.show("changed tenant \(tenant.slug)")
    }

    /// One line of text; an empty one is allowed and takes the old one away.
    private static func text(_ invocation: Invocation, _ option: String, _ maximum: Int) throws -> String? {
        if option != "name", invocation[option]?.isEmpty == true { return "" }
        return try invocation.optionalLine(option, maximum: maximum)
    }

    private static func colour(_ invocation: Invocation) throws -> Colour? {
        try invocation["colour"].map { text in
            guard let colour = Colour(text) else { throw Misuse("--colour takes #rrggbb") }
            return colour
        }
    }

    private static func logo(at path: String) throws -> Logo? {
        if path.isEmpty { return nil }
        guard let bytes = TextFile.bytes(of: path), let logo = Logo(bytes: bytes) else {
            throw Misuse("--logo takes a PNG or JPEG file of at most 64 KiB")
        }
        return logo
    }

    private static func createSite(_ invocation: Invocation) throws {
        let slug = try slug(invocation)
        let url = invocation.required("hotspot-url")
        guard RouterWay(url)?.service == .http else {
            throw Misuse("--hotspot-url takes http://host without a path")
        }
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let tenant = try tenant(invocation, install)
        let now = SystemClock.now()
        let site = Site(
            id: ID(at: now), tenant: tenant.id, slug: slug,
            name: try invocation.line("name", maximum: 60),
            networkName: try invocation.line("wifi", maximum: 32), hotspotURL: url)
        try insert("site \(slug)") { try install.store.writeNow(.tenant(tenant.id)) { try $0.insert(site, at: now) } }
    }

    private static func createPackage(_ invocation: Invocation) throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let tenant = try tenant(invocation, install)
        let now = SystemClock.now()
        let offer = try PackageOptions(invocation).package(of: tenant, at: now)
        try insert("package \(offer.name)") {
            try install.store.writeNow(.tenant(tenant.id)) { transaction in
                let position = try transaction.packages(of: tenant.id).count
                try transaction.insert(offer, position: position, at: now)
            }
        }
    }

    private static func createStaff(_ invocation: Invocation) throws {
        guard let role = Staff.Role(rawValue: invocation["role"] ?? "isp_admin") else {
            throw Misuse("--role takes \(Staff.Role.allCases.map(\.rawValue).joined(separator: " or "))")
        }
        guard let password = readLine(strippingNewline: true), password.utf8.count >= 8 else {
            throw Misuse("give a password of at least 8 characters on standard input")
        }
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let tenant = try tenant(invocation, install)
        let now = SystemClock.now()
        let login = try invocation.line("login", maximum: 120).lowercased()
        let staff = Staff(
            id: ID(at: now), tenant: tenant.id, login: login,
            name: try invocation.line("name", maximum: 60), role: role,
            passwordHash: Passwords.hash(Secret(password)))
        try insert("staff \(login)") {
            try install.store.writeNow(.tenant(tenant.id)) { try $0.insert(staff, at: now) }
        }
    }

    /// Says what was made, or that it is there already.
    static func insert(_ what: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as SQLError where error.kind == .duplicate {
            throw Declined("there is a \(what) already")
        }
        Console.show("made \(what)")
    }
}

/// The options of a package, read into values.
struct PackageOptions {
    private let invocation: Invocation

    init(_ invocation: Invocation) { self.invocation = invocation }

    func package(of tenant: Tenant, at now: Instant) throws -> Package {
        guard let price = Money(invocation.required("price"), in: tenant.currency) else {
            throw Misuse("--price takes an amount such as 50 or 49.50")
        }
        let data = try value("data-limit", "500MB or 1.5GB") { DataVolume($0) }
        let time = try time()
        guard time != .unlimited || data != nil else {
            throw Misuse("a package needs --time, --online-time or --data-limit")
        }
        return Package(
            id: ID(at: now), tenant: tenant.id, name: try invocation.line("name", maximum: 60),
            price: price, time: time, data: Allowance(data),
            rateLimit: try value("rate", "upload/download such as 2M/5M") { RateLimit($0) },
            deviceLimit: try invocation.number("devices", in: 1...1_000) ?? 1,
            voucherValidity: Allowance(try value("voucher-validity", "a span such as 90d") { Span($0) }),
            schedule: try value("schedule", "hours such as mon-fri 22:00-06:00") { Schedule($0) },
            fairUse: try value("fair-use", "a share such as 5GB/day throttle 512k/1M, block or notify") { FairUse($0) },
            isListed: !invocation.has("unlisted"), trial: try trial(price))
    }

    private func trial(_ price: Money) throws -> Trial? {
        let again = try value("trial-again", "a span such as 90d") { Span($0) }
        guard invocation.has("trial") else {
            guard again == nil else { throw Misuse("--trial-again goes with --trial") }
            return nil
        }
        guard price.minorUnits == 0 else { throw Misuse("a package with --trial needs --price 0") }
        return again.map { .every($0) } ?? .once
    }

    private func time() throws -> Package.TimeLimit {
        let wall = try value("time", "a span such as 1d12h") { Span($0) }
        let online = try value("online-time", "a span such as 10h") { Span($0) }
        switch (wall, online) {
        case (nil, nil): return .unlimited
        case (let span?, nil): return .fromFirstUse(span)
        case (nil, let span?): return .online(span)
        case (_?, _?): throw Misuse("--time and --online-time exclude each other")
        }
    }

    private func value<Value>(_ option: String, _ example: String, _ read: (String) -> Value?) throws -> Value? {
        guard let text = invocation[option] else { return nil }
        guard let value = read(text) else { throw Misuse("--\(option) takes \(example)") }
        return value
    }
}
