import JSON
import RouterOS

/// One exchange that writes, with what was there before: enough to do it, to check it and to reverse it.
package struct ChangeStep: Hashable, Sendable {
    package enum Deed: String, Hashable, Sendable {
        case add, set, remove, move, run
    }

    /// One property that is written.
    package struct Field: Hashable, Sendable {
        package let name: String
        /// As it was; nil where the row is new.
        package let before: String?
        package let after: String
        package let isSecret: Bool

        init(_ name: String, before: String?, after: String) {
            self.name = name
            self.before = before
            self.after = after
            isSecret = SecretNames.contains(name)
        }
    }

    package let deed: Deed
    package let path: String
    /// The row; of a new one it is known once it was added.
    package internal(set) var id: String?
    /// How people call the row.
    package let label: String
    package internal(set) var fields: [Field] = []
    /// The row that this one is put before.
    var before: String?
    /// The row that stood behind it in an ordered table.
    var next: String?
    /// The command of a `run`.
    var command: String?
    /// The settings of the row as they were.
    var former: [String: String] = [:]
    /// The settings of the row as they were read back.
    var left: [String: String] = [:]
    /// Whether the row carries no settings, such as a session: nothing is to be restored.
    var isLive = false
    /// Whether it is known to have been carried out.
    var isDone = false
    /// The highest id of the table before the change: what has a higher one came since.
    var newest: String?

    init(_ deed: Deed, _ path: String, id: String? = nil, label: String) {
        self.deed = deed
        self.path = path
        self.id = id
        self.label = label
    }

    /// The step as a line of the router's console; secrets are covered.
    package var line: String { CommandLineText.line(self) }

    /// The properties that cannot be brought back, since the router does not show them or they point to nothing.
    package var lost: [String] {
        func isLost(_ name: String, _ value: String?) -> Bool {
            guard let value, !value.isEmpty else { return false }
            return SecretNames.contains(name) ? RouterValue.isMasked(value) : RouterValue.isDangling(value)
        }
        switch deed {
        case .set: return fields.filter { isLost($0.name, $0.before) }.map(\.name)
        case .remove: return former.filter { isLost($0.key, $0.value) }.map(\.key).sorted()
        case .add, .move, .run: return []
        }
    }

    /// Whether it ends a session instead of removing settings.
    package var isSession: Bool { isLive }

    /// Whether there is a way back.
    package var isReversible: Bool { deed != .run && !isLive && lost.isEmpty }
}

extension ChangeStep {
    /// The step, or two where one exchange would not do: `add-mac-cookie` of a hotspot profile goes alone and last.
    ///
    /// Beside other properties the router keeps it on, and `mac-cookie-timeout` puts it on again (seen on 7.24.4).
    var separated: [ChangeStep] {
        let name = "add-mac-cookie"
        let isPutOff = fields.contains { $0.name == name && $0.after == "false" }
        let wasOff = former[name].flatMap(RouterValue.truth) == false && !fields.contains { $0.name == name }
        let isPutOn = wasOff && fields.contains { $0.name == "mac-cookie-timeout" }
        guard path == Menu.hotspotUserProfile.path, isPutOff && (deed == .add || fields.count > 1) || isPutOn else {
            return [self]
        }
        var (first, last) = (self, ChangeStep(.set, path, id: id, label: label))
        first.fields.removeAll { $0.name == name }
        last.fields = [Field(name, before: former[name] ?? "true", after: "false")]
        last.former = former
        return [first, last]
    }

    /// The step as it is kept, secrets included: for sealing only.
    var json: JSON {
        var object: JSONObject = [
            "deed": .string(deed.rawValue), "path": .string(path), "label": .string(label),
            "fields": .array(
                fields.map { field in
                    var member: JSONObject = ["name": .string(field.name), "after": .string(field.after)]
                    member["before"] = field.before.map { .string($0) }
                    return .object(member)
                }),
            "former": .object(former), "left": .object(left), "live": .bool(isLive),
            "done": .bool(isDone),
        ]
        object["newest"] = newest.map { .string($0) }
        object["id"] = id.map { .string($0) }
        object["before"] = before.map { .string($0) }
        object["next"] = next.map { .string($0) }
        object["command"] = command.map { .string($0) }
        return .object(object)
    }

    /// Nil for anything but what `json` makes.
    init?(_ json: JSON) {
        guard let deed = json["deed"]?.text.flatMap({ Deed(rawValue: $0) }), let path = json["path"]?.text,
            let label = json["label"]?.text
        else { return nil }
        self.init(deed, path, id: json["id"]?.text, label: label)
        fields = (json["fields"]?.array ?? []).map { member in
            Field(member["name"]?.text ?? "", before: member["before"]?.text, after: member["after"]?.text ?? "")
        }
        before = json["before"]?.text
        next = json["next"]?.text
        command = json["command"]?.text
        former = json["former"]?.texts ?? [:]
        left = json["left"]?.texts ?? [:]
        isLive = json["live"]?.boolean ?? false
        isDone = json["done"]?.boolean ?? false
        newest = json["newest"]?.text
    }
}
