package import Values

/// One or several label values that stand together before a number.
package protocol LabelSet: Hashable, Sendable {
    /// `name="value"`, with commas between several.
    var line: String { get }
}

/// Labels whose every member is known to the compiler.
package protocol ClosedLabelSet: LabelSet {
    /// Every member, in the order of the lines.
    static var members: [Self] { get }
}

/// One label whose values are the cases of an enum.
package protocol MetricLabel: ClosedLabelSet, CaseIterable, RawRepresentable<String> {
    /// The label's name, such as `outcome`.
    static var label: StaticString { get }
}

extension MetricLabel {
    package static var members: [Self] { Array(allCases) }
    package var line: String { "\(Self.label)=\"\(escaped(rawValue))\"" }
}

/// Two labels together; a pair of pairs makes three and more.
package struct LabelPair<First: LabelSet, Second: LabelSet>: LabelSet {
    package let first: First
    package let second: Second

    package init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    package var line: String { "\(first.line),\(second.line)" }
}

extension LabelPair: ClosedLabelSet where First: ClosedLabelSet, Second: ClosedLabelSet {
    package static var members: [Self] {
        First.members.flatMap { first in Second.members.map { Self(first, $0) } }
    }
}

/// A label whose values become known when the program starts, such as the routes of a table; never from traffic.
package struct NamedLabel: LabelSet {
    package let line: String

    package init(_ label: StaticString, _ value: String) { line = "\(label)=\"\(escaped(value))\"" }
}

/// Backslash, quote and line feed of a label value, as the format asks.
func escaped(_ value: String) -> String {
    var text = ""
    for character in value {
        switch character {
        case "\\": text += "\\\\"
        case "\"": text += "\\\""
        case "\n": text += "\\n"
        default: text.append(character)
        }
    }
    return text
}

/// What can stand in a family: a number or a few that render as lines.
package protocol Metric: Sendable {
    /// Appends the lines; `labels` is empty or `name="value"` with commas between.
    func render(_ name: String, _ labels: String, to buffer: ByteBuffer)
}

/// One metric for each member of a closed label set.
package struct Family<Labels: LabelSet, Member: Metric>: Sendable {
    private let members: [Labels]
    private let metrics: [Labels: Member]

    init(_ members: [Labels], make: () -> Member) {
        self.members = members
        metrics = Dictionary(uniqueKeysWithValues: members.map { ($0, make()) })
    }

    /// The metric of a member; one that was not registered is a programmer error and traps.
    package subscript(labels: Labels) -> Member {
        guard let metric = metrics[labels] else { preconditionFailure("\(labels.line) is not among the members") }
        return metric
    }

    /// The metric of a pair.
    package subscript<First, Second>(first: First, second: Second) -> Member where Labels == LabelPair<First, Second> {
        self[LabelPair(first, second)]
    }

    func render(_ name: String, to buffer: ByteBuffer) {
        for labels in members { self[labels].render(name, labels.line, to: buffer) }
    }
}
