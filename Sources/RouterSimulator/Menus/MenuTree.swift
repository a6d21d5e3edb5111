import Synchronization

/// The menus of one release with its packages; shared by all routers of that kind.
final class MenuTree: Sendable {
    /// What names a row of another menu: menu and property.
    struct Referrer: Hashable, Sendable {
        let menu: String
        let property: String
    }

    let menus: [String: Menu]
    /// Every beginning of a path: `/ip`, `/ip/hotspot`….
    let directories: Set<String>
    /// What refers to a menu, by its path.
    let referrers: [String: [Referrer]]

    private struct Kind: Hashable {
        let version: RouterRelease
        let packages: Set<String>
    }

    private static let made = Mutex<[Kind: MenuTree]>([:])

    /// The tree of a release; made once.
    static func of(_ version: RouterRelease, with packages: Set<String> = []) -> MenuTree {
        made.withLock { made in
            let kind = Kind(version: version, packages: packages)
            if let tree = made[kind] { return tree }
            let tree = MenuTree(
                Menu.known.filter { $0.exists(in: version, with: packages) }.map { $0.at(version) })
            made[kind] = tree
            return tree
        }
    }

    private init(_ here: [Menu]) {
        menus = Dictionary(here.map { ($0.path, $0) }, uniquingKeysWith: { _, last in last })
        directories = Set(
            here.flatMap { menu in
                let parts = menu.path.split(separator: "/")
                return (1...parts.count).map { "/" + parts.prefix($0).joined(separator: "/") }
            })
        var referrers: [String: [Referrer]] = [:]
        for menu in here {
            for property in menu.properties {
                switch property.kind {
                case .reference(let target, _), .link(let target):
                    referrers[target, default: []].append(Referrer(menu: menu.path, property: property.name))
                default: continue
                }
            }
        }
        self.referrers = referrers
    }

    /// The tree without a folder and what is below it.
    func without(_ folder: String) -> MenuTree {
        MenuTree(menus.values.filter { $0.path != folder && !$0.path.hasPrefix(folder + "/") })
    }

    subscript(path: String) -> Menu? { menus[path] }
}
