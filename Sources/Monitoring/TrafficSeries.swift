/// What counted the bytes.
package enum TrafficSeries: Hashable, Sendable, Comparable {
    /// All sessions of the hotspot together.
    case hotspot
    /// All sessions of PPP together.
    case ppp
    /// An interface of the router, by its name.
    case interface(String)

    /// What it is called: `hotspot`, `ppp`, or the interface's name, as the router keeps it.
    package var name: String {
        switch self {
        case .hotspot: "hotspot"
        case .ppp: "ppp"
        case .interface(let name): name
        }
    }

    /// The form in which it is kept.
    var word: String {
        switch self {
        case .hotspot: "h"
        case .ppp: "p"
        case .interface(let name): "i" + name
        }
    }

    init?(word: String) {
        switch word.first {
        case "h" where word.utf8.count == 1: self = .hotspot
        case "p" where word.utf8.count == 1: self = .ppp
        case "i": self = .interface(String(word.dropFirst()))
        default: return nil
        }
    }
}
