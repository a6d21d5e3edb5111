/// What differs between two exports, menu by menu; secrets are covered.
package struct ExportDiff: Hashable, Sendable {
    /// One command in a comparison.
    package struct Line: Hashable, Sendable {
        package enum Mark: String, Hashable, Sendable {
            case same = " "
            case removed = "-"
            case added = "+"
        }

        package let mark: Mark
        package let text: String
    }

    /// A menu in which something differs.
    package struct Section: Hashable, Sendable {
        package let path: String
        /// Runs of lines that lie together, with a little of what stays the same around them.
        package let runs: [[Line]]
    }

    package let sections: [Section]
    /// How many commands only the newer export has, and how many only the older one.
    package let added: Int
    package let removed: Int
    /// How many differing commands are left out of `sections`.
    package let leftOut: Int

    package var isEmpty: Bool { added + removed == 0 }

    /// Lines around a difference.
    private static let context = 2

    /// Compares; of long differences the first `most` are shown.
    package init(from old: ExportText, to new: ExportText, atMost most: Int = 2_000) {
        let (before, after) = (Self.commands(old), Self.commands(new))
        var sections: [Section] = []
        var (added, removed, shown) = (0, 0, 0)
        for path in Self.order(old, new) {
            let lines = Self.lines(before[path] ?? [], after[path] ?? [])
            let count = lines.count { $0.mark != .same }
            guard count > 0 else { continue }
            added += lines.count { $0.mark == .added }
            removed += lines.count { $0.mark == .removed }
            let runs = Self.runs(lines, atMost: most - shown)
            shown += min(count, most - shown)
            if !runs.isEmpty { sections.append(Section(path: path, runs: runs)) }
        }
        self.sections = sections
        (self.added, self.removed) = (added, removed)
        leftOut = added + removed - shown
    }

    private static func commands(_ export: ExportText) -> [String: [String]] {
        Dictionary(export.sections.map { ($0.path, $0.commands) }, uniquingKeysWith: { first, _ in first })
    }

    /// The menus of both, in the order of the newer one; those that are gone stand where they stood.
    private static func order(_ old: ExportText, _ new: ExportText) -> [String] {
        merged(old.sections.map(\.path), new.sections.map(\.path)).map(\.text).reduce(into: []) { paths, path in
            if !paths.contains(path) { paths.append(path) }
        }
    }

    private static func lines(_ old: [String], _ new: [String]) -> [Line] {
        merged(old, new).map { Line(mark: $0.mark, text: ExportMask.covering($0.text)) }
    }

    /// Both lists as one, what went before what came.
    private static func merged(_ old: [String], _ new: [String]) -> [Line] {
        var lines: [Line] = []
        var (left, right) = (0, 0)
        for pair in LineMatching.pairs(old, new) + [(old.count, new.count)] {
            lines += old[left..<pair.left].map { Line(mark: .removed, text: $0) }
            lines += new[right..<pair.right].map { Line(mark: .added, text: $0) }
            if pair.left < old.count { lines.append(Line(mark: .same, text: old[pair.left])) }
            (left, right) = (pair.left + 1, pair.right + 1)
        }
        return lines
    }

    /// The lines near a difference, cut where others lie between.
    private static func runs(_ lines: [Line], atMost most: Int) -> [[Line]] {
        var runs: [[Line]] = []
        var (end, shown) = (-1, 0)
        for place in lines.indices where lines[place].mark != .same {
            guard shown < most else { break }
            shown += 1
            let start = max(end, max(0, place - context))
            let stop = nextStop(lines, place)
            if start > end || runs.isEmpty { runs.append([]) }
            runs[runs.count - 1] += lines[start..<stop]
            end = stop
        }
        return runs
    }

    /// Behind the lines that follow a difference and stay the same, up to the next one.
    private static func nextStop(_ lines: [Line], _ place: Int) -> Int {
        let following = lines[(place + 1)...].prefix(context).prefix { $0.mark == .same }
        return place + 1 + following.count
    }
}
