/// A release of RouterOS: `7.16.2`, `7.24rc2`; the simulator speaks 6.40 to 7.24.
package struct RouterRelease: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let major: Int
    package let minor: Int
    package let patch: Int
    /// The number of a release candidate; nil for a finished release.
    package let candidate: Int?

    package init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
        self.major = major
        self.minor = minor
        self.patch = patch
        candidate = nil
    }

    /// Reads `7.9`, `7.16.2` or `7.24rc2`.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let major = Self.number(parts[0]) else { return nil }
        var last = String(parts[parts.count - 1])
        var candidate: Int?
        if let mark = last.firstIndex(of: "r"), last[mark...].hasPrefix("rc") {
            guard let number = Self.number(last[mark...].dropFirst(2)) else { return nil }
            candidate = number
            last = String(last[..<mark])
        }
        guard let end = Self.number(last), let minor = parts.count == 2 ? end : Self.number(parts[1]) else {
            return nil
        }
        self.major = major
        self.minor = minor
        patch = parts.count == 2 ? 0 : end
        self.candidate = candidate
    }

    private static func number(_ text: some StringProtocol) -> Int? {
        (1...3).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil
    }

    /// The releases that the simulator imitates.
    ///
    /// Menus are those of 7.9 to 7.24, which were inspected; before, they lack what is known to be younger.
    package static let spoken = RouterRelease(6, 40)...RouterRelease(7, 24, 99)

    package static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor, left.patch, left.candidate ?? .max)
            < (right.major, right.minor, right.patch, right.candidate ?? .max)
    }

    package var description: String {
        "\(major).\(minor)" + (patch == 0 ? "" : ".\(patch)") + (candidate.map { "rc\($0)" } ?? "")
    }

    /// How `/system/resource` writes it: `7.16.2 (stable)`.
    package var withChannel: String { description + (candidate == nil ? " (stable)" : " (testing)") }

    /// Whether dates read `2026-11-20` instead of `nov/20/2026`; since 7.10.
    package var writesISODates: Bool { self >= RouterRelease(7, 10) }
}
