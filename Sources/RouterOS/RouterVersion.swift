/// A version of RouterOS, ordered as it was released: `7.24beta3` before `7.24rc1` before `7.24` before `7.24.1`.
package struct RouterVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// How finished a version is.
    private enum Stage: Int, Comparable, Sendable {
        case alpha, beta, rc, release

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

        static let words: [(word: String, stage: Stage)] = [("alpha", .alpha), ("beta", .beta), ("rc", .rc)]
    }

    package let major: Int
    package let minor: Int
    package let patch: Int
    private let stage: Stage
    private let build: Int

    package init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
        self.major = major
        self.minor = minor
        self.patch = patch
        stage = .release
        build = 0
    }

    /// Reads what a router says of itself: `7.16.2 (stable)`, `7.24rc2 (testing)`, `6.49.10 (long-term)`.
    ///
    /// What follows the first space (channel, build time) is left out. Returns nil for anything else.
    package init?(_ text: some StringProtocol) {
        var digits = String(text.prefix { $0 != " " })
        var stage = Stage.release
        var build = 0
        if let (word, found) = Stage.words.first(where: { digits.contains($0.word) }) {
            let halves = digits.split(separator: word, omittingEmptySubsequences: false)
            guard halves.count == 2, let number = Self.number(halves[1]) else { return nil }
            (digits, stage, build) = (String(halves[0]), found, number)
        }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Self.number($0) }
        guard (2...3).contains(parts.count), numbers.count == parts.count else { return nil }
        (major, minor, patch) = (numbers[0], numbers[1], numbers.count == 3 ? numbers[2] : 0)
        (self.stage, self.build) = (stage, build)
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor, left.patch, left.stage, left.build)
            < (right.major, right.minor, right.patch, right.stage, right.build)
    }

    /// `7.16.2`, `7.24rc2`.
    package var description: String {
        let base = patch == 0 ? "\(major).\(minor)" : "\(major).\(minor).\(patch)"
        guard let word = Stage.words.first(where: { $0.stage == stage })?.word else { return base }
        return "\(base)\(word)\(build)"
    }
}
