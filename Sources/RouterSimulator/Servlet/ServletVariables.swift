/// The values behind `$(name)`; a name that is not there reads empty.
struct ServletVariables: Sendable {
    private(set) var values: [String: String]

    init(_ values: [String: String] = [:]) { self.values = values }

    /// The value of a variable; `name-esc` is the value of `name`, escaped for an address.
    subscript(name: String) -> String {
        get {
            if let value = values[name] { return value }
            guard name.hasSuffix("-esc") else { return "" }
            return PercentText.escape(values[String(name.dropLast(4))] ?? "")
        }
        set { values[name] = newValue }
    }

    /// Adds variables over those that are there.
    mutating func add(_ more: [String: String]) { values.merge(more) { $1 } }
}

/// Percent escapes of addresses and forms; RFC 3986 section 2.1 and the form encoding of WHATWG URL.
enum PercentText {
    /// Everything but letters, digits and `-._~` becomes `%XX`.
    static func escape(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 15)]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 48 + nibble : 55 + nibble }

    /// Undoes escapes.
    ///
    /// A broken one stays as it is; `plus` turns `+` into a space.
    static func unescape(_ text: some StringProtocol, plus: Bool) -> String {
        var bytes: [UInt8] = []
        let source = Array(text.utf8)
        var index = 0
        while index < source.count {
            let byte = source[index]
            if byte == UInt8(ascii: "%"), index + 2 < source.count,
                let value = UInt8(String(decoding: source[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                index += 3
                continue
            }
            bytes.append(plus && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            index += 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The fields of a query or a form; the first of several of one name counts.
    static func fields(_ text: some StringProtocol) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = unescape(halves[0], plus: true)
            if fields[name] == nil { fields[name] = halves.count == 2 ? unescape(halves[1], plus: true) : "" }
        }
        return fields
    }
}
