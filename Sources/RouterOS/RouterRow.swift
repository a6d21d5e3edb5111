/// A row that shall be on a router, and how it is compared with what is there.
package struct RouterRow: Sendable {
    package let menu: Menu
    /// What finds the row.
    package let key: [RouterField]
    /// The values that it shall have; empty clears.
    package var fields: [RouterField]
    /// What is read to compare.
    package let properties: [String]
    /// The property that is left out where it reads back masked.
    package var secret: String?
    /// Whether only rows with our tag may be changed.
    package let isTagged: Bool

    package init(
        menu: Menu, key: [RouterField], fields: [RouterField], properties: [String], secret: String? = nil,
        isTagged: Bool = false
    ) {
        self.menu = menu
        self.key = key
        self.fields = fields
        self.properties = properties
        self.secret = secret
        self.isTagged = isTagged
    }

    /// The fields that the record does not have yet.
    package func missing(in record: RouterRecord) -> [RouterField] {
        fields.filter { field in
            let current = record.values[field.name]
            if field.name == secret, current.map(RouterValue.isMasked) ?? true { return false }
            return !mean(current, field)
        }
    }

    /// The fields that a fresh row needs: what differs from the router's own defaults.
    package var initial: [RouterField] {
        fields.filter { !mean(RouterSchema.menu(menu.path)?.property($0.name)?.defaultValue, $0) }
    }

    /// Whether the row is found in the record: a server of "all" is absent there.
    package func isFound(in record: RouterRecord) -> Bool {
        key.allSatisfy { mean(record.values[$0.name], $0) }
    }

    private func mean(_ current: String?, _ field: RouterField) -> Bool {
        if current == field.value { return true }
        guard let property = RouterSchema.menu(menu.path)?.property(field.name) else { return current == field.value }
        return RouterValue.mean(current, sameAs: field.value, for: property)
    }
}
