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

    init(_ segments: [Segment], _ known: TemplateValues) {
        program = Program(segments, known)
    }

    private init(_ program: Program) { self.program = program }

    /// The same page with a reference of its own, for a processor that would count it together with another.
    package var twin: ReadyPage { ReadyPage(Program(twin: program)) }

    /// What writes the markup of a hole that no value was given for.
    package typealias Writer = (_ hole: TemplateKey, _ page: ByteBuffer) -> Void

    /// Appends the page to `buffer`; a hole without a value is left to `writer`.
    package func render(
        _ values: TemplateValues, into buffer: ByteBuffer, writer: Writer = { _, _ in }
    ) {
        var first = 0
        if case .copy(let bytes)? = program.steps.first {
            let front = unsafe program.literal(bytes)
            unsafe buffer.begin(with: front.span, marked: program.number)
            first = 1
        }
        let scope = Scope(values: values, outer: program.outer)
        program.run(first..<program.steps.count, scope, into: buffer, writer)
    }
}

/// A template in the order in which it is written: one run of steps over one run of bytes.
///
/// Nothing in a step is an object, so walking over them counts no references; and all is one object, so that a request
/// counts one reference to it: several loops would be at the same ones.
@safe final class Program: Sendable {
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
    let number: UInt64
    private static let lastNumber = Atomic<UInt64>(0)
    let steps: [Step]
    // Written by `init` only; freed by the first of several twins, which lives as long as they.
    nonisolated(unsafe) private let bytes: UnsafeMutableBufferPointer<UInt8>
    private let first: Program?
    let scopes: [TemplateValues]
    /// Values that were known when the page was made ready.
    let outer: [TemplateValues]

    init(_ segments: [Segment], _ known: TemplateValues) {
        var draft = Draft()
        draft.bytes.reserveCapacity(Segment.literalCount(segments))
        draft.add(segments)
        (steps, scopes) = (draft.steps, draft.scopes)
        outer = known.entries.isEmpty ? [] : [known]
        number = Program.lastNumber.add(1, ordering: .relaxed).newValue
        first = nil
        unsafe bytes = .allocate(capacity: max(draft.bytes.count, 1))
        _ = unsafe bytes.initialize(from: draft.bytes)
    }

    init(twin other: Program) {
        (steps, scopes, outer, number, first) = (other.steps, other.scopes, other.outer, other.number, other)
        unsafe bytes = other.bytes
    }

    deinit { if first == nil { unsafe bytes.deallocate() } }

    /// Bytes that a step copies; good while this lives.
    func literal(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(rebasing: bytes[range])
    }
}

/// A program while it is put together.
private struct Draft {
    var steps: [Program.Step] = []
    var bytes: [UInt8] = []
    var scopes: [TemplateValues] = []

    mutating func add(_ segments: [Segment]) {
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
    private mutating func add(_ inner: [Segment], under head: (Int) -> Program.Step) {
        let place = steps.count
        steps.append(head(0))
        add(inner)
        steps[place] = head(steps.count)
    }
}

// How it is written into a page.
extension Program {
    func run(_ range: Range<Int>, _ scope: Scope, into page: ByteBuffer, _ writer: ReadyPage.Writer) {
        var next = range.lowerBound
        while next < range.upperBound {
            let step = steps[next]
            next += 1
            switch step {
            case .copy(let bytes): unsafe page.append(literal(bytes))
            case .escaped(let key): fill(key, escaped: true, scope, page, writer)
            case .raw(let key): fill(key, escaped: false, scope, page, writer)
            case .section(let key, let end):
                repeated(next..<end, over: scope.value(key), scope, page, writer)
                next = end
            case .inverted(let key, let end):
                if scope.value(key)?.isShown == true { next = end }
            case .scoped(let values, let end):
                run(next..<end, scope.entering(scopes[values]), into: page, writer)
                next = end
            }
        }
    }

    private func fill(
        _ key: TemplateKey, escaped: Bool, _ scope: Scope, _ page: ByteBuffer, _ writer: ReadyPage.Writer
    ) {
        if let value = scope.value(key) { page.show(value, escaped: escaped) } else { writer(key, page) }
    }

    private func repeated(
        _ inner: Range<Int>, over value: TemplateValue?, _ scope: Scope, _ page: ByteBuffer,
        _ writer: ReadyPage.Writer
    ) {
        guard let value, value.isShown else { return }
        guard case .list(let items) = value else { return run(inner, scope, into: page, writer) }
        for item in items { run(inner, scope.entering(item), into: page, writer) }
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
