/// The name of a hole: up to 24 ASCII letters, digits, `_` and `.`, packed into three words.
///
/// Two keys are compared as three integers and none is ever hashed: a page has about ten values, and a scan over
/// their keys costs less than one look-up in a dictionary of texts.
package struct TemplateKey: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    private let words: (UInt64, UInt64, UInt64)

    /// The longest name in bytes.
    package static let maximumLength = 24

    /// A name written in the source; a longer one than 24 bytes is a programmer error and traps.
    package init(stringLiteral name: StaticString) {
        precondition(name.utf8CodeUnitCount <= Self.maximumLength, "A template name has at most 24 bytes")
        words = unsafe Self.pack(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// A name read from a template or made while running; nil where a template could not hold it.
    package init?(_ name: some StringProtocol) {
        var name = String(name)
        guard (1...Self.maximumLength).contains(name.utf8.count), name.utf8.allSatisfy(Self.isAllowed) else {
            return nil
        }
        words = name.withUTF8 { unsafe Self.pack($0) }
    }

    private static func pack(_ name: UnsafeBufferPointer<UInt8>) -> (UInt64, UInt64, UInt64) {
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        unsafe withUnsafeMutableBytes(of: &words) { unsafe $0.copyMemory(from: UnsafeRawBufferPointer(name)) }
        return words
    }

    static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    package var description: String {
        var words = words
        return unsafe withUnsafeBytes(of: &words) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    @inline(__always)
    package static func == (left: Self, right: Self) -> Bool {
        left.words.0 == right.words.0 && left.words.1 == right.words.1 && left.words.2 == right.words.2
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
    }
}
