import JSON
import Values

/// JSON read as Daraja's several generations write it: keys in either case, numbers as texts, one thing where a list is
/// expected, values that are missing.
struct LooseJSON {
    let json: JSON?

    /// The member of that name; the spelling first, then without case.
    subscript(_ key: String) -> LooseJSON {
        guard let members = json?.object else { return LooseJSON(json: nil) }
        if let exact = members[key] { return LooseJSON(json: exact) }
        let wanted = key.lowercased()
        return LooseJSON(json: members.first { $0.key.lowercased() == wanted }?.value)
    }

    /// A text or a number as text, without spaces around it; nil for anything else and for the empty text.
    var text: String? {
        switch json {
        case .string(let text):
            let trimmed = text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
            return trimmed.isEmpty ? nil : String(trimmed)
        case .number(let digits): return digits
        default: return nil
        }
    }

    /// The elements of a list, or the one thing that stands in its place.
    var list: [LooseJSON] {
        switch json {
        case .array(let elements): elements.map { LooseJSON(json: $0) }
        case .object: [self]
        default: []
        }
    }

    var isObject: Bool { json?.object != nil }

    /// Shillings such as `1`, `1.00`, `10.0` or `"168.00"`; nil for less than nothing and for parts of a cent.
    var shillings: Money? { money(in: .kes) }

    /// The same in any currency.
    func money(in currency: Currency) -> Money? {
        guard var text = text?[...] else { return nil }
        if text.contains(".") {
            while text.hasSuffix("0") { text = text.dropLast() }
            if text.hasSuffix(".") { text = text.dropLast() }
        }
        return Money(text, in: currency)
    }

    /// A code: `0`, `"0"`, `"00000000"` and `0.0` are all success.
    var code: String? {
        guard let text, text.utf8.count <= 40 else { return nil }
        return !text.isEmpty && text.allSatisfy { $0 == "0" || $0 == "." } ? "0" : text
    }
}
