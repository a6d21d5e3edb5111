import RouterOS

/// What was just read of a router, as far as an order needs it.
struct RouterPicture: Sendable {
    let version: RouterVersion
    /// The rows of each menu that was read, in the router's order.
    private(set) var tables: [String: [RouterRecord]] = [:]
    /// The menus that the router turned out not to have.
    private(set) var absent: Set<String> = []
    private let transport: any RouterTransport

    /// Looks at the version first: it decides what may be written.
    init(_ transport: any RouterTransport) async throws {
        self.transport = transport
        let resource = try await transport.readRecord(.systemResource, properties: ["version"])
        guard let version = resource["version"].flatMap({ RouterVersion($0) }) else {
            throw RouterError(.notReady, in: .systemResource)
        }
        self.version = version
    }

    /// The rows of a menu, read once; a menu that is absent has none.
    mutating func rows(_ menu: Menu) async throws -> [RouterRecord] {
        if let known = tables[menu.path] { return known }
        var rows: [RouterRecord] = []
        do throws(RouterError) {
            rows = try await transport.read(menu, properties: [])
        } catch {
            // Over REST the name of a menu that is not there reads as that of a row of the menu above.
            guard error.kind == .menuAbsent || error.kind == .noSuchItem else { throw error }
            absent.insert(menu.path)
        }
        tables[menu.path] = rows
        return rows
    }

    /// The names of the rows of a menu.
    mutating func names(_ path: String) async throws -> Set<String> {
        guard let menu = RouterSchema.menu(path) else { return [] }
        return Set(try await rows(Menu(menu)).compactMap { $0["name"] })
    }
}

extension RouterRecord {
    /// The values that somebody set, as the version takes them back; counters and states stay out.
    func settings(of menu: Menu, in version: RouterVersion) -> [String: String] {
        guard let schema = RouterSchema.menu(menu.path) else { return [:] }
        return values.filter { name, value in
            guard let property = schema.property(name), property.access == .readWrite else { return false }
            return property.versions.contains(version)
        }
    }

    /// How people call the row: by its key, its comment, what it does, its id.
    func label(_ recipe: ChangeRecipe?) -> String {
        if let name = recipe?.key.flatMap({ self[$0] }) ?? self["name"] ?? self["user"] { return name }
        if let comment = self["comment"] { return comment }
        let deed = [self["chain"], self["action"]].compactMap(\.self).joined(separator: " ")
        return deed.isEmpty ? id?.description ?? "" : "\(deed) \(id?.description ?? "")"
    }
}
