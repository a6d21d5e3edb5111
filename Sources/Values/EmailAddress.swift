/// An address of e-mail as it goes over the wire: letters, digits and few signs, so that it can carry nothing else with it.
///
/// Narrower than RFC 5321 section 4.1.2: no quoted local parts, no addresses of machines in brackets, ASCII alone.
/// Printed it is masked, since it is personal: `a•••@example.org`.
package struct EmailAddress: Hashable, Sendable {
    /// Before the last `@`, as written.
    package let local: String
    /// Behind it, in lower case.
    package let domain: String

    /// Takes up to 64 characters, `@` and a domain of two labels or more.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        guard text.utf8.count <= 254, let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        let (local, domain) = (String(text[..<at]), text[text.utf8.index(after: at)...].lowercased())
        guard (1...64).contains(local.utf8.count), Self.isDotted(local, by: Self.isOfLocalPart),
            domain.utf8.count <= 190, domain.contains("."), Self.isDotted(domain, by: Self.isOfLabel),
            domain.split(separator: ".").allSatisfy({ !$0.hasPrefix("-") && !$0.hasSuffix("-") && $0.utf8.count <= 63 })
        else { return nil }
        (self.local, self.domain) = (local, domain)
    }

    /// `asha@example.org`: all of it.
    package var full: String { "\(local)@\(domain)" }

    /// Whether a text is parts between single dots, each of at least one character that passes.
    private static func isDotted(_ text: String, by passes: (UInt8) -> Bool) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0.allSatisfy(passes)
        }
    }

    private static func isOfLabel(_ byte: UInt8) -> Bool {
        (97...122).contains(byte | 0x20) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
    }

    /// The atoms of RFC 5322 section 3.2.3.
    private static func isOfLocalPart(_ byte: UInt8) -> Bool {
        isOfLabel(byte) || "!#$%&'*+/=?^_`{|}~".utf8.contains(byte)
    }
}

extension EmailAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(local.prefix(1))•••@\(domain)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
