import Glibc

/// Growing bytes at a fixed owner: what a page is rendered into and what the server sends without copying.
///
/// A class, so that a response can hold it while a C library reads it; filled by one thread before it is handed over,
/// never changed afterwards.
@safe package final class ByteBuffer {
    // Unchecked: the check at each append is half the cost of a short one, and one thread fills the buffer anyway.
    @exclusivity(unchecked) @usableFromInline var start: UnsafeMutablePointer<UInt8>
    @exclusivity(unchecked) @usableFromInline var capacity: Int
    @exclusivity(unchecked) @usableFromInline var filled = 0
    // The mark of the bytes at the front, 0 for none; and whether they were put there since the buffer was cleared.
    @exclusivity(unchecked) private var front: UInt64 = 0
    @exclusivity(unchecked) private var isBegun = false

    package init(capacity: Int = 512) {
        let capacity = max(capacity, 16)
        unsafe self.capacity = capacity
        unsafe start = Self.allocate(capacity)
    }

    deinit { unsafe free(start) }

    /// Straight from the C library: a typed allocation goes through the aligned one, which keeps no cache.
    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
        guard let memory = unsafe malloc(capacity) else {
            preconditionFailure("No memory for a page of \(capacity) bytes")
        }
        return unsafe memory.assumingMemoryBound(to: UInt8.self)
    }

    /// How many bytes are filled.
    package var count: Int { unsafe filled }

    /// The filled bytes; the pointer is good while the buffer lives and nothing is appended.
    package var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: start, count: filled) }

    /// Where the bytes begin; good as long as the above.
    package var address: UnsafeRawPointer { unsafe UnsafeRawPointer(start) }

    /// The filled bytes as an array.
    package var array: [UInt8] { unsafe Array(bytes) }

    /// Makes room for `more` bytes beyond those filled.
    @inlinable package func reserve(_ more: Int) {
        guard unsafe filled + more > capacity else { return }
        grow(by: more)
    }

    @usableFromInline func grow(by more: Int) {
        unsafe capacity = max(capacity * 2, filled + more)
        let larger = unsafe Self.allocate(capacity)
        unsafe larger.update(from: start, count: filled)
        unsafe free(start)
        unsafe start = larger
    }

    /// Forgets what is filled and keeps the room.
    package func clear() {
        if unsafe !isBegun { unsafe front = 0 }
        unsafe isBegun = false
        unsafe filled = 0
    }

    /// Appends bytes that are the same whenever `mark` is, which is not zero.
    ///
    /// At the front of a buffer that was cleared they may be there from last time, and are left.
    package func begin(with bytes: Swift.Span<UInt8>, marked mark: UInt64) {
        let isEmpty = unsafe filled == 0
        if unsafe isEmpty && front == mark {
            unsafe filled = bytes.count
        } else {
            unsafe front = isEmpty ? mark : 0
            append(bytes)
        }
        unsafe isBegun = true
    }

    /// Appends `byte` up to a full multiple of `step` bytes.
    package func fill(toMultipleOf step: Int, with byte: UInt8) {
        let missing = unsafe (step - filled % step) % step
        reserve(missing)
        unsafe (start + filled).update(repeating: byte, count: missing)
        unsafe filled += missing
    }

    @inlinable package func append(_ byte: UInt8) {
        reserve(1)
        unsafe start[filled] = byte
        unsafe filled += 1
    }

    /// Appends eight bytes, the most significant first.
    package func append(bigEndian number: UInt64) {
        reserve(8)
        unsafe UnsafeMutableRawPointer(start + filled).storeBytes(of: number.bigEndian, as: UInt64.self)
        unsafe filled += 8
    }

    @inlinable package func append(_ source: UnsafeBufferPointer<UInt8>) {
        guard let base = source.baseAddress else { return }
        reserve(source.count)
        unsafe (start + filled).update(from: base, count: source.count)
        unsafe filled += source.count
    }

    @inlinable package func append(_ bytes: Swift.Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
    }

    package func append(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
    }

    @inlinable package func append(_ text: StaticString) {
        unsafe append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    // Disfavoured, so that a literal goes the shorter way above.
    @_disfavoredOverload
    package func append(_ text: String) { append(text.utf8Span.span) }

    package func append(_ number: some BinaryInteger) {
        append(String(number))
    }

    /// Appends a number in decimal with at least `width` digits, zeros before it.
    package func append(_ number: UInt64, width: Int = 1) {
        guard number < 100_000_000, width <= 8 else { return append(long: number, width: width) }
        // The last digit goes in first, and is pushed up by those before it.
        var (digits, count, rest) = (0 as UInt64, 0, UInt32(truncatingIfNeeded: number))
        repeat {
            digits = digits << 8 | UInt64(48 &+ rest % 10)
            rest /= 10
            count &+= 1
        } while rest > 0 || count < width
        reserve(8)
        unsafe UnsafeMutableRawPointer(start + filled).storeBytes(of: digits.littleEndian, as: UInt64.self)
        unsafe filled += count
    }

    private func append(long number: UInt64, width: Int) {
        let digits = String(number)
        for _ in 0..<max(0, width - digits.utf8.count) { append(UInt8(ascii: "0")) }
        append(digits)
    }

    /// Appends four numbers with points between, the most significant byte first.
    package func append(octets: UInt32) {
        reserve(16)
        var end = unsafe UnsafeMutableRawPointer(start + filled)
        for shift in stride(from: 24 as UInt32, through: 0, by: -8) {
            let octet = octets >> shift & 0xFF
            // Up to three digits and a point, the first in the lowest byte.
            var (digits, count) = (48 &+ octet % 10 | 0x2E00, 2)
            if octet >= 10 { (digits, count) = (48 &+ octet / 10 % 10 | digits << 8, 3) }
            if octet >= 100 { (digits, count) = (48 &+ octet / 100 | digits << 8, 4) }
            unsafe end.storeBytes(of: digits.littleEndian, as: UInt32.self)
            unsafe end += count
        }
        unsafe filled = end - UnsafeMutableRawPointer(start) - 1
    }

    /// Appends sixteen digits.
    package func append(hexadecimal number: UInt64) {
        append(bigEndian: Self.digits(UInt32(truncatingIfNeeded: number >> 32)))
        append(bigEndian: Self.digits(UInt32(truncatingIfNeeded: number)))
    }

    /// The eight digits of a number, all at once: the first in the most significant byte.
    private static func digits(_ number: UInt32) -> UInt64 {
        var nibbles = UInt64(number)
        nibbles = (nibbles << 16 | nibbles) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles << 8 | nibbles) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles << 4 | nibbles) & 0x0F0F_0F0F_0F0F_0F0F
        // One in each byte whose nibble is ten or more: there the letters follow 39 places after the digits.
        let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 39
    }
}
