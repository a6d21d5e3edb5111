import Tenancy
import Values

/// Places by the slugs of tenant and site, found from the bytes of a path with no text in between: every page comes
/// through here.
final class PlaceIndex: Sendable {
    let places: [Place]
    /// Open addressing: numbers of places, -1 where there is none; a power of two, at most half of it taken.
    private let slots: [Int32]

    init(_ places: [Place]) {
        self.places = places
        var size = 16
        while size < places.count * 2 { size *= 2 }
        var slots = [Int32](repeating: -1, count: size)
        for (number, place) in places.enumerated() {
            let (tenant, site) = (place.tenant.slug.description, place.site.slug.description)
            var slot = Self.hash(tenant.utf8Span.span, site.utf8Span.span) & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(number)
        }
        self.slots = slots
    }

    /// The place of these slugs.
    func place(_ tenant: Swift.Span<UInt8>, _ site: Swift.Span<UInt8>) -> Place? {
        var slot = Self.hash(tenant, site) & (slots.count - 1)
        while slots[slot] >= 0 {
            let place = places[Int(slots[slot])]
            if place.isAt(tenant, site) { return place }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// FNV-1a of both with a slash between.
    private static func hash(_ tenant: Swift.Span<UInt8>, _ site: Swift.Span<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for index in tenant.indices { mix(tenant[index]) }
        mix(UInt8(ascii: "/"))
        for index in site.indices { mix(site[index]) }
        return Int(truncatingIfNeeded: hash ^ hash >> 32)
    }
}

extension Place {
    /// What stands before the tenant's slug in the paths of places.
    static let prefix = "/hotspot/"

    /// Whether the path is of exactly these slugs.
    fileprivate func isAt(_ tenant: Swift.Span<UInt8>, _ site: Swift.Span<UInt8>) -> Bool {
        let own = path.utf8Span.span
        let slash = Self.prefix.utf8.count + tenant.count
        guard own.count == slash + 1 + site.count, own[slash] == UInt8(ascii: "/") else { return false }
        return own.extracting(Self.prefix.utf8.count...).starts(with: tenant)
            && own.extracting((slash + 1)...).starts(with: site)
    }
}
