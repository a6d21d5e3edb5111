/// What fills one hole or decides one section.
package enum TemplateValue: Equatable, Sendable {
    /// Text of any origin; escaped where it is shown with two braces.
    case text(String)
    /// Markup that is ours: never escaped.
    case raw(String)
    /// Shows a section or hides it.
    case flag(Bool)
    /// Shows a section once an item.
    case list([TemplateValues])
    /// Known to be nothing: hides its section, leaves its hole empty.
    case none

    /// Whether a section under this value is shown.
    var isShown: Bool {
        switch self {
        case .text(let text), .raw(let text): !text.isEmpty
        case .flag(let flag): flag
        case .list(let items): !items.isEmpty
        case .none: false
        }
    }
}

extension TemplateValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
    package init(stringLiteral text: String) { self = .text(text) }
    package init(booleanLiteral flag: Bool) { self = .flag(flag) }

    /// The text, or nothing where there is none.
    package init(_ text: String?) { self = text.map { .text($0) } ?? .none }
}

/// The values of one page, or of one item of a list.
///
/// Kept as they were written and searched from the front; the fastest order is that of the template.
package struct TemplateValues: Equatable, Sendable, ExpressibleByDictionaryLiteral {
    /// One value; no tuple, which would be destroyed by way of its metadata.
    struct Entry: Equatable, Sendable {
        let key: TemplateKey
        var value: TemplateValue
    }

    private(set) var entries: [Entry] = []

    /// No values.
    package init() {}

    package init(dictionaryLiteral elements: (TemplateKey, TemplateValue)...) {
        entries = elements.map { Entry(key: $0.0, value: $0.1) }
    }

    /// The value under a key; nil where there is none, which is not the same as `.none`.
    package subscript(key: TemplateKey) -> TemplateValue? {
        get {
            for entry in entries where entry.key == key { return entry.value }
            return nil
        }
        set {
            let place = entries.firstIndex { $0.key == key }
            switch (place, newValue) {
            case (let place?, let value?): entries[place].value = value
            case (let place?, nil): entries.remove(at: place)
            case (nil, let value?): entries.append(Entry(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// The keys that have a value.
    package var keys: [TemplateKey] { entries.map(\.key) }

    /// These values and `others`; where both know a key, `others` wins.
    package func merging(_ others: TemplateValues) -> TemplateValues {
        var merged = others
        merged.entries += entries.filter { others[$0.key] == nil }
        return merged
    }
}
