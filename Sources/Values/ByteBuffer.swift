/// Growing bytes at a fixed owner: what a page is rendered into and what the server sends without copying.
///
/// A class, so that a response can hold it while a C library reads it; filled by one thread before it is handed over,
/// never changed afterwards.
@safe package final class ByteBuffer {
    /// What the buffer holds, in memory of its own: a stored property would be checked for exclusive access at each
    /// append, which is half the cost of a short one, and one thread fills the buffer anyway.
    @unsafe private struct State {
        var start: UnsafeMutablePointer<UInt8>
        var capacity: Int
        var count: Int
    }

    private let state: UnsafeMutablePointer<State>

    package init(capacity: Int = 512) {
        unsafe state = .allocate(capacity: 1)
        let capacity = max(capacity, 16)
        unsafe state.initialize(to: State(start: .allocate(capacity: capacity), capacity: capacity, count: 0))
    }

    deinit {
        unsafe state.pointee.start.deallocate()
        unsafe state.deallocate()
    }

    /// How many bytes are filled.
    package var count: Int { unsafe state.pointee.count }

    /// The filled bytes; the pointer is good while the buffer lives and nothing is appended.
    package var bytes: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: state.pointee.start, count: state.pointee.count)
    }

    /// The filled bytes as an array.
    package var array: [UInt8] { unsafe Array(bytes) }

    /// Makes room for `more` bytes beyond those filled.
    package func reserve(_ more: Int) {
        guard unsafe state.pointee.count + more > state.pointee.capacity else { return }
        grow(by: more)
    }

    private func grow(by more: Int) {
        let capacity = unsafe max(state.pointee.capacity * 2, state.pointee.count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        unsafe larger.update(from: state.pointee.start, count: state.pointee.count)
        unsafe state.pointee.start.deallocate()
        unsafe state.pointee.start = larger
        unsafe state.pointee.capacity = capacity
    }

    package func append(_ byte: UInt8) {
        reserve(1)
        unsafe state.pointee.start[state.pointee.count] = byte
        unsafe state.pointee.count += 1
    }

    package func append(_ source: UnsafeBufferPointer<UInt8>) {
        guard let base = source.baseAddress else { return }
        reserve(source.count)
        unsafe (state.pointee.start + state.pointee.count).update(from: base, count: source.count)
        unsafe state.pointee.count += source.count
    }

    package func append(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
    }

    package func append(_ text: StaticString) {
        unsafe append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package func append(_ text: String) {
        var text = text
        text.withUTF8 { unsafe append($0) }
    }

    package func append(_ number: some BinaryInteger) {
        append(String(number))
    }

    /// Appends text for HTML, in element content and in quoted attributes: `& < > " '` become references.
    ///
    /// Runs between characters that need it are copied whole.
    package func append(escapingHTML text: String) {
        append(text, replacing: Self.htmlReference)
    }

    /// Appends text for the inside of a JSON string; RFC 8259 section 7.
    ///
    /// `<` is escaped too, for JSON inside HTML.
    package func append(escapingJSON text: String) {
        append(text, replacing: Self.jsonEscape)
    }

    private func append(_ text: String, replacing replacement: (UInt8) -> StaticString?) {
        var text = text
        text.withUTF8 { source in
            var run = 0
            for unsafe(index, byte) in unsafe source.enumerated() {
                guard let replaced = replacement(byte) else { continue }
                unsafe append(UnsafeBufferPointer(rebasing: source[run..<index]))
                append(replaced)
                run = index + 1
            }
            unsafe append(UnsafeBufferPointer(rebasing: source[run...]))
        }
    }

    private static func htmlReference(_ byte: UInt8) -> StaticString? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        default: nil
        }
    }

    private static func jsonEscape(_ byte: UInt8) -> StaticString? {
        switch byte {
        case UInt8(ascii: "\""): "\\\""
        case UInt8(ascii: "\\"): "\\\\"
        case UInt8(ascii: "<"): "\\u003c"
        case 0x0A: "\\n"
        case 0x0D: "\\r"
        case 0x09: "\\t"
        case 0..<0x20: controlEscapes[Int(byte)]
        default: nil
        }
    }

    // swift-format-ignore
    private static let controlEscapes: [StaticString] = [
        "\\u0000", "\\u0001", "\\u0002", "\\u0003", "\\u0004", "\\u0005", "\\u0006", "\\u0007",
        "\\u0008", "\\u0009", "\\u000a", "\\u000b", "\\u000c", "\\u000d", "\\u000e", "\\u000f",
        "\\u0010", "\\u0011", "\\u0012", "\\u0013", "\\u0014", "\\u0015", "\\u0016", "\\u0017",
        "\\u0018", "\\u0019", "\\u001a", "\\u001b", "\\u001c", "\\u001d", "\\u001e", "\\u001f",
    ]
}
