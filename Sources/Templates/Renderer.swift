import Values

/// The values that a name is looked up in: the innermost first.
struct Scope {
    let values: TemplateValues
    /// Outer values, the outermost first; empty on the hot path, so that it costs no allocation.
    let outer: [TemplateValues]

    @inline(__always)
    func value(_ key: TemplateKey) -> TemplateValue? {
        if let value = values[key] { return value }
        for values in outer.reversed() {
            if let value = values[key] { return value }
        }
        return nil
    }

    func entering(_ item: TemplateValues) -> Scope { Scope(values: item, outer: outer + [values]) }
}

/// Writes compiled pieces into a buffer.
struct Renderer {
    let buffer: ByteBuffer

    func render(_ segments: [Segment], _ scope: Scope) {
        for segment in segments {
            switch segment {
            case .literal(let bytes): buffer.append(bytes)
            case .escaped(let key): show(scope.value(key), escaped: true)
            case .raw(let key): show(scope.value(key), escaped: false)
            case .message: break
            case .section(let key, let inner): repeated(inner, over: scope.value(key), scope)
            case .scoped(let values, let inner): render(inner, scope.entering(values))
            case .inverted(let key, let inner):
                if scope.value(key)?.isShown != true { render(inner, scope) }
            }
        }
    }

    func show(_ value: TemplateValue?, escaped: Bool) {
        switch value {
        case .text(let text)? where escaped: buffer.append(escapingHTML: text)
        case .text(let text)?, .raw(let text)?: buffer.append(text)
        case .flag?, .list?, TemplateValue.none?, nil: break
        }
    }

    private func repeated(_ inner: [Segment], over value: TemplateValue?, _ scope: Scope) {
        guard let value, value.isShown else { return }
        guard case .list(let items) = value else { return render(inner, scope) }
        for item in items { render(inner, scope.entering(item)) }
    }
}
