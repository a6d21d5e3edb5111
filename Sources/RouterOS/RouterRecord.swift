import JSON
package import Values

/// The id of a row: `*` and upper-case hexadecimal digits, such as `*1F`; `*0` is one too.
package struct RouterID: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init?(_ text: some StringProtocol) { self.init(String(text).utf8Span.span) }

    /// Rows get ascending numbers, none twice.
    package var number: UInt64 { UInt64(description.dropFirst(), radix: 16) ?? .max }

    /// Reads the bytes of an id.
    init?(_ text: Swift.Span<UInt8>) {
        guard (2...17).contains(text.count), text[0] == UInt8(ascii: "*") else { return nil }
        for index in 1..<text.count {
            guard (48...57).contains(text[index]) || (65...70).contains(text[index]) else { return nil }
        }
        description = WireText.decode(text)
    }
}

/// One row as a router gave it: every value is text, and what is empty may be absent.
///
/// Values that are no UTF-8 are kept losslessly by the binary API, in the form that `WireText` tells.
package struct RouterRecord: Hashable, Sendable {
    /// Nil for a record and for what a command returned.
    package let id: RouterID?
    package let values: [String: String]

    package init(id: RouterID? = nil, _ values: [String: String]) {
        self.id = id
        self.values = values
    }

    /// Reads a JSON object whose values are text; other scalars are taken by their text, null as absent.
    init?(_ json: JSON) {
        guard let object = json.object else { return nil }
        var values: [String: String] = [:]
        for member in object {
            switch member.value {
            case .string(let text): values[member.key] = text
            case .number(let digits): values[member.key] = digits
            case .bool(let truth): values[member.key] = truth ? "true" : "false"
            case .null: break
            case .array, .object: return nil
            }
        }
        id = values.removeValue(forKey: ".id").flatMap { RouterID($0) }
        self.values = values
    }

    /// Whether the row was removed: the mark in a feed of changes, whose value differs between versions.
    package var isGone: Bool { values[".dead"] != nil }

    /// Whether a row is one of the menu: a starting router may answer with another menu's record.
    func fits(_ menu: Menu, _ properties: [String]) -> Bool {
        guard menu.isRecord else { return id != nil }
        return properties.isEmpty || properties.contains { values[$0] != nil }
    }

    /// The text of a property; absent and empty are both nil.
    package subscript(name: String) -> String? {
        guard let text = values[name], !text.isEmpty else { return nil }
        return text
    }

    /// Whether a flag is set; an absent flag is not.
    package func flag(_ name: String) -> Bool { self[name].flatMap(RouterValue.truth) ?? false }

    /// A count, such as a byte counter; nil where absent or no number.
    package func number(_ name: String) -> Int64? { self[name].flatMap { Int64($0) } }

    /// A length of time; nil where absent or a word such as `none`.
    package func span(_ name: String) -> Span? { self[name].flatMap { RouterDuration($0)?.span } }

    /// A hardware address.
    package func mac(_ name: String) -> MACAddress? { self[name].flatMap { MACAddress($0) } }

    /// An address.
    package func address(_ name: String) -> IPv4Address? { self[name].flatMap { IPv4Address($0) } }

    /// A comma list, in its order.
    package func list(_ name: String) -> [String] { self[name]?.split(separator: ",").map(String.init) ?? [] }
}

/// How values are written and read on the wire.
package enum RouterValue {
    /// `true`, `yes`, `false` or `no`; nil for other words, such as `default`.
    package static func truth(_ text: String) -> Bool? {
        switch text {
        case "true", "yes": true
        case "false", "no": false
        default: nil
        }
    }

    /// The written form of a truth value, which every version takes.
    package static func text(_ truth: Bool) -> String { truth ? "true" : "false" }

    /// Whether a secret was masked because the user lacks the policy `sensitive`; never write such a value back.
    package static func isMasked(_ text: String) -> Bool { !text.isEmpty && text.allSatisfy { $0 == "*" } }

    /// Whether a reference shows the bare id of a row that is gone, instead of its name.
    package static func isDangling(_ text: String) -> Bool { RouterID(text) != nil }

    /// Whether two written forms mean the same to the router; absent is nil.
    ///
    /// A limit that is absent equals zero, and a durations's forms are equal by their length.
    package static func mean(_ left: String?, sameAs right: String?, for property: RouterProperty) -> Bool {
        canonical(left, property) == canonical(right, property)
    }

    private static func canonical(_ text: String?, _ property: RouterProperty) -> String {
        let text = text ?? ""
        switch property.type {
        case .duration:
            let duration = text.isEmpty || text == "none" ? RouterDuration(.zero) : RouterDuration(text)
            return duration?.text ?? text
        case .number: return text.isEmpty ? "0" : text
        case .bool: return truth(text).map { self.text($0) } ?? (text.isEmpty ? "false" : text)
        case .mac: return MACAddress(text).map { $0.bits == 0 ? "" : $0.description } ?? text
        case .address: return text == "0.0.0.0" ? "" : text
        case .row: return text.isEmpty ? property.defaultValue ?? "" : text
        case .text where property.name == "rate-limit": return RouterRateLimit(text)?.canonical ?? text
        default: return text
        }
    }
}
