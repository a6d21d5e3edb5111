package import SQL
package import Values

/// An internet provider with its customers, sites and money; provably apart from every other.
package struct Tenant: Hashable, Sendable {
    package let id: ID<Tenant>
    package let slug: Slug
    package let name: String
    /// An IANA name such as `Africa/Nairobi`; local days and schedules are computed in it.
    package let timeZone: String
    package let currency: Currency
    /// The language of pages where the person's browser asks for none that we have; BCP 47.
    package let language: String
    package let brand: Brand

    package init(
        id: ID<Tenant>, slug: Slug, name: String, timeZone: String, currency: Currency, language: String, brand: Brand
    ) {
        self.id = id
        self.slug = slug
        self.name = name
        self.timeZone = timeZone
        self.currency = currency
        self.language = language
        self.brand = brand
    }
}

/// How a tenant's pages look and what they say of it.
package struct Brand: Hashable, Sendable {
    package let colour: Colour
    package let logo: Logo?
    /// A line under the name on the hotspot page; empty for none.
    package let welcome: String
    /// Whom to ask: a phone number, a place; empty for none.
    package let support: String

    package init(colour: Colour, logo: Logo? = nil, welcome: String = "", support: String = "") {
        self.colour = colour
        self.logo = logo
        self.welcome = welcome
        self.support = support
    }
}

/// A picture of at most 64 KiB with its media type.
package struct Logo: Hashable, Sendable {
    package let bytes: [UInt8]
    package let mediaType: String

    /// Takes PNG and JPEG, told by their first bytes; nil for anything else and for more than 64 KiB.
    package init?(bytes: [UInt8]) {
        guard bytes.count <= 65_536 else { return nil }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            mediaType = "image/png"
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            mediaType = "image/jpeg"
        } else {
            return nil
        }
        self.bytes = bytes
    }
}

/// A colour as `#rrggbb`.
package struct Colour: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 7, text.hasPrefix("#"), Hex.decode(text.dropFirst()) != nil else { return nil }
        description = text.lowercased()
    }

    /// The calm green of a tenant that has chosen none.
    package static let standard = Colour(unchecked: "#0b6e4f")

    private init(unchecked text: String) { description = text }

}

extension Transaction {
    package borrowing func insert(_ tenant: Tenant, at now: Instant) throws(SQLError) {
        try run(
            """
            INSERT INTO main.tenant
                (id, slug, name, time_zone, currency, language, colour, logo, logo_type, welcome, support, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """, tenant.id, tenant.slug.description, tenant.name, tenant.timeZone, tenant.currency.code,
            tenant.language, tenant.brand.colour.description, tenant.brand.logo?.bytes, tenant.brand.logo?.mediaType,
            tenant.brand.welcome, tenant.brand.support, now)
        try touchDirectory(of: tenant.id)
    }

    /// Gives a tenant another look and other words.
    package borrowing func rebrand(_ tenant: ID<Tenant>, as name: String, _ brand: Brand) throws(SQLError) {
        try run(
            """
            UPDATE main.tenant SET name = $1, colour = $2, logo = $3, logo_type = $4, welcome = $5, support = $6
            WHERE id = $7
            """, name, brand.colour.description, brand.logo?.bytes, brand.logo?.mediaType, brand.welcome, brand.support,
            tenant)
        try touchDirectory(of: tenant)
    }

    /// Every tenant of the install, in the platform's scope.
    package borrowing func tenants() throws(SQLError) -> [Tenant] {
        try all(
            """
            SELECT id, slug, name, time_zone, currency, language, colour, logo, welcome, support
            FROM main.tenant ORDER BY slug
            """, read: Tenant.init(row:))
    }

    /// The tenant itself, in its own scope.
    package borrowing func tenant(_ id: ID<Tenant>) throws(SQLError) -> Tenant? {
        try first(
            """
            SELECT id, slug, name, time_zone, currency, language, colour, logo, welcome, support
            FROM tenant WHERE id = $1
            """, id, read: Tenant.init(row:))
    }

    /// The tenant of this name, in the platform's scope.
    package borrowing func tenant(named slug: Slug) throws(SQLError) -> Tenant? {
        try first(
            """
            SELECT id, slug, name, time_zone, currency, language, colour, logo, welcome, support
            FROM main.tenant WHERE slug = $1
            """, slug.description, read: Tenant.init(row:))
    }
}

extension Tenant {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        guard let slug = Slug(try row[1] as String), let currency = Currency(code: try row[4] as String),
            let colour = Colour(try row[6] as String)
        else {
            throw SQLError(.damaged, code: "tenant", message: "A tenant has an unreadable slug, currency or colour")
        }
        let logo = try (row[7] as [UInt8]?).flatMap(Logo.init(bytes:))
        self.init(
            id: try row[0], slug: slug, name: try row[2], timeZone: try row[3], currency: currency,
            language: try row[5], brand: Brand(colour: colour, logo: logo, welcome: try row[8], support: try row[9]))
    }
}
