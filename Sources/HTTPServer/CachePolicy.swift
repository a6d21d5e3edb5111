/// What browsers and proxies may keep; RFC 9111 section 5.2.2.
package enum CachePolicy: Hashable, Sendable {
    /// Nothing: every page that depends on who asks.
    case noStore
    /// Keep, but ask each time whether it is still good.
    case revalidate
    /// The one who asked may keep it, nobody between; RFC 8908 section 5 wants this.
    case privately
    /// Anybody may keep it for these seconds.
    case shared(seconds: Int)
    /// The address changes when the content does.
    case immutable

    var text: String {
        switch self {
        case .noStore: "no-store"
        case .revalidate: "no-cache"
        case .privately: "private"
        case .shared(let seconds): "public, max-age=\(seconds)"
        case .immutable: "public, max-age=31536000, immutable"
        }
    }
}
