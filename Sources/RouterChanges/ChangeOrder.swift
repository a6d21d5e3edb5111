package import JSON

/// What somebody wants of a router, before anything was read.
package enum ChangeOrder: Hashable, Sendable {
    /// A row of a table made, changed or removed.
    case row(RowOrder)
    /// A customer's speed from now on, `upload/download` as a simple queue takes it.
    case speed(customer: String, limit: String)
    /// The sessions of a customer ended, in the hotspot and over PPP.
    case disconnect(customer: String)
    case reboot

    /// The name of what is done, in the journal: `ppp-secret.set`, `reboot`.
    package var title: String {
        switch self {
        case .row(let order): "\(order.recipe).\(order.deed.rawValue)"
        case .speed: "speed"
        case .disconnect: "disconnect"
        case .reboot: "reboot"
        }
    }

    /// The row or customer that is meant; empty where there is none.
    package var subject: String {
        switch self {
        case .row(let order):
            order.row ?? order.fields["name"] ?? order.fields["address"] ?? order.fields["comment"] ?? ""
        case .speed(let customer, _), .disconnect(let customer): customer
        case .reboot: ""
        }
    }
}

/// A row to be made, changed or removed.
package struct RowOrder: Hashable, Sendable {
    package enum Deed: String, Hashable, Sendable, CaseIterable { case add, set, remove }

    package let deed: Deed
    /// The name of the recipe.
    package let recipe: String
    /// The row's id or name; nil for a new one.
    package let row: String?
    /// The properties to write, as typed; an empty text clears.
    package let fields: [String: String]
    /// The id of the row that the new or changed one stands before; nil leaves it where it is, or at the end.
    package let before: String?

    package init(
        _ deed: Deed, _ recipe: String, row: String? = nil, _ fields: [String: String] = [:], before: String? = nil
    ) {
        self.deed = deed
        self.recipe = recipe
        self.row = row
        self.fields = fields
        self.before = before
    }
}

extension ChangeOrder {
    /// The order as it travels in a sealed form.
    package var json: JSON {
        switch self {
        case .row(let order):
            var object: JSONObject = ["deed": .string(order.deed.rawValue), "recipe": .string(order.recipe)]
            object["row"] = order.row.map { .string($0) }
            object["before"] = order.before.map { .string($0) }
            object["fields"] = .object(order.fields)
            return .object(object)
        case .speed(let customer, let limit):
            return ["deed": "speed", "customer": .string(customer), "limit": .string(limit)]
        case .disconnect(let customer): return ["deed": "disconnect", "customer": .string(customer)]
        case .reboot: return ["deed": "reboot"]
        }
    }

    /// Nil for anything but what `json` makes.
    package init?(_ json: JSON) {
        switch json["deed"]?.text {
        case "speed":
            guard let customer = json["customer"]?.text, let limit = json["limit"]?.text else { return nil }
            self = .speed(customer: customer, limit: limit)
        case "disconnect":
            guard let customer = json["customer"]?.text else { return nil }
            self = .disconnect(customer: customer)
        case "reboot": self = .reboot
        case let word:
            guard let deed = word.flatMap({ RowOrder.Deed(rawValue: $0) }), let recipe = json["recipe"]?.text,
                let fields = json["fields"]?.texts
            else { return nil }
            self = .row(
                RowOrder(deed, recipe, row: json["row"]?.text, fields, before: json["before"]?.text))
        }
    }
}

extension JSON {
    /// An object of texts, its keys in order.
    static func object(_ texts: [String: String]) -> JSON {
        .object(JSONObject(texts.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .string($0.value)) }))
    }

    /// The texts of an object of texts; nil for anything else.
    var texts: [String: String]? {
        guard let object else { return nil }
        var texts: [String: String] = [:]
        for member in object {
            guard let text = member.value.text else { return nil }
            texts[member.key] = text
        }
        return texts
    }
}
