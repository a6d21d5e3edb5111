package import HTTPServer
import Locales
import Provisioning
import RouterOS
package import SQL
import Subscribers
import Templates
import Tenancy
import Values

/// What a line sees that is suspended or over: routers lead its requests here, whatever page they are for.
///
/// It has a port of its own, since any host and any path may be asked for. The answer is a page and 200, so that the
/// check of a phone or a computer for a portal opens it.
package struct KeptOut: Surface {
    package enum Audience: Hashable, Sendable { case anyone }

    package static let routes: [Route<KeptOut>] = []

    private let store: Store
    private let places: PlaceDirectory

    package init(store: Store, places: PlaceDirectory) {
        self.store = store
        self.places = places
    }

    package func admit(_ audience: Audience, _ request: Request) throws {}

    /// Every request ends here, as there is no route.
    package func problem(_ error: any Error, _ request: Request) -> Response {
        guard let place = place(of: request) else { return plain(request) }
        let page = place.pages((try? place.language(request)) ?? .english).keptOut
        return place.html(page, ["pageHref": "", "query": ""])
    }

    /// Where nobody can tell whose customer it is.
    private func plain(_ request: Request) -> Response {
        let locales = places.look.locales
        let language =
            request.header("Accept-Language").map { locales.negotiate(acceptLanguage: $0) } ?? .english
        let words = ["kept-out.heading", "kept-out.text", "kept-out.do"].compactMap { locales.plain($0, language) }
        return .text(words.joined(separator: "\n\n") + "\n")
    }

    /// Whose customer asks, as far as the source tells: a line with this address, else a router with it, which hides
    /// those behind it; else the one provider that has lines.
    private func place(of request: Request) -> Place? {
        let (all, source) = (places.all, request.clientAddress)
        if let address = IPv4Address(source),
            let routers = try? store.read(.platform, { try $0.routersOfLines(at: address) }),
            let place = Self.only(all.filter { $0.routers.contains { routers.contains($0.id) } })
        {
            return place
        }
        let behind = all.filter { place in
            place.routers.contains { router in
                RouterAddresses(router.address)?.ways.contains { $0.host == source } == true
            }
        }
        if let place = Self.only(behind) { return place }
        guard let tenants = try? store.read(.platform, { try $0.tenantsWithLines() }) else { return nil }
        return Self.only(all.filter { tenants.contains($0.tenant.id) })
    }

    /// A place of the one provider that these are of; nil where there are several, or none.
    private static func only(_ places: [Place]) -> Place? {
        Set(places.map(\.tenant.id)).count == 1 ? places.first : nil
    }
}
