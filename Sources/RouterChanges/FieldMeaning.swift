import RouterOS

/// Whether two written forms mean the same to the router, beyond what `RouterValue.mean` knows.
enum FieldMeaning {
    /// Absent is nil; an absent value stands for the property's default.
    static func same(_ left: String?, _ right: String?, _ property: RouterProperty, in path: String) -> Bool {
        if RouterValue.mean(left, sameAs: right, for: property) { return true }
        let (left, right) = (canonical(left, property, path), canonical(right, property, path))
        return left == right || RouterValue.mean(left, sameAs: right, for: property)
    }

    /// Whether a new row has the value by itself.
    static func isUsual(_ value: String, _ property: RouterProperty, in path: String) -> Bool {
        same(property.defaultValue, value, property, in: path)
    }

    /// The form that `FieldForm` makes, which is the router's own; a text that has none stays.
    private static func canonical(_ text: String?, _ property: RouterProperty, _ path: String) -> String {
        let text = text.flatMap { $0.isEmpty ? nil : $0 } ?? property.defaultValue ?? ""
        guard property.type != .text || property.name == "time" || property.name == "connection-state" else {
            return text
        }
        let form = FieldForm(property: property, path: path)
        guard let normal = try? form.normalised(text) else { return text }
        switch property.type {
        case .choice: return RouterValue.truth(normal).map { RouterValue.text($0) } ?? normal
        case .addresses: return normal.hasSuffix("/32") ? String(normal.dropLast(3)) : normal
        case .list: return normal.split(separator: ",").map { String($0).trimmed }.joined(separator: ",")
        default: return normal
        }
    }

    /// What is written to bring a property back to what it was; absent is nil.
    ///
    /// Facts: lengths and limits are cleared by `0s` and `0`, most others by an empty text.
    static func restoring(_ former: String?, _ property: RouterProperty) -> String {
        if let former, !former.isEmpty { return former }
        if let usual = property.defaultValue { return usual }
        switch property.type {
        case .duration: return property.words.contains("none") ? "none" : "0s"
        case .number: return property.words.contains("unlimited") ? "unlimited" : "0"
        case .row: return property.words.contains("none") ? "none" : ""
        case .bool: return RouterValue.text(false)
        default: return ""
        }
    }
}
