import Catalog
import Locales
import Payments
package import SQL
import Synchronization
import Templates
import Tenancy
import Values
import Vouchers

/// Every place of the install, in memory; read anew when a tenant, site, package, look of codes or account changes.
package final class PlaceDirectory: Sendable {
    let look: CaptiveLook
    /// Where phones find this gateway: scheme, host and port, without a path.
    package let publicURL: String
    private let store: Store
    private let version = Mutex<Int64>(-1)
    /// Every page comes through here: as many doors as loops of a usual machine, so that none waits at another's, and each
    /// with places of its own, whose references are not counted by two processors at a time.
    private let doors = (0..<8).map { _ in Door() }

    /// - Throws: `TemplateError` and `SQLError`.
    package init(store: Store, look: CaptiveLook, publicURL: String) throws {
        self.store = store
        self.look = look
        self.publicURL = publicURL
        try refresh()
    }

    /// The place of a tenant's and a site's slug.
    package subscript(_ tenant: String, _ site: String) -> Place? {
        place(tenant.utf8Span.span, site.utf8Span.span, loop: 0)
    }

    /// The place of slugs as they stand in a path, for a request on the event loop of that number.
    func place(_ tenant: Swift.Span<UInt8>, _ site: Swift.Span<UInt8>, loop: Int) -> Place? {
        doors[loop % doors.count].index.withLock { $0.place(tenant, site) }
    }

    /// The icon of the gateway, `portal/icon.svg`.
    package var iconSVG: String { look.library.asset("icon.svg") ?? "" }

    /// All places; for start-up messages and the landing page.
    package var all: [Place] {
        doors[0].index.withLock { $0 }.places.sorted { $0.path < $1.path }
    }

    /// Reads the directory again if it changed; cheap when it did not, so it may be called twice a second.
    package func refresh() throws {
        let known = version.withLock { $0 }
        let read = try store.read(.platform) { transaction -> (Int64, [Place])? in
            let version = try transaction.directoryVersion()
            return version == known ? nil : (version, try places(transaction))
        }
        guard let (version, places) = read else { return }
        for door in doors {
            let index = PlaceIndex(places.map(Place.init(twin:)))
            door.index.withLock { $0 = index }
        }
        self.version.withLock { $0 = version }
    }

    private func places(_ transaction: borrowing Transaction) throws -> [Place] {
        let tenants = Dictionary(uniqueKeysWithValues: try transaction.tenants().map { ($0.id, $0) })
        let routers = Dictionary(
            grouping: try transaction.allRouters().filter { $0.state.isServed }, by: \.site)
        let packages = Dictionary(grouping: try transaction.allPackages(), by: \.tenant)
        let formats = try transaction.allCodeFormats()
        let currencies = try transaction.openCurrencies()
        var places: [Place] = []
        for site in try transaction.allSites() {
            guard let tenant = tenants[site.tenant] else { continue }
            places.append(
                try Place(
                    tenant: tenant, site: site, routers: (routers[site.id] ?? []).sorted { $0.name < $1.name },
                    packages: packages[tenant.id] ?? [], formats: formats[tenant.id] ?? [],
                    currencies: currencies[tenant.id] ?? [], look: look))
        }
        return places
    }
}

/// Where requests of some loops find the places.
private final class Door: Sendable {
    let index = Mutex(PlaceIndex([]))
    // Two doors in one line of the processors' caches would be in each other's way.
    private let distance = InlineArray<8, UInt64>(repeating: 0)
}
