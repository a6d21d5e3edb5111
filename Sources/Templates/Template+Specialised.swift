import Values

extension Template {
    /// Folds what is already known into the bytes; the rest stays to be filled at each rendering.
    ///
    /// A known section is decided once and for all. Inside a section that is not decided yet only messages are folded,
    /// since its items may bring their own value for a known name; such names are looked up while rendering.
    /// `messages` gives the plain text of a message, which is escaped here.
    /// - Throws: where a message is unknown.
    package func specialised(
        with values: TemplateValues, messages: @escaping (String) -> String?
    ) throws(TemplateError) -> Template {
        let known = known.merging(values)
        let specialiser = Specialiser(messages: messages)
        let folded = try specialiser.fold(segments, Scope(values: known, outer: []))
        let merged = Segment.merged(folded)
        let left = Set(Segment.keys(in: merged))
        var stillNeeded = TemplateValues()
        for entry in known.entries where left.contains(entry.key) { stillNeeded[entry.key] = entry.value }
        return Template(name: name, segments: merged, known: stillNeeded)
    }
}

/// Replaces what is known by its bytes.
private struct Specialiser {
    let messages: (String) -> String?

    func fold(_ segments: [Segment], _ scope: Scope?) throws(TemplateError) -> [Segment] {
        var folded: [Segment] = []
        for segment in segments { folded += try fold(segment, scope) }
        return folded
    }

    private func fold(_ segment: Segment, _ scope: Scope?) throws(TemplateError) -> [Segment] {
        switch segment {
        case .literal: return [segment]
        case .message(let key, let place):
            guard let text = messages(key) else {
                throw TemplateError(
                    place, "No plain message \"\(key)\": add it to locales/, or format it in the handler")
            }
            return [bytes(of: .text(text), escaped: true)]
        case .escaped(let key), .raw(let key):
            guard let value = scope?.value(key) else { return [segment] }
            return [bytes(of: value, escaped: segment == .escaped(key))]
        case .scoped(let values, let inner): return [.scoped(values, try fold(inner, scope?.entering(values)))]
        case .section(let key, let inner):
            guard let scope, let value = scope.value(key) else { return [.section(key, try fold(inner, nil))] }
            return try decided(inner, by: value, scope)
        case .inverted(let key, let inner):
            guard let value = scope?.value(key) else { return [.inverted(key, try fold(inner, scope))] }
            return value.isShown ? [] : try fold(inner, scope)
        }
    }

    private func decided(
        _ inner: [Segment], by value: TemplateValue, _ scope: Scope
    ) throws(TemplateError) -> [Segment] {
        guard value.isShown else { return [] }
        guard case .list(let items) = value else { return try fold(inner, scope) }
        var folded: [Segment] = []
        for item in items {
            let once = try fold(inner, scope.entering(item))
            let left = Set(Segment.keys(in: once))
            folded += item.keys.contains(where: left.contains) ? [.scoped(item, once)] : once
        }
        return folded
    }

    private func bytes(of value: TemplateValue, escaped: Bool) -> Segment {
        let buffer = ByteBuffer()
        buffer.show(value, escaped: escaped)
        return .literal(buffer.array)
    }
}

extension Segment {
    /// The same pieces with neighbouring runs of bytes joined and empty ones dropped.
    static func merged(_ segments: [Segment]) -> [Segment] {
        var merged: [Segment] = []
        for segment in segments {
            switch segment {
            case .literal(let bytes):
                if bytes.isEmpty { continue }
                if case .literal(let before) = merged.last {
                    merged[merged.count - 1] = .literal(before + bytes)
                } else {
                    merged.append(segment)
                }
            case .section(let key, let inner): merged.append(.section(key, Self.merged(inner)))
            case .scoped(let values, let inner): merged.append(.scoped(values, Self.merged(inner)))
            case .inverted(let key, let inner): merged.append(.inverted(key, Self.merged(inner)))
            case .escaped, .raw, .message: merged.append(segment)
            }
        }
        return merged
    }
}
