package import SQL
package import Values

/// A hotspot location: one Wi-Fi network, served by the routers that stand there.
package struct Site: Hashable, Sendable {
    package let id: ID<Site>
    package let tenant: ID<Tenant>
    package let slug: Slug
    package let name: String
    /// The name of the Wi-Fi network that a phone joins.
    package let networkName: String
    /// Where a phone on this network finds the router's own pages: `http://10.5.50.1`, without a path.
    package let hotspotURL: String

    package init(
        id: ID<Site>, tenant: ID<Tenant>, slug: Slug, name: String, networkName: String, hotspotURL: String
    ) {
        self.id = id
        self.tenant = tenant
        self.slug = slug
        self.name = name
        self.networkName = networkName
        self.hotspotURL = hotspotURL
    }
}

extension Transaction {
    package borrowing func insert(_ site: Site, at now: Instant) throws(SQLError) {
        try run(
            """
            INSERT INTO main.site (id, tenant, slug, name, network_name, hotspot_url, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """, site.id, site.tenant, site.slug.description, site.name, site.networkName, site.hotspotURL, now)
        try touchDirectory(of: site.tenant)
    }

    /// Tells a site where its router's pages are now.
    package borrowing func moveHotspot(of site: ID<Site>, to url: String, tenant: ID<Tenant>) throws(SQLError) {
        try run("UPDATE main.site SET hotspot_url = $1 WHERE id = $2 AND tenant = $3", url, site, tenant)
        try touchDirectory(of: tenant)
    }

    /// The sites of a tenant by name.
    package borrowing func sites(of tenant: ID<Tenant>) throws(SQLError) -> [Site] {
        try all(
            """
            SELECT id, tenant, slug, name, network_name, hotspot_url FROM site WHERE tenant = $1 ORDER BY name
            """, tenant, read: Site.init(row:))
    }

    /// The sites of every tenant, in the platform's scope.
    package borrowing func allSites() throws(SQLError) -> [Site] {
        try all("SELECT id, tenant, slug, name, network_name, hotspot_url FROM main.site", read: Site.init(row:))
    }
}

extension Site {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        guard let slug = Slug(try row[2] as String) else {
            throw SQLError(.damaged, code: "site", message: "A site has an unreadable slug")
        }
        self.init(
            id: try row[0], tenant: try row[1], slug: slug, name: try row[3], networkName: try row[4],
            hotspotURL: try row[5])
    }
}
