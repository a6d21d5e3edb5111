import RouterOS
import Subscribers
import Values

/// The rows of a menu that somebody wrote, by what they are looked for: a router has as many as a provider has lines.
struct LineRows {
    /// Those with the mark of a line.
    let byLine: [ID<Line>: [RouterRecord]]
    private let byValue: [String: [RouterRecord]]
    private let property: String

    /// Indexes rows by their marks, and by the property by which the router tells rows of the menu apart.
    init(_ records: [RouterRecord], by property: String) {
        self.property = property
        var byLine: [ID<Line>: [RouterRecord]] = [:]
        for record in records {
            if let line = record.line { byLine[line, default: []].append(record) }
        }
        self.byLine = byLine
        byValue = Dictionary(grouping: records) { $0[property] ?? "" }
    }

    /// The rows of a line, that with the wanted value first.
    func rows(of line: ID<Line>, preferring value: String) -> [RouterRecord] {
        let ours = byLine[line] ?? []
        guard ours.count > 1, let place = ours.firstIndex(where: { $0[property] == value }) else { return ours }
        return [ours[place]] + ours[..<place] + ours[(place + 1)...]
    }

    /// The rows that have a value, whose ever they are.
    func rows(with value: String) -> [RouterRecord] { byValue[value] ?? [] }
}
