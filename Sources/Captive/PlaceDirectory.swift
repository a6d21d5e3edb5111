import Catalog
import Locales
package import SQL
import Synchronization
import Templates
import Tenancy
import Values
import Vouchers

/// Every place of the install, in memory; read anew when a tenant, site, package or look of codes changes.
package final class PlaceDirectory: Sendable {
    private struct Key: Hashable {
        let tenant: String
        let site: String
    }

    private struct Snapshot {
        var version: Int64 = -1
        var places: [Key: Place] = [:]
    }

    let look: CaptiveLook
    /// Where phones find this gateway: scheme, host and port, without a path.
    package let publicURL: String
    private let store: Store
    private let snapshot = Mutex(Snapshot())

    /// - Throws: `TemplateError` and `SQLError`.
    package init(store: Store, look: CaptiveLook, publicURL: String) throws {
        self.store = store
        self.look = look
        self.publicURL = publicURL
        try refresh()
    }

    /// The place of a tenant's and a site's slug.
    package subscript(_ tenant: String, _ site: String) -> Place? {
        // The lock is held for a moment only: every page comes through here.
        let places = snapshot.withLock { $0.places }
        return places[Key(tenant: tenant, site: site)]
    }

    /// The icon of the gateway, `portal/icon.svg`.
    package var iconSVG: String { look.library.asset("icon.svg") ?? "" }

    /// All places; for start-up messages and the landing page.
    package var all: [Place] {
        snapshot.withLock { Array($0.places.values) }.sorted { $0.path < $1.path }
    }

    /// Reads the directory again if it changed; cheap when it did not, so it may be called twice a second.
    package func refresh() throws {
        let known = snapshot.withLock { $0.version }
        let read = try store.read(.platform) { transaction -> (Int64, [Key: Place])? in
            let version = try transaction.directoryVersion()
            return version == known ? nil : (version, try places(transaction))
        }
        guard let (version, places) = read else { return }
        snapshot.withLock {
            $0.version = version
            $0.places = places
        }
    }

    private func places(_ transaction: borrowing Transaction) throws -> [Key: Place] {
        let tenants = Dictionary(uniqueKeysWithValues: try transaction.tenants().map { ($0.id, $0) })
        let routers = Dictionary(
            grouping: try transaction.allRouters().filter { $0.state.isServed }, by: \.site)
        let packages = Dictionary(grouping: try transaction.allPackages(), by: \.tenant)
        let formats = try transaction.allCodeFormats()
        var places: [Key: Place] = [:]
        for site in try transaction.allSites() {
            guard let tenant = tenants[site.tenant] else { continue }
            places[Key(tenant: tenant.slug.description, site: site.slug.description)] = try Place(
                tenant: tenant, site: site, routers: (routers[site.id] ?? []).sorted { $0.name < $1.name },
                packages: packages[tenant.id] ?? [], formats: formats[tenant.id] ?? [], look: look)
        }
        return places
    }
}
