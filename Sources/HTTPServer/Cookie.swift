/// A cookie that an answer sets; RFC 6265bis.
///
/// It is sent with `HttpOnly`, `SameSite=Lax` and `Path=/`; over TLS also `Secure`, and its name gets the prefix
/// `__Host-`, with which browsers take it from this host only.
package struct Cookie: Sendable {
    package let name: StaticString
    package let value: String
    /// Seconds; nil for as long as the browser runs, 0 to remove it.
    package let maxAge: Int?

    /// `value` must be of token characters and `=`; Base64URL is.
    package init(_ name: StaticString, _ value: String, maxAge: Int? = nil) {
        precondition(value.utf8.allSatisfy(Self.isValueByte), "A cookie value that browsers would cut")
        self.name = name
        self.value = value
        self.maxAge = maxAge
    }

    /// A cookie that takes an earlier one away.
    package static func removal(of name: StaticString) -> Cookie { Cookie(name, "", maxAge: 0) }

    func line(secure: Bool) -> String {
        var line = secure ? "__Host-\(name)=\(value)" : "\(name)=\(value)"
        line += "; Path=/; HttpOnly; SameSite=Lax"
        if secure { line += "; Secure" }
        if let maxAge { line += "; Max-Age=\(maxAge)" }
        return line
    }

    private static func isValueByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: ",")
            && byte != UInt8(ascii: ";") && byte != UInt8(ascii: "\\")
    }

    /// Finds a cookie in the value of a `Cookie` header; over TLS only under its `__Host-` name.
    static func value(
        of name: StaticString, secure: Bool, in line: UnsafeBufferPointer<UInt8>
    ) -> String? {
        let prefix: StaticString = secure ? "__Host-" : ""
        let width = prefix.utf8CodeUnitCount + name.utf8CodeUnitCount
        var rest = unsafe line[...]
        while unsafe !rest.isEmpty {
            let end = unsafe rest.firstIndex(of: UInt8(ascii: ";")) ?? rest.endIndex
            let pair = unsafe rest[..<end].drop { $0 == UInt8(ascii: " ") }
            unsafe rest = rest[min(end + 1, rest.endIndex)...]
            let value = unsafe pair.dropFirst(width)
            guard unsafe value.first == UInt8(ascii: "="),
                unsafe pair.starts(with: UnsafeBufferPointer(prefix)),
                unsafe pair.dropFirst(prefix.utf8CodeUnitCount).starts(with: UnsafeBufferPointer(name))
            else { continue }
            return unsafe String(decoding: value.dropFirst(), as: UTF8.self)
        }
        return nil
    }
}

extension UnsafeBufferPointer<UInt8> {
    init(_ text: StaticString) { unsafe self.init(start: text.utf8Start, count: text.utf8CodeUnitCount) }
}
