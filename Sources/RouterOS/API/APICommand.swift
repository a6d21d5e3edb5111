/// One sentence to a router, without its tag.
///
/// A sentence is words, each after its length, ended by an empty one; `/command`, then `=name=value` and `?query`
/// words. Source: https://help.mikrotik.com/docs/spaces/ROS/pages/47579160/API.
struct APICommand: Sendable, Equatable {
    private(set) var bytes: [UInt8] = []

    /// A command of a menu, such as `print` of `/ip/hotspot/user`.
    init(_ command: String, in path: String = "") {
        append("\(path)/\(command)")
    }

    /// Adds `=name=value`; the value may be empty or hold anything.
    mutating func append(_ name: String, _ value: String) { append("=\(name)=\(value)") }

    mutating func append(_ fields: [RouterField]) {
        for field in fields { append(field.name, field.value) }
    }

    /// Adds a condition, that a property has exactly this value; rows that meet all conditions are chosen.
    mutating func append(condition: RouterField) { append("?\(condition.name)=\(condition.value)") }

    /// Asks for some properties alone; without this the router computes slow ones too.
    mutating func append(properties: [String]) {
        if !properties.isEmpty { append(".proplist", properties.joined(separator: ",")) }
    }

    private mutating func append(_ word: String) {
        var text: [UInt8] = []
        WireText.append(word, to: &text)
        WordLength.append(text.count, to: &bytes)
        bytes += text
    }

    /// The whole sentence; every reply to it carries the tag.
    func sentence(tagged tag: Int) -> [UInt8] {
        var whole = self
        whole.append(".tag=\(tag)")
        return whole.bytes + [0]
    }
}
