import HTTPServer
import RouterChanges
import RouterOS
import Tenancy
import Values

/// What a form of step one asks for: a row of a kind, or one of the three deeds that are no rows.
struct ChangeForm: Sendable {
    /// The name of a recipe, or `speed`, `disconnect`, `reboot`.
    let kind: String
    let deed: String
    /// The id of the row; nil for a new one.
    let row: String?
    /// What was typed, by property; nil before anything was.
    var typed: [String: String]?
    var before: String?

    static let specials = ["speed", "disconnect", "reboot"]

    var recipe: ChangeRecipe? { ChangeRecipe.named(kind) }
    var rowDeed: RowOrder.Deed? { RowOrder.Deed(rawValue: deed) }

    /// A form that is asked for; nil where there is no such kind or deed.
    init?(kind: String, deed: String, row: String?) {
        self.kind = kind
        self.deed = deed
        self.row = row.flatMap { $0.isEmpty ? nil : $0 }
        if Self.specials.contains(kind) { return }
        guard let recipe = ChangeRecipe.named(kind), let rowDeed = RowOrder.Deed(rawValue: deed),
            recipe.deeds.contains(rowDeed), (rowDeed == .add) == (self.row == nil)
        else { return nil }
    }

    private init(kind: String) {
        self.kind = kind
        deed = "do"
        row = nil
    }

    /// A form of which only the frame is shown.
    static let nothing = ChangeForm(kind: "reboot")

    /// A form that came back.
    init?(_ form: Form) {
        self.init(kind: form["kind"] ?? "", deed: form["deed"] ?? "", row: form["row"])
        var typed: [String: String] = [:]
        for name in names { typed[name] = form[Self.field(name)].map { String($0.prefix(4_000)) } }
        self.typed = typed
        before = form["before"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The properties that the form may send.
    var names: [String] {
        switch kind {
        case "speed": ["customer", "limit"]
        case "disconnect": ["customer"]
        default: recipe?.offered ?? []
        }
    }

    /// The name of a property's field: kept apart from the fields that every form has.
    static func field(_ property: String) -> String { "p." + property }

    /// What the form asks for.
    var order: ChangeOrder? {
        let customer = (typed?["customer"] ?? "").trimmed
        switch kind {
        case "speed": return .speed(customer: customer, limit: typed?["limit"] ?? "")
        case "disconnect": return .disconnect(customer: customer)
        case "reboot": return .reboot
        default:
            guard let rowDeed else { return nil }
            var fields = typed ?? [:]
            // An empty secret keeps the present one: nobody sees what stands there.
            for (name, value) in fields where value.isEmpty && SecretNames.contains(name) { fields[name] = nil }
            return .row(RowOrder(rowDeed, kind, row: row, rowDeed == .remove ? [:] : fields, before: before))
        }
    }

    /// The property of a flaw as the form calls it.
    func fieldName(of flaw: ChangeFlaw) -> String? {
        switch (kind, flaw.property) {
        case ("speed", "max-limit"): "limit"
        case (_, let name?): names.contains(name) ? name : nil
        case (_, nil): nil
        }
    }
}

extension String {
    fileprivate var trimmed: String { (try? CleanText.line(self, maximum: 300)) ?? "" }
}
