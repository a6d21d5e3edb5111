import CMicrohttpd
import Glibc
import Values

/// The strict reading of a head that the library has read tolerantly; RFC 9112 sections 2.2, 5 and 6.
///
/// The library ends lines at a bare LF, joins folded lines, cuts values at NUL, takes the first of several
/// Content-Length fields, and ignores Content-Length beside Transfer-Encoding: each a way to make two readers see two
/// requests. It leaves the fields where they came in, with CR and LF overwritten by zeros, so a head that is exactly
/// `name: value CRLF` lines is one in which each field starts two bytes after the one before it ended.
@safe struct HeadCheck {
    private(set) var flaw: RequestRefusal?
    /// The length that the body must have; nil when it is chunked.
    private(set) var contentLength: Int? = 0
    /// Whether the pool has room for the head of a refusal.
    private(set) var hasRoom = true
    private var lengths = 0
    private var encodings = 0
    private var hosts = 0
    /// Where the next field must begin.
    private var next: UnsafeRawPointer

    /// Bytes that the library needs in its pool for each field, argument and cookie.
    private static let recordBytes = 56
    /// Room that must be left in the pool for the head of the answer.
    private static let answerHeadBytes = 2_560
    /// Room that the head of a refusal takes at the most.
    private static let refusalHeadBytes = 1_536

    /// Whether a target and what the library notes of its arguments leave room for the head of a refusal.
    static func leavesRoom(_ target: UnsafePointer<CChar>, _ count: Int, poolBytes: Int) -> Bool {
        let arguments = unsafe 1 + ampersands(UnsafeRawPointer(target), count)
        return count + arguments * recordBytes <= poolBytes - refusalHeadBytes
    }

    /// How many `&` there are: eight bytes at a time.
    private static func ampersands(_ text: UnsafeRawPointer, _ count: Int) -> Int {
        let (low, each) = (0x7F7F_7F7F_7F7F_7F7F as UInt64, 0x2626_2626_2626_2626 as UInt64)
        var (index, found) = (0, 0)
        while index &+ 8 <= count {
            let word = unsafe (text + index).loadUnaligned(as: UInt64.self) ^ each
            // The top bit of each byte that is zero, and no other.
            found &+= (~((word & low) &+ low | word | low)).nonzeroBitCount
            index &+= 8
        }
        while index < count {
            if unsafe text.load(fromByteOffset: index, as: UInt8.self) == UInt8(ascii: "&") { found &+= 1 }
            index &+= 1
        }
        return found
    }

    init(
        _ connection: OpaquePointer, method: UnsafePointer<CChar>, target: UnsafePointer<CChar>, targetCount: Int,
        version: UnsafePointer<CChar>, poolBytes: Int
    ) {
        let versionLength = unsafe strlen(version)
        unsafe next = UnsafeRawPointer(version) + versionLength + 2
        let size = unsafe mhd_head_size(connection)
        unsafe withUnsafeMutablePointer(to: &self) {
            _ = unsafe MHD_get_connection_values_n(connection, .HEADER_KIND, checkField, $0)
        }
        let isComplete = unsafe next + 2 == UnsafeRawPointer(method) + size
        let isOneLine = unsafe target + targetCount + 1 == version && method + strlen(method) + 1 == target
        if !isComplete || !isOneLine || versionLength != 8 { note(.malformed) }
        if hosts > 1 || lengths > 1 || encodings > 1 || (lengths == 1 && encodings == 1) { note(.malformed) }
        let isOldVersion = unsafe version[7] == CChar(bitPattern: UInt8(ascii: "0"))
        if isOldVersion ? encodings > 0 : hosts == 0 { note(.malformed) }
        unsafe checkSize(size, connection, targetCount: targetCount, poolBytes: poolBytes)
    }

    /// A head that leaves no room for the head of the answer would make the library close without a word.
    private mutating func checkSize(_ size: Int, _ connection: OpaquePointer, targetCount: Int, poolBytes: Int) {
        let records = unsafe Int(mhd_record_count(connection))
        var cookie = 0
        if size > 1_024 { unsafe MHD_lookup_connection_value_n(connection, .HEADER_KIND, "Cookie", 6, nil, &cookie) }
        let room = poolBytes - size - records * Self.recordBytes - cookie
        guard room < Self.answerHeadBytes else { return }
        note(targetCount > size / 2 ? .targetTooLong : .headTooLarge)
        hasRoom = room >= Self.refusalHeadBytes
    }

    private mutating func note(_ found: RequestRefusal) {
        if flaw == nil { flaw = found }
    }

    fileprivate mutating func take(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        guard let start = unsafe UnsafeRawPointer(name.baseAddress), unsafe start == next,
            unsafe Self.isToken(name), unsafe Self.isFieldValue(value)
        else { return note(.malformed) }
        unsafe next = start + name.count + 1
        if let end = value.baseAddress { unsafe next = UnsafeRawPointer(end) + value.count }
        unsafe next += 2
        switch name.count {
        case 4 where unsafe name.equalsIgnoringCase("host"): hosts += 1
        case 14 where unsafe name.equalsIgnoringCase("content-length"):
            lengths += 1
            if let length = unsafe Self.number(value) { contentLength = length } else { note(.malformed) }
        case 17 where unsafe name.equalsIgnoringCase("transfer-encoding"):
            encodings += 1
            contentLength = nil
            if unsafe !value.equalsIgnoringCase("chunked") { note(.malformed) }
        default: break
        }
    }

    /// Digits only, at most 15.
    private static func number(_ digits: UnsafeBufferPointer<UInt8>) -> Int? {
        guard (1...15).contains(digits.count) else { return nil }
        var number = 0
        for index in digits.indices {
            let digit = unsafe digits[index]
            guard (48...57).contains(digit) else { return nil }
            number = number * 10 + Int(digit - 48)
        }
        return number
    }

    /// RFC 9110 section 5.6.2.
    private static func isToken(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in text.indices where unsafe !isTokenByte(text[index]) { return false }
        return !text.isEmpty
    }

    /// Whether a byte may stand in a token; two 64-bit sets for the ASCII half.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        byte < 64
            ? 0x03FF_6CFA_0000_0000 as UInt64 >> UInt64(byte) & 1 == 1
            : byte < 128 && 0x57FF_FFFF_C7FF_FFFE as UInt64 >> UInt64(byte - 64) & 1 == 1
    }

    /// No control characters but tab; RFC 9110 section 5.5.
    private static func isFieldValue(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var bad = false
        for index in text.indices {
            let byte = unsafe text[index]
            bad = bad || (byte < 0x20 && byte != 0x09) || byte == 0x7F
        }
        return !bad
    }
}

/// The library's iterator over the fields of a head.
private func checkField(
    _ check: UnsafeMutableRawPointer?, _: MHD_ValueKind, _ name: UnsafePointer<CChar>?, _ nameCount: Int,
    _ value: UnsafePointer<CChar>?, _ valueCount: Int
) -> MHD_Result {
    guard let check = unsafe check?.assumingMemoryBound(to: HeadCheck.self) else { return .NO }
    unsafe check.pointee.take(UnsafeBufferPointer(name, nameCount), UnsafeBufferPointer(value, valueCount))
    return .YES
}

extension UnsafeBufferPointer<UInt8> {
    /// C text of a known length as bytes.
    init(_ text: UnsafePointer<CChar>?, _ count: Int) {
        unsafe self.init(
            start: UnsafeRawPointer(text)?.assumingMemoryBound(to: UInt8.self), count: text == nil ? 0 : count)
    }

    /// Compares with a text in lower case.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in 0..<count {
            let byte = unsafe self[index]
            let lower = (65...90).contains(byte) ? byte | 0x20 : byte
            guard unsafe lower == text.utf8Start[index] else { return false }
        }
        return true
    }
}
