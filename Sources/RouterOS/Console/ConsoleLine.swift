/// Command lines for the console of RouterOS, every value quoted.
///
/// The lines are ASCII: everything that could mean something to the console, on any version, travels as an escape in
/// hexadecimal digits, which all versions read since their own exports are full of them. A bare `?` would ask version
/// 6 for help, and `\?` is an error from 7.1 on. Source: the manual's chapter on scripting, escape sequences.
package enum ConsoleLine {
    /// A value in quotes, for a line or a script; bytes that are no UTF-8 travel as they are, see `WireText`.
    package static func quoted(_ text: String) -> String {
        var line = "\""
        var bytes: [UInt8] = []
        WireText.append(text, to: &bytes)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"):
                line.unicodeScalars.append("\\")
                line.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "?"), 0..<32, 127...255: line += escaped(byte)
            default: line.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return line + "\""
    }

    /// A backslash and two capital digits.
    private static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "\\0\(digits)" : "\\\(digits)"
    }

    /// `/ip hotspot user`: with blanks between, as versions 6 and 7 both read it.
    static func path(_ menu: Menu) -> String { "/" + menu.path.dropFirst().replacing("/", with: " ") }

    /// `name="value"` for each field.
    static func arguments(_ fields: [RouterField]) -> String {
        fields.map { " \($0.name)=\(quoted($0.value))" }.joined()
    }

    /// What follows `print` or `find`: conditions that must all hold.
    ///
    /// The console compares by type: truth, numbers, lengths of time and ids stand bare, everything else in quotes.
    static func conditions(_ fields: [RouterField], in menu: Menu) -> String {
        guard !fields.isEmpty else { return "" }
        let schema = RouterSchema.menu(menu.path)
        let parts = fields.map { "\($0.name)=\(compared($0.value, schema?.property($0.name)?.type))" }
        return " where " + parts.joined(separator: " and ")
    }

    private static func compared(_ value: String, _ type: RouterProperty.Kind?) -> String {
        if RouterID(value) != nil { return value }
        switch type {
        case .bool: return RouterValue.truth(value).map { $0 ? "yes" : "no" } ?? quoted(value)
        case .number: return isDigits(value) ? value : quoted(value)
        case .duration: return RouterDuration(value)?.text ?? quoted(value)
        default: return quoted(value)
        }
    }

    private static func isDigits(_ text: String) -> Bool {
        (1...19).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    /// Whether a name can stand in a line without quotes: names come from our own schema, and are checked all the same.
    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (97...122).contains($0 | 0x20) || (48...57).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".")
            }
    }
}
