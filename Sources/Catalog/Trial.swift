package import Values

/// How often one device, and one telephone number, may have a package that is given to be tried.
///
/// Written `once`, or `every 90d`.
package enum Trial: Hashable, Sendable, CustomStringConvertible {
    case once
    /// Anew so long after the last one began.
    case every(Span)

    /// Returns nil for any other word, and where the span cannot be read.
    package init?(_ text: some StringProtocol) {
        let words = text.split(separator: " ")
        switch (words.first, words.count) {
        case ("once", 1): self = .once
        case ("every", 2):
            guard let span = Span(words[1]) else { return nil }
            self = .every(span)
        default: return nil
        }
    }

    package var description: String {
        switch self {
        case .once: "once"
        case .every(let span): "every \(span.text)"
        }
    }

    /// When whoever had it at an instant may have it anew; nil for never.
    package func again(after instant: Instant) -> Instant? {
        switch self {
        case .once: nil
        case .every(let span): instant + span
        }
    }
}
