import Crypto
import Values

/// One file with its prepared answers: as it is, compressed where that helps, and "not changed" for both.
final class StaticFile: Sendable {
    private struct Variant: Sendable {
        let tag: String
        let whole: FixedAnswer
        let unchanged: FixedAnswer
    }

    private let plain: Variant
    private let compressed: Variant?
    /// Seconds since 1970.
    private let changed: Int64

    init?(_ name: String, _ bytes: [UInt8], changed: Int64, _ caching: CachePolicy) {
        self.changed = changed
        let digest = Hex.encode(SHA256.hash(bytes).prefix(12))
        let type = Self.type(of: name)
        let gzipped = type.isText ? unsafe bytes.withUnsafeBytes { unsafe Gzip.compress($0, level: 9) } : nil
        let common = [
            ("Content-Type", type.text), ("Last-Modified", HTTPDate.text(changed)), ("Cache-Control", caching.text),
        ]
        let varying = gzipped == nil ? common : common + [("Vary", "Accept-Encoding")]
        guard let plain = Self.variant(bytes, tag: "\"\(digest)\"", varying) else { return nil }
        self.plain = plain
        if let gzipped {
            compressed = Self.variant(gzipped, tag: "\"\(digest)-gz\"", varying + [("Content-Encoding", "gzip")])
        } else {
            compressed = nil
        }
    }

    private static func variant(
        _ bytes: [UInt8], tag: String, _ headers: [(String, String)]
    ) -> Variant? {
        let all = headers + [("ETag", tag)]
        let short = all.filter { $0.0 != "Content-Type" && $0.0 != "Content-Encoding" }
        guard let whole = FixedAnswer(bytes, headers: all, security: .strict),
            let unchanged = FixedAnswer([], headers: short, security: .strict)
        else { return nil }
        return Variant(tag: tag, whole: whole, unchanged: unchanged)
    }

    /// RFC 9110 section 13.2.2: a tag goes before a date.
    func response(to request: Request) -> Response {
        var variant = plain
        if let compressed, request.acceptsGzip { variant = compressed }
        let isKnown: Bool
        if let tags = request.header("If-None-Match") {
            isKnown = Self.names(tags, variant.tag)
        } else {
            isKnown = request.header("If-Modified-Since").flatMap { HTTPDate.parse($0) }.map { changed <= $0 } ?? false
        }
        return isKnown
            ? Response(status: 304, content: .fixed(variant.unchanged))
            : Response(status: 200, content: .fixed(variant.whole))
    }

    /// Weak comparison, RFC 9110 section 8.8.3.2.
    private static func names(_ tags: String, _ tag: String) -> Bool {
        for field in tags.split(separator: ",") {
            let given = field.drop { $0 == " " }.prefix { $0 != " " }
            if given == "*" || given == tag || given == "W/" + tag { return true }
        }
        return false
    }

    private static func type(of name: String) -> (text: String, isText: Bool) {
        let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return types[ending] ?? ("application/octet-stream", false)
    }

    private static let types: [String: (String, Bool)] = [
        "css": ("text/css; charset=utf-8", true), "js": ("text/javascript; charset=utf-8", true),
        "html": ("text/html; charset=utf-8", true), "svg": ("image/svg+xml", true),
        "json": ("application/json", true), "txt": ("text/plain; charset=utf-8", true),
        "webmanifest": ("application/manifest+json", true), "xml": ("application/xml", true),
        "png": ("image/png", false), "jpg": ("image/jpeg", false), "jpeg": ("image/jpeg", false),
        "webp": ("image/webp", false), "ico": ("image/x-icon", false), "woff2": ("font/woff2", false),
        "pdf": ("application/pdf", false),
    ]
}
