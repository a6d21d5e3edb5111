import HTTPServer
import Locales
import Templates
package import Values

/// What the router's login page hands over about the device that asks, by the names that RouterOS uses for it.
///
/// Every page of a device carries it on, so it is read once, into one run of bytes, and written from there.
package struct Handover: Sendable {
    /// What comes in a query or in a form.
    enum Field: Int, CaseIterable {
        case mac, ip, linkLoginOnly, chapID, chapChallenge, dst, linkOrig, error, identity, lang, code, other

        @inline(__always)
        var name: StaticString {
            switch self {
            case .mac: "mac"
            case .ip: "ip"
            case .linkLoginOnly: "link-login-only"
            case .chapID: "chap-id"
            case .chapChallenge: "chap-challenge"
            case .dst: "dst"
            case .linkOrig: "link-orig"
            case .error: "error"
            case .identity: "identity"
            case .lang: "lang"
            case .code: "code"
            case .other: "other"
            }
        }

        init?(_ name: Swift.Span<UInt8>) {
            let candidate: Field
            switch (name.count, name.count > 0 ? name[0] : 0) {
            case (2, _): candidate = .ip
            case (3, UInt8(ascii: "m")): candidate = .mac
            case (3, _): candidate = .dst
            case (4, UInt8(ascii: "l")): candidate = .lang
            case (4, _): candidate = .code
            case (5, UInt8(ascii: "e")): candidate = .error
            case (5, _): candidate = .other
            case (7, _): candidate = .chapID
            case (8, _): candidate = .identity
            case (9, _): candidate = .linkOrig
            case (14, _): candidate = .chapChallenge
            case (15, _): candidate = .linkLoginOnly
            default: return nil
            }
            guard Self.isSame(name, candidate.name) else { return nil }
            self = candidate
        }

        /// Whether pages carry it on.
        var isCarried: Bool {
            switch self {
            case .mac, .ip, .linkLoginOnly, .chapID, .chapChallenge, .dst, .identity: true
            case .linkOrig, .error, .lang, .code, .other: false
            }
        }

        /// Byte by byte: the library has just ended the name with a zero, and a processor that reads a run of bytes waits
        /// until one that was written alone among them has arrived.
        private static func isSame(_ name: Swift.Span<UInt8>, _ text: StaticString) -> Bool {
            guard name.count == text.utf8CodeUnitCount else { return false }
            for index in name.indices where unsafe name[unchecked: index] != text.utf8Start[index] { return false }
            return true
        }
    }

    package private(set) var mac: MACAddress?
    package var address: IPv4Address?
    /// The language that the person chose by a link, over what the browser asks for.
    private(set) var language: Language?
    /// The texts, one after the other, and where each lies.
    private(set) var bytes: [UInt8] = []
    private var places: InlineArray<12, (start: Int32, end: Int32)> = .init(repeating: (0, 0))
    /// Whether none of the texts holds what HTML has references for.
    private(set) var isPlain = false
    /// Where the query of a link lies among the bytes as the fields came, each after `&amp;`; empty where it has to be put
    /// together.
    private(set) var link = 0..<0

    // MARK: Reading

    /// - Throws: `RequestRefusal.malformedText` where a value is not UTF-8.
    init(query request: Request, at place: Place) throws {
        var isText = true
        var isLink = true
        let (half, spellings) = (request.headBytes + Spellings.longest, Spellings.inHTML)
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * half) { room in
            // The texts lie in the first half, the link in the second.
            var (count, end) = (0, half)
            var places = places
            var isPlain = true
            request.forEachArgument { name, value in
                guard let field = Field(name), places[field.rawValue].end == places[field.rawValue].start else {
                    return
                }
                guard let text = unsafe Percent.decode(value, into: room, from: count) else {
                    isText = false
                    return
                }
                places[field.rawValue] = (Int32(count), Int32(count + text.count))
                count += text.count
                guard field.isCarried, text.count > 0 else { return }
                isPlain = isPlain && text.isPlainInHTML
                isLink = isLink && text.isPlainInLink
                unsafe Self.copy(spellings.start(of: field, isFirst: false), to: room, at: &end)
                unsafe value.withUnsafeBufferPointer { unsafe Self.copy($0, to: room, at: &end) }
            }
            (self.places, self.isPlain) = (places, isPlain)
            bytes.reserveCapacity(count + end - half)
            unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: room[..<count]))
            unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: room[half..<end]))
            if isLink { link = count..<bytes.count }
        }
        guard isText else { throw RequestRefusal.malformedText }
        check(at: place)
    }

    private static func copy(
        _ text: UnsafeBufferPointer<UInt8>, to room: UnsafeMutableBufferPointer<UInt8>, at end: inout Int
    ) {
        guard let source = text.baseAddress, let start = room.baseAddress else { return }
        precondition(end + text.count <= room.count, "There is no room for \(text.count) bytes")
        unsafe (start + end).update(from: source, count: text.count)
        end += text.count
    }

    /// - Throws: `RequestRefusal` for a broken form.
    init(form: Form, at place: Place) throws {
        for field in Field.allCases {
            if let text = form["\(field.name)"] { append(text, as: field) }
        }
        check(at: place)
    }

    /// What a page needs that knows the device already.
    init(carrying other: Handover) {
        language = other.language
        append(other.text(.dst), as: .dst)
    }

    /// The same about a device that is known otherwise.
    func of(_ mac: MACAddress) -> Handover {
        var other = self
        other.mac = mac
        other.append(mac.description, as: .mac)
        return other
    }

    private mutating func append(_ text: String, as field: Field) {
        self[field] = bytes.count..<bytes.count + text.utf8.count
        bytes += text.utf8
        isPlain = false
    }

    /// Takes what is well-formed and may be believed, and forgets the rest.
    private mutating func check(at place: Place) {
        if self[.dst].isEmpty, !self[.linkOrig].isEmpty { self[.dst] = self[.linkOrig] }
        let texts = bytes
        let span = texts.span
        mac = MACAddress(span.extracting(self[.mac])).flatMap { $0.isOfOneDevice ? $0 : nil }
        if mac == nil { self[.mac] = 0..<0 }
        address = IPv4Address(span.extracting(self[.ip])).flatMap { $0.isOfOneDevice ? $0 : nil }
        if address == nil { self[.ip] = 0..<0 }
        if !self[.lang].isEmpty { language = place.locales.language(text(.lang)) }
        if !Self.isWebAddress(span.extracting(self[.dst])) { self[.dst] = 0..<0 }
        if !place.trusts(loginLink: span.extracting(self[.linkLoginOnly])) { self[.linkLoginOnly] = 0..<0 }
        for field in [.chapID, .chapChallenge, .error, .identity] as [Field] where self[field].count > 256 {
            self[field] = 0..<0
        }
    }

    private static func isWebAddress(_ text: Swift.Span<UInt8>) -> Bool {
        guard text.starts(with: "http://") || text.starts(with: "https://"), text.count <= 2_000 else { return false }
        return text.consists { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") }
    }

    // MARK: Asking

    /// Where the router takes the login form; only an address on a local network or the site's own is kept.
    package var linkLoginOnly: String? { optional(.linkLoginOnly) }
    /// The challenge of CHAP as it stood in the page, octal escapes or bytes; empty for PAP.
    package var chapID: String { text(.chapID) }
    package var chapChallenge: String { text(.chapChallenge) }
    /// The page that the person wanted; http or https only.
    package var wanted: String? { optional(.dst) }
    /// Why the router refused a login, in its own words.
    package var routerError: String? { optional(.error) }
    /// The router's identity, to tell the routers of a site apart.
    package var identity: String { text(.identity) }

    /// A voucher's code that a link brought along.
    package var code: String? { optional(.code) }
    /// Whether another code than that of the access which the device has is to be typed.
    var asksForOther: Bool { !self[.other].isEmpty }

    /// Whether the wanted page may be one of ours: there is more behind the authority than a probe's slash.
    var mayWantOwn: Bool {
        let wanted = bytes.span.extracting(self[.dst])
        guard wanted.count > "https://a/hotspot/".utf8.count else { return false }
        for index in 8..<wanted.count where wanted[index] == UInt8(ascii: "/") {
            return index + 1 < wanted.count && wanted[index + 1] == UInt8(ascii: "h")
        }
        return false
    }

    /// Where a text lies; empty where there is none.
    private(set) subscript(_ field: Field) -> Range<Int> {
        get { Int(places[field.rawValue].start)..<Int(places[field.rawValue].end) }
        set {
            places[field.rawValue] = (Int32(newValue.lowerBound), Int32(newValue.upperBound))
            if field.isCarried { link = 0..<0 }
        }
    }

    private func text(_ field: Field) -> String { String(decoding: bytes[self[field]], as: UTF8.self) }

    private func optional(_ field: Field) -> String? { self[field].isEmpty ? nil : text(field) }
}
