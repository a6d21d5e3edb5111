import Values

/// A page compiled to runs of bytes and the holes between them.
///
/// The language is a small Mustache without logic: `{{name}}` escaped, `{{{name}}}` as it is, `{{#name}}…{{/name}}` for
/// each item or when there is something, `{{^name}}…{{/name}}` when there is nothing, `{{>partial}}`,
/// `{{! a remark }}`, and `{{t:message.key}}` for a message of the language. A tag of a section, partial or remark that
/// stands alone on its line takes the line with it, as in mustache(5).
///
/// `specialised(with:messages:)` folds what is known early (language, brand, site) into the bytes; `ready` then is what
/// a request fills.
package struct Template: Sendable {
    /// The name, such as `captive/login`.
    package let name: String
    let segments: [Segment]
    /// What was known when the template was specialised: the outermost scope of what is left.
    let known: TemplateValues

    init(name: String, segments: [Segment], known: TemplateValues) {
        self.name = name
        self.segments = segments
        self.known = known
    }

    /// Compiles a template; `partials` gives the source of a partial by its name.
    ///
    /// - Throws: the first mistake, with its file and line.
    package init(
        named name: String, source: String, partials: @escaping (String) throws -> String
    ) throws(TemplateError) {
        var compiler = Compiler(name: name, source: source, partials: partials, opened: [name])
        self.init(name: name, segments: try compiler.compile(), known: [:])
    }

    /// The holes and sections that are left to fill, as a caller knows them: names inside lists too.
    package var names: Set<String> {
        let known = Set(known.keys)
        return Set(Segment.keys(in: segments).filter { !known.contains($0) }.map(\.description))
    }

    /// The messages that are left to fill.
    package var messageKeys: Set<String> { Set(Segment.messages(in: segments)) }

    /// The page in the form in which it is written fastest.
    package var ready: ReadyPage { ReadyPage(segments, known) }

    /// The page as text, for tests and tools.
    package func text(_ values: TemplateValues) -> String {
        let buffer = ByteBuffer(capacity: 4_096)
        ready.render(values, into: buffer)
        return String(decoding: buffer.array, as: UTF8.self)
    }
}

/// One piece of a compiled template.
enum Segment: Equatable, Sendable {
    case literal([UInt8])
    case escaped(TemplateKey)
    case raw(TemplateKey)
    case message(String, Place)
    case section(TemplateKey, [Segment])
    case inverted(TemplateKey, [Segment])
    /// The pieces of one item of a list that was known early, with the item's values for what is left in it.
    case scoped(TemplateValues, [Segment])

    static func keys(in segments: [Segment]) -> [TemplateKey] {
        segments.flatMap { segment -> [TemplateKey] in
            switch segment {
            case .literal, .message: []
            case .escaped(let key), .raw(let key): [key]
            case .section(let key, let inner), .inverted(let key, let inner): [key] + keys(in: inner)
            case .scoped(let values, let inner): keys(in: inner).filter { values[$0] == nil }
            }
        }
    }

    /// How many bytes of the page are known.
    static func literalCount(_ segments: [Segment]) -> Int {
        segments.reduce(0) { count, segment in
            switch segment {
            case .literal(let bytes): count + bytes.count
            case .section(_, let inner), .inverted(_, let inner), .scoped(_, let inner): count + literalCount(inner)
            case .escaped, .raw, .message: count
            }
        }
    }

    static func messages(in segments: [Segment]) -> [String] {
        segments.flatMap { segment -> [String] in
            switch segment {
            case .message(let key, _): [key]
            case .section(_, let inner), .inverted(_, let inner), .scoped(_, let inner): messages(in: inner)
            case .literal, .escaped, .raw: []
            }
        }
    }
}
