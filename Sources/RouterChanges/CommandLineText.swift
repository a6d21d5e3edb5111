import RouterOS

/// Steps as lines of the router's own console, so that people can compare them with what they know.
enum CommandLineText {
    /// A value as the console takes it: bare where that is safe, else in quotes.
    ///
    /// Only `\`, `"` and `$` are escaped: other escapes are errors (measured on 7.23.2).
    static func quoted(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.utf8.allSatisfy(isPlain)
        guard !isPlain else { return value }
        var text = "\""
        for character in value {
            if "\\\"$".contains(character) { text.append("\\") }
            text.append(character)
        }
        return text + "\""
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: ":"),
            UInt8(ascii: ","), UInt8(ascii: "*"), UInt8(ascii: "@"), UInt8(ascii: "!"):
            true
        default: false
        }
    }

    /// `/ip/hotspot/user` as both generations take it: `/ip hotspot user`.
    private static func menu(_ path: String) -> String {
        "/" + path.split(separator: "/").joined(separator: " ")
    }

    /// The line of a step; secrets are covered.
    static func line(_ step: ChangeStep) -> String {
        let values = step.fields.map { field in
            "\(field.name)=\(field.isSecret && !field.after.isEmpty ? "•••••" : quoted(field.after))"
        }
        let id = step.id ?? ""
        let words: [String] =
            switch step.deed {
            case .add: ["add"] + values + (step.before.map { ["place-before=\($0)"] } ?? [])
            case .set: ["set", id] + values
            case .remove: ["remove", id]
            case .move: ["move", id] + (step.before.map { ["destination=\($0)"] } ?? [])
            case .run: [step.command ?? ""]
            }
        return ([menu(step.path)] + words).joined(separator: " ")
    }
}
