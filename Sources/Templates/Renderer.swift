import Synchronization
package import Values

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

/// A template ready to be filled: a request copies a few runs of bytes and fills what is left.
package struct ReadyPage: Sendable {
    private let program: Program
    private let outer: [TemplateValues]

    init(_ segments: [Segment], _ known: TemplateValues) {
        program = Program(segments)
        outer = known.entries.isEmpty ? [] : [known]
    }

    /// What writes the markup of a hole that no value was given for.
    package typealias Writer = (_ hole: TemplateKey, _ page: ByteBuffer) -> Void

    /// Appends the page to `buffer`; a hole without a value is left to `writer`.
    package func render(
        _ values: TemplateValues, into buffer: ByteBuffer, writer: Writer = { _, _ in }
    ) {
        let renderer = Renderer(program: program, buffer: buffer)
        let scope = Scope(values: values, outer: outer)
        guard case .copy(let bytes)? = program.steps.first else { return renderer.run(scope, writer) }
        buffer.begin(with: program.bytes.span.extracting(bytes), marked: program.number)
        renderer.run(scope, writer, from: 1)
    }
}

/// A template in the order in which it is written: one run of steps over one run of bytes.
///
/// Nothing in a step is an object, so walking over them counts no references.
struct Program: Sendable {
    enum Step {
        case copy(Range<Int>)
        case escaped(TemplateKey)
        case raw(TemplateKey)
        /// The steps up to `end`, once an item or when there is something.
        case section(TemplateKey, end: Int)
        case inverted(TemplateKey, end: Int)
        /// The steps up to `end` with the values of that number.
        case scoped(Int, end: Int)
    }

    /// Tells programs apart as long as this one runs.
    let number = Self.lastNumber.add(1, ordering: .relaxed).newValue
    private static let lastNumber = Atomic<UInt64>(0)
    private(set) var steps: [Step] = []
    private(set) var bytes: [UInt8] = []
    private(set) var scopes: [TemplateValues] = []

    init(_ segments: [Segment]) {
        bytes.reserveCapacity(Segment.literalCount(segments))
        add(segments)
    }

    private mutating func add(_ segments: [Segment]) {
        for segment in segments {
            switch segment {
            case .literal(let literal):
                steps.append(.copy(bytes.count..<bytes.count + literal.count))
                bytes += literal
            case .escaped(let key): steps.append(.escaped(key))
            case .raw(let key): steps.append(.raw(key))
            case .message: break
            case .section(let key, let inner): add(inner) { .section(key, end: $0) }
            case .inverted(let key, let inner): add(inner) { .inverted(key, end: $0) }
            case .scoped(let values, let inner):
                scopes.append(values)
                let number = scopes.count - 1
                add(inner) { .scoped(number, end: $0) }
            }
        }
    }

    /// Adds steps after one that knows where they end.
    private mutating func add(_ inner: [Segment], under head: (Int) -> Step) {
        let place = steps.count
        steps.append(head(0))
        add(inner)
        steps[place] = head(steps.count)
    }
}

/// Writes a page into a buffer.
struct Renderer {
    let program: Program
    let buffer: ByteBuffer

    func run(_ scope: Scope, _ writer: ReadyPage.Writer, from first: Int = 0) {
        run(first..<program.steps.count, scope, writer)
    }

    private func run(_ range: Range<Int>, _ scope: Scope, _ writer: ReadyPage.Writer) {
        var next = range.lowerBound
        while next < range.upperBound {
            let step = program.steps[next]
            next += 1
            switch step {
            case .copy(let bytes): buffer.append(program.bytes.span.extracting(bytes))
            case .escaped(let key): fill(key, escaped: true, scope, writer)
            case .raw(let key): fill(key, escaped: false, scope, writer)
            case .section(let key, let end):
                repeated(next..<end, over: scope.value(key), scope, writer)
                next = end
            case .inverted(let key, let end):
                if scope.value(key)?.isShown == true { next = end }
            case .scoped(let values, let end):
                run(next..<end, scope.entering(program.scopes[values]), writer)
                next = end
            }
        }
    }

    private func fill(_ key: TemplateKey, escaped: Bool, _ scope: Scope, _ writer: ReadyPage.Writer) {
        if let value = scope.value(key) { buffer.show(value, escaped: escaped) } else { writer(key, buffer) }
    }

    private func repeated(
        _ inner: Range<Int>, over value: TemplateValue?, _ scope: Scope, _ writer: ReadyPage.Writer
    ) {
        guard let value, value.isShown else { return }
        guard case .list(let items) = value else { return run(inner, scope, writer) }
        for item in items { run(inner, scope.entering(item), writer) }
    }
}

extension ByteBuffer {
    func show(_ value: TemplateValue, escaped: Bool) {
        switch value {
        case .text(let text) where escaped: append(escapingHTML: text)
        case .text(let text), .raw(let text): append(text)
        case .flag, .list, .none: break
        }
    }
}
