package import Values

/// What fills one hole or decides one section.
package enum TemplateValue: Equatable, Sendable {
    /// Text of any origin; escaped where it is shown with two braces.
    case text(String)
    /// Markup that is ours: never escaped.
    case raw(String)
    /// Markup that is ours, written straight into the page.
    case written(Markup)
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
        case .written: true
        case .none: false
        }
    }
}

/// Markup that is written when its turn comes, without a text of its own in between.
package struct Markup: Equatable, Sendable {
    let write: @Sendable (ByteBuffer) -> Void

    package init(_ write: @escaping @Sendable (ByteBuffer) -> Void) { self.write = write }

    /// Whether both write the same.
    package static func == (left: Self, right: Self) -> Bool { left.bytes == right.bytes }

    private var bytes: [UInt8] {
        let buffer = ByteBuffer()
        write(buffer)
        return buffer.array
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
    /// Tuples, so that a literal is kept as it comes, without a copy.
    private(set) var entries: [(TemplateKey, TemplateValue)]

    /// No values.
    package init() { entries = [] }

    package init(dictionaryLiteral elements: (TemplateKey, TemplateValue)...) {
        entries = elements
    }

    /// The value under a key; nil where there is none, which is not the same as `.none`.
    package subscript(key: TemplateKey) -> TemplateValue? {
        get {
            for (known, value) in entries where known == key { return value }
            return nil
        }
        set {
            let place = entries.firstIndex { $0.0 == key }
            switch (place, newValue) {
            case (let place?, let value?): entries[place].1 = value
            case (let place?, nil): entries.remove(at: place)
            case (nil, let value?): entries.append((key, value))
            case (nil, nil): break
            }
        }
    }

    package static func == (left: Self, right: Self) -> Bool { left.entries.elementsEqual(right.entries, by: ==) }

    /// The keys that have a value.
    package var keys: [TemplateKey] { entries.map(\.0) }

    /// These values and `others`; where both know a key, `others` wins.
    package func merging(_ others: TemplateValues) -> TemplateValues {
        var merged = others
        merged.entries += entries.filter { others[$0.0] == nil }
        return merged
    }
}
