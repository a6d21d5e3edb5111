import CMicrohttpd
import CZlib
import Values

/// Compression for clients that ask for it; RFC 1952.
enum Gzip {
    /// Below this many bytes the packet is no shorter.
    static let threshold = 1_024

    /// The compressed bytes; nil where they are not shorter, or memory is short.
    static func compress(_ bytes: UnsafeRawBufferPointer, level: Int32) -> [UInt8]? {
        guard bytes.count >= threshold, bytes.count < 1 << 30 else { return nil }
        let room = zlib_bound(bytes.count)
        let made = unsafe [UInt8](unsafeUninitializedCapacity: room) { target, count in
            unsafe count = zlib_gzip(
                bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, target.baseAddress, room, level)
        }
        return made.isEmpty || made.count >= bytes.count ? nil : made
    }
}

extension Request {
    /// Whether the client takes gzip; RFC 9110 section 12.5.3.
    var acceptsGzip: Bool {
        guard let line = unsafe lookUp(.HEADER_KIND, "Accept-Encoding") else { return false }
        let fields = unsafe line.split(separator: UInt8(ascii: ","))
        for index in unsafe fields.indices {
            let parts = unsafe fields[index].split(separator: UInt8(ascii: ";"))
            guard let name = unsafe parts.first, unsafe Self.trimmed(name) == "gzip" else { continue }
            let weight = unsafe parts.dropFirst().first.map { unsafe Self.trimmed($0) } ?? "q=1"
            return !["q=0", "q=0.0", "q=0.00", "q=0.000"].contains(weight)
        }
        return false
    }

    private static func trimmed(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        unsafe String(decoding: text.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self).lowercased()
    }
}
