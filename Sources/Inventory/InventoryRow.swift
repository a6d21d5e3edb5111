import JSON
package import RouterOS
import Values

/// One row of a router's table as it is kept: values in one form, secrets left out.
package struct InventoryRow: Hashable, Sendable {
    /// `*1F`; nil for a record.
    package let id: String?
    /// What the router tells, by property; of a secret nothing.
    package let values: [String: String]
    /// The secrets that are set.
    package let secrets: Set<String>

    package init(id: String? = nil, _ values: [String: String], secrets: Set<String> = []) {
        self.id = id
        self.values = values
        self.secrets = secrets
    }

    /// The text of a property; absent and empty are both nil.
    package subscript(name: String) -> String? {
        guard let text = values[name], !text.isEmpty else { return nil }
        return text
    }

    /// Whether a flag is set; an absent flag is not.
    package func flag(_ name: String) -> Bool { self[name].flatMap(RouterValue.truth) ?? false }

    /// Whether a property names a row that is gone: the router shows its bare id then.
    package func isDangling(_ name: String) -> Bool { self[name].map(RouterValue.isDangling) ?? false }
}

extension InventoryRow {
    /// The longest value that is kept, in characters; a script may be long.
    static let longestValue = 16_384

    /// Takes what a router gave: one form for each value, no secret in the clear.
    package init(_ record: RouterRecord, of menu: RouterMenu) {
        var values: [String: String] = [:]
        var secrets: Set<String> = []
        for (name, text) in record.values {
            if SecretWords.isSecret(name, menu.property(name)) {
                if !text.isEmpty { secrets.insert(name) }
            } else {
                let value = NormalForm.text(String(text.prefix(Self.longestValue)), of: menu.property(name), name)
                values[name] = SecretWords.isScript(name) ? SecretWords.hiding(in: value) : value
            }
        }
        self.init(id: record.id?.description, values, secrets: secrets)
    }
}

// MARK: JSON

extension InventoryRow {
    /// The row as an object with sorted keys, so that the same row is the same bytes; a secret that is set is `true`.
    var json: JSON {
        var members = values.map { JSONObject.Member(key: $0.key, value: .string($0.value)) }
        members += secrets.filter { values[$0] == nil }.map { JSONObject.Member(key: $0, value: .bool(true)) }
        members.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        if let id { members.insert(JSONObject.Member(key: ".id", value: .string(id)), at: 0) }
        return .object(JSONObject(members))
    }

    init?(_ json: JSON) {
        guard let object = json.object else { return nil }
        var values: [String: String] = [:]
        var secrets: Set<String> = []
        for member in object where member.key != ".id" {
            switch member.value {
            case .string(let text): values[member.key] = text
            case .bool(true): secrets.insert(member.key)
            default: return nil
            }
        }
        self.init(id: object[".id"]?.text, values, secrets: secrets)
    }
}
