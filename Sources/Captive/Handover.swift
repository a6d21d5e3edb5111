import HTTPServer
import Locales
package import Values

/// What the router's login page hands over about the device that asks, by the names that RouterOS uses for it.
package struct Handover: Hashable, Sendable {
    package var mac: MACAddress?
    package var address: IPv4Address?
    /// Where the router takes the login form; only an address on a local network or the site's own is kept.
    package var linkLoginOnly: String?
    /// The challenge of CHAP as it stood in the page, octal escapes or bytes; empty for PAP.
    package var chapID = ""
    package var chapChallenge = ""
    /// The page that the person wanted; http or https only.
    package var wanted: String?
    /// Why the router refused a login, in its own words; empty for none.
    package var routerError = ""
    /// The router's identity, to tell the routers of a site apart.
    package var identity = ""
    /// The language that the person chose by a link, over what the browser asks for.
    var language: Language?

    /// What a page needs that knows the device already.
    init(wanted: String?, language: Language?) {
        self.wanted = wanted
        self.language = language
    }

    /// - Throws: `RequestRefusal.malformedText` where a value is not UTF-8.
    init(query request: Request, at place: Place) throws {
        try self.init(at: place) { try request.query($0) }
    }

    /// - Throws: `RequestRefusal` for a broken form.
    init(form: Form, at place: Place) throws {
        try self.init(at: place) { form[$0.description] }
    }

    private init(at place: Place, value: (StaticString) throws -> String?) throws {
        mac = try value("mac").flatMap { MACAddress($0) }
        address = try value("ip").flatMap { IPv4Address($0) }
        linkLoginOnly = try value("link-login-only").flatMap { place.trustedLoginLink($0) }
        chapID = try Self.short(value("chap-id"))
        chapChallenge = try Self.short(value("chap-challenge"))
        wanted = try (value("dst") ?? value("link-orig")).flatMap(Self.webAddress)
        routerError = try Self.short(value("error"))
        identity = try Self.short(value("identity"))
        language = try value("lang").flatMap { place.locales.language($0) }
    }

    /// The query that carries all this on, the chosen language with it.
    var onward: String {
        guard let language else { return query }
        return query.isEmpty ? "lang=\(language.tag)" : "\(query)&lang=\(language.tag)"
    }

    /// The query for a link to the page in another language.
    var query: String {
        var query: [UInt8] = []
        query.reserveCapacity(512)
        func add(_ name: String, _ value: String) {
            guard !value.isEmpty else { return }
            if !query.isEmpty { query.append(UInt8(ascii: "&")) }
            query += name.utf8
            PercentEncoding.append(value, to: &query)
        }
        add("mac=", mac?.description ?? "")
        add("ip=", address?.description ?? "")
        add("link-login-only=", linkLoginOnly ?? "")
        add("chap-id=", chapID)
        add("chap-challenge=", chapChallenge)
        add("dst=", wanted ?? "")
        add("identity=", identity)
        return String(decoding: query, as: UTF8.self)
    }

    private static func short(_ text: String?) -> String {
        guard let text, text.utf8.count <= 256 else { return "" }
        return text
    }

    private static func webAddress(_ text: String) -> String? {
        let isWeb = text.hasPrefix("http://") || text.hasPrefix("https://")
        let isClean = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") }
        return isWeb && isClean && text.utf8.count <= 2_000 ? text : nil
    }
}

/// Percent-encoding of RFC 3986 section 2, for values in a query.
enum PercentEncoding {
    static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        append(text, to: &encoded)
        return String(decoding: encoded, as: UTF8.self)
    }

    static func append(_ text: String, to encoded: inout [UInt8]) {
        for byte in text.utf8 {
            if isUnreserved(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(capital(byte >> 4))
                encoded.append(capital(byte & 0xF))
            }
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func capital(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 48 + nibble : 55 + nibble }
}
