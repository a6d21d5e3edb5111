import RouterOS
import Values

extension ChangePlanner {
    /// The fields in the router's forms, and what is wrong with the others.
    func normalised(
        _ typed: [String: String], _ recipe: ChangeRecipe
    ) -> (fields: [String: String], flaws: [ChangeFlaw]) {
        var fields: [String: String] = [:]
        var flaws: [ChangeFlaw] = []
        for (name, text) in typed.sorted(by: { $0.key < $1.key }) {
            do throws(ChangeFlaw) {
                guard let property = recipe.schema?.property(name), recipe.offered.contains(name) else {
                    throw ChangeFlaw(.unknownProperty, name, ["words": .text(recipe.offered.joined(separator: ", "))])
                }
                guard recipe.isWritable(name, in: picture.version) else {
                    throw ChangeFlaw(.olderVersion, name, ["version": .text("\(picture.version)")])
                }
                fields[name] = try FieldForm(property: property, path: recipe.menu.path).normalised(text)
            } catch {
                flaws.append(error)
            }
        }
        return (fields, flaws)
    }

    /// What is wrong with a row as it would be; only what is written is looked up.
    mutating func check(
        _ row: [String: String], written: Set<String>, _ recipe: ChangeRecipe, besides id: RouterID?
    ) async throws -> [ChangeFlaw] {
        var flaws: [ChangeFlaw] = []
        for name in written.sorted() {
            guard let value = row[name], !value.isEmpty, let property = recipe.schema?.property(name) else { continue }
            if let flaw = try await lookUp(value, property, recipe) { flaws.append(flaw) }
        }
        flaws += try await twins(row, written: written, recipe, besides: id)
        flaws += try await places(row, written: written, recipe)
        return flaws
    }

    // MARK: References

    /// A flaw where a value names a row that is not there.
    private mutating func lookUp(
        _ value: String, _ property: RouterProperty, _ recipe: ChangeRecipe
    ) async throws -> ChangeFlaw? {
        guard let reference = RowReference(property, in: recipe.menu.path), value != property.defaultValue else {
            return nil
        }
        var names: Set<String> = []
        for path in reference.paths { names.formUnion(try await picture.names(path)) }
        for part in reference.parts(of: value) where !names.contains(part) {
            guard !reference.words.contains(part), !(reference.takesAddresses && AddressRange(part) != nil) else {
                continue
            }
            return ChangeFlaw(
                .noSuchReference, property.name,
                ["value": .text(part), "table": .text(reference.paths.joined(separator: ", "))])
        }
        return nil
    }

    /// Refuses to remove what others name: they would point to nothing.
    mutating func checkUnused(_ row: RouterRecord, _ recipe: ChangeRecipe) async throws {
        guard let name = row["name"] else { return }
        let paths: Set<String> = recipe.isInterface ? [recipe.menu.path, "/interface"] : [recipe.menu.path]
        for other in ChangeRecipe.all where !other.isPreset {
            let names = (other.schema?.properties ?? []).compactMap { property -> (String, RowReference)? in
                guard property.access == .readWrite, let reference = RowReference(property, in: other.menu.path),
                    !paths.isDisjoint(with: reference.paths)
                else { return nil }
                return (property.name, reference)
            }
            guard !names.isEmpty else { continue }
            for user in try await picture.rows(other.menu) where user.id != row.id || other.menu != recipe.menu {
                let isUser = names.contains { property, reference in
                    user[property].map { reference.parts(of: $0).contains(name) } ?? false
                }
                guard !isUser || user.flag("dynamic") else {
                    throw ChangeFlaw(
                        .inUse, nil,
                        ["row": .text(name), "value": .text(user.label(other)), "table": .text(other.menu.path)])
                }
            }
        }
    }

    // MARK: Twins

    /// Flaws where another row has the same name or address.
    private mutating func twins(
        _ row: [String: String], written: Set<String>, _ recipe: ChangeRecipe, besides id: RouterID?
    ) async throws -> [ChangeFlaw] {
        var flaws: [ChangeFlaw] = []
        for set in recipe.unique where !written.isDisjoint(with: set) {
            guard let first = set.first, let value = row[first], !value.isEmpty else { continue }
            // The name of a pool may serve many.
            if first == "remote-address", IPv4Address(value) == nil { continue }
            let twin = try await picture.rows(recipe.menu).first { other in
                // A lease that the server gave out gives way to a fixed one.
                other.id != id && !(recipe.menu.path == "/ip/dhcp-server/lease" && other.flag("dynamic"))
                    && set.allSatisfy { isSame(other.values[$0], row[$0], $0, recipe) }
            }
            if let twin { flaws.append(self.twin(first, value, twin.label(recipe), recipe.menu.path)) }
        }
        guard recipe.isInterface, written.contains("name"), let name = row["name"], flaws.isEmpty else { return flaws }
        let former = try await picture.rows(recipe.menu).first { $0.id == id }?["name"]
        if name != former, try await picture.names("/interface").contains(name) {
            flaws.append(twin("name", name, name, "/interface"))
        }
        return flaws
    }

    private func isSame(_ left: String?, _ right: String?, _ name: String, _ recipe: ChangeRecipe) -> Bool {
        guard let property = recipe.schema?.property(name) else { return left == right }
        if recipe.menu.path == "/ip/address", name == "address" {
            return left.flatMap { Network($0) }?.address == right.flatMap { Network($0) }?.address
        }
        return FieldMeaning.same(left, right, property, in: recipe.menu.path)
    }

    private func twin(_ property: String, _ value: String, _ row: String, _ path: String) -> ChangeFlaw {
        ChangeFlaw(.twin, property, ["value": .text(value), "row": .text(row), "table": .text(path)])
    }

    // MARK: Places

    /// Flaws where addresses lie outside the network they belong to, or ports have no protocol.
    private mutating func places(
        _ row: [String: String], written: Set<String>, _ recipe: ChangeRecipe
    ) async throws -> [ChangeFlaw] {
        switch recipe.menu.path {
        case "/ip/dhcp-server/network": return gateways(row, written)
        case "/ip/address":
            guard written.contains("network"), let network = row["address"].flatMap({ Network($0) }),
                let given = row["network"], !given.isEmpty, given != IPv4Address(bits: network.first).description
            else { return [] }
            return [ChangeFlaw(.outside, "network", ["network": .text(network.description)])]
        case "/ip/dhcp-server", "/ip/hotspot": return try await pools(row, written)
        case "/ip/firewall/filter", "/ip/firewall/nat", "/ip/firewall/mangle": return protocols(row, written)
        default: return []
        }
    }

    private func gateways(_ row: [String: String], _ written: Set<String>) -> [ChangeFlaw] {
        guard !written.isDisjoint(with: ["address", "gateway"]), let network = row["address"].flatMap({ Network($0) }),
            let gateway = row["gateway"], !AddressRange.list(gateway).allSatisfy({ network.contains($0) })
        else { return [] }
        return [ChangeFlaw(.outside, "gateway", ["network": .text(network.description)])]
    }

    /// A pool must lie in a network of the interface that gives its addresses away; relayed ones come from elsewhere.
    private mutating func pools(_ row: [String: String], _ written: Set<String>) async throws -> [ChangeFlaw] {
        guard !written.isDisjoint(with: ["address-pool", "interface"]), let name = row["address-pool"],
            let interface = row["interface"], row["relay"] ?? "" == "" || row["relay"] == "0.0.0.0",
            let pool = try await picture.rows(.pool).first(where: { $0["name"] == name })
        else { return [] }
        let networks = try await picture.rows(.address)
            .filter { $0["interface"] == interface && !$0.flag("disabled") }
            .compactMap { $0["address"].flatMap { Network($0) } }
        let ranges = AddressRange.list(pool["ranges"] ?? "")
        guard !networks.isEmpty, !ranges.allSatisfy({ range in networks.contains { $0.contains(range) } }) else {
            return []
        }
        let names = networks.map(\.description).joined(separator: ", ")
        return [ChangeFlaw(.outside, "address-pool", ["network": .text(names)])]
    }

    /// Ports mean something to a few protocols only.
    private func protocols(_ row: [String: String], _ written: Set<String>) -> [ChangeFlaw] {
        let ports = ["src-port", "dst-port", "port", "to-ports"]
        let carriers = ["tcp", "udp", "udp-lite", "dccp", "sctp", "6", "17"]
        guard !written.isDisjoint(with: ports + ["protocol"]),
            let port = ports.first(where: { row[$0]?.isEmpty == false }),
            !carriers.contains(row["protocol"] ?? "")
        else { return [] }
        return [ChangeFlaw(.needsPorts, port)]
    }
}

extension Menu {
    static let address = Menu("/ip/address")
    static let simpleQueue = Menu("/queue/simple")
}

/// What a property's value must be the name of.
struct RowReference {
    /// The menus whose rows may be meant.
    var paths: [String]
    /// Words that mean no row.
    var words: [String] = []
    /// What stands between several names.
    private var separator: Character?
    var takesAddresses = false

    /// Nil for a property that names no row.
    init?(_ property: RouterProperty, in path: String) {
        switch property.name {
        case "in-interface", "out-interface": paths = ["/interface"]
        case "in-interface-list", "out-interface-list":
            paths = ["/interface/list"]
            words = ["all", "none", "dynamic", "static"]
        case "local-address" where path.hasPrefix("/ppp/"), "remote-address" where path.hasPrefix("/ppp/"):
            paths = ["/ip/pool"]
            takesAddresses = true
        case "queue" where property.type == .pair:
            paths = ["/queue/type"]
            words = ["default-small", "default"]
            separator = "/"
        case "parent" where path == "/queue/tree":
            paths = ["/queue/tree", "/interface"]
            words = ["global"]
        case "target" where path == "/queue/simple":
            paths = ["/interface"]
            takesAddresses = true
            separator = ","
        case "trial-user-profile": paths = ["/ip/hotspot/user/profile"]
        default:
            guard property.type == .row, let first = property.words.first else { return nil }
            let isList = first.hasSuffix("*")
            paths = [isList ? String(first.dropLast()) : first]
            words = Array(property.words.dropFirst()) + ["none"]
            separator = isList ? "," : nil
        }
    }

    /// The names in a value.
    func parts(of value: String) -> [String] {
        let plain = value.hasPrefix("!") ? value.dropFirst() : value[...]
        guard let separator else { return [String(plain)] }
        return plain.split(separator: separator).map { String($0).trimmed }
    }
}
