/// What the menus of RouterOS hold: which properties, since and until which version, readable or writable.
///
/// The tables are text, one menu after another, so that a menu more is a few lines more:
/// ```
/// /ip/hotspot/user table            path, table (rows with ids) or record (one, without id), versions
///   does add remove reset-counters(numbers)      commands with their arguments
///   rw text name! email password=x  access, type, names; `!` needed when adding, `=` default
///   7.21.3.. rw text otp-secret     first and last version on either side of `..`
/// ```
/// Facts were gathered from the command trees of versions 7.9 to 7.24; a property without a first version is at least
/// as old as 7.9. A type with words in brackets takes these words too; `choice` and `flags` take nothing else.
package enum RouterSchema {
    /// The oldest and the newest version that the tables were checked against.
    package static let checkedVersions = RouterVersion(7, 9)...RouterVersion(7, 24)

    /// All menus in the order of the tables.
    package static let menus: [RouterMenu] = [
        hotspotMenus, systemMenus, networkMenus, healthMenus, linkMenus, addressMenus, firewallMenus, queueMenus,
        userManagerMenus,
    ].flatMap(SchemaReader.read)

    /// The menu at a path such as `/ip/hotspot/user`.
    package static func menu(_ path: String) -> RouterMenu? { byPath[path] }

    private static let byPath = Dictionary(uniqueKeysWithValues: menus.map { ($0.path, $0) })
}

/// The versions that have something; an open end is nil.
package struct RouterVersionRange: Hashable, Sendable {
    package let since: RouterVersion?
    package let until: RouterVersion?

    package func contains(_ version: RouterVersion) -> Bool {
        since.map { version >= $0 } ?? true && until.map { version <= $0 } ?? true
    }
}

/// One menu: a table of rows or a single record.
package struct RouterMenu: Sendable {
    package let path: String
    /// Whether the menu is one record without ids, written by the command `set`.
    package let isRecord: Bool
    package let versions: RouterVersionRange
    /// Command names with their argument names; `add` and `set` take the writable properties.
    package fileprivate(set) var commands: [String: [String]] = [:]
    package fileprivate(set) var properties: [RouterProperty] = []
    private var positions: [String: Int] = [:]

    fileprivate init(path: String, isRecord: Bool, versions: RouterVersionRange) {
        self.path = path
        self.isRecord = isRecord
        self.versions = versions
    }

    /// The property of that name.
    package func property(_ name: String) -> RouterProperty? { positions[name].map { properties[$0] } }

    /// Whether that version takes the property when writing.
    package func isWritable(_ name: String, in version: RouterVersion) -> Bool {
        guard let property = property(name), property.access != .readOnly else { return false }
        return property.versions.contains(version)
    }

    /// The names that this version shows when it is read, in the order of the tables.
    package func readableNames(in version: RouterVersion) -> [String] {
        properties.filter { $0.access != .writeOnly && $0.versions.contains(version) }.map(\.name)
    }

    fileprivate mutating func append(_ property: RouterProperty) {
        positions[property.name] = properties.count
        properties.append(property)
    }
}

extension Menu {
    /// The path of a menu that stands in the tables.
    package init(_ menu: RouterMenu) { path = menu.path }
}

/// One property of a menu.
package struct RouterProperty: Hashable, Sendable {
    package enum Access: String, Sendable {
        case readWrite = "rw"
        case readOnly = "ro"
        /// Taken, but never shown.
        case writeOnly = "wo"
    }

    /// The form of the value; a hint for stand-ins, not a full grammar.
    package enum Kind: String, Sendable {
        case text, number, bool, duration, date, mac, address, pair, list
        /// One or several addresses, networks or ranges.
        case addresses
        /// One of `words`.
        case choice
        /// Some of `words`, with commas between.
        case flags
        /// The name of a row in another menu, whose path is the first of `words`.
        case row
    }

    package let name: String
    package let access: Access
    package let type: Kind
    /// Literal words that the property knows; the other menu's path first where `type` is `row`.
    package let words: [String]
    package let versions: RouterVersionRange
    package let isRequired: Bool
    package let defaultValue: String?

    package var since: RouterVersion? { versions.since }
    package var until: RouterVersion? { versions.until }
}

/// Reads the notation of `RouterSchema`; a slip in a table traps at first use.
private enum SchemaReader {
    static func read(_ table: String) -> [RouterMenu] {
        var menus: [RouterMenu] = []
        for line in table.split(separator: "\n") {
            var words = line.split(separator: " ")[...]
            guard let first = words.popFirst() else { continue }
            if first.hasPrefix("/") {
                menus.append(menu(String(first), words))
            } else if first == "does" {
                for word in words { append(command: word, to: &menus) }
            } else {
                let versions = first.contains("..") ? range(first) : range("..")
                let access = first.contains("..") ? words.popFirst() : first
                append(properties: words, access: access, versions, to: &menus)
            }
        }
        return menus
    }

    private static func menu(_ path: String, _ words: ArraySlice<Substring>) -> RouterMenu {
        let versions = words.count == 2 ? words.last.map(range) : nil
        return RouterMenu(path: path, isRecord: words.first == "record", versions: versions ?? range(".."))
    }

    private static func append(command: Substring, to menus: inout [RouterMenu]) {
        let (name, arguments) = brackets(command)
        menus[menus.count - 1].commands[name] = arguments.split(separator: ",").map(String.init)
    }

    private static func append(
        properties: ArraySlice<Substring>, access: Substring?, _ versions: RouterVersionRange,
        to menus: inout [RouterMenu]
    ) {
        let (kind, words) = brackets(properties.first ?? "")
        guard let access = access.flatMap({ RouterProperty.Access(rawValue: String($0)) }),
            let type = RouterProperty.Kind(rawValue: kind)
        else { preconditionFailure("The schema table has no access or type \(kind)") }
        for word in properties.dropFirst() {
            let halves = word.split(separator: "=", maxSplits: 1)
            let isRequired = halves[0].hasSuffix("!")
            menus[menus.count - 1].append(
                RouterProperty(
                    name: String(isRequired ? halves[0].dropLast() : halves[0]), access: access, type: type,
                    words: words.split(separator: "|").map(String.init), versions: versions, isRequired: isRequired,
                    defaultValue: halves.count == 2 ? String(halves[1]) : nil))
        }
    }

    /// Takes `name(inside)` apart; without brackets the inside is empty.
    private static func brackets(_ word: Substring) -> (name: String, inside: Substring) {
        guard let open = word.firstIndex(of: "("), word.hasSuffix(")") else { return (String(word), "") }
        return (String(word[..<open]), word[word.index(after: open)...].dropLast())
    }

    private static func range(_ word: some StringProtocol) -> RouterVersionRange {
        let text = String(word)
        let since = text.hasPrefix("..") ? nil : text.split(separator: "..").first
        let until = text.hasSuffix("..") ? nil : text.split(separator: "..").last
        return RouterVersionRange(
            since: since.flatMap { RouterVersion($0) }, until: until.flatMap { RouterVersion($0) })
    }
}
