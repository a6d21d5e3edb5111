/// An expected no: an answer that a person can act on.
///
/// `code` is public, dotted and never changes; the words live in `locales/` under `problem.<code>`.
package protocol Refusal: Error, Sendable {
    var kind: RefusalKind { get }
    var code: String { get }
    /// What the sentence needs: a date, a limit.
    var facts: [String: Fact] { get }
}

/// What sort of no it is; each surface has one answer a kind.
package enum RefusalKind: Sendable {
    /// The input itself is wrong.
    case invalid
    /// Sign in first.
    case unauthenticated
    /// Signed in, but not allowed.
    case forbidden
    case notFound
    /// True input that does not fit the present state.
    case conflict
    /// It was good once.
    case gone
    /// Too often; facts say when to try again.
    case throttled
}

/// One value inside a sentence.
package enum Fact: Hashable, Sendable {
    case text(String)
    case number(Int64)
    case instant(Instant)
    case span(Span)
    case money(Money)
    case volume(DataVolume)
}

extension Refusal {
    package var facts: [String: Fact] { [:] }
}

extension Refusal where Self: RawRepresentable<String> {
    package var code: String { rawValue }
}

/// An error of the world that is likely to pass: the same request may succeed a little later.
package protocol Passing: Error {
    /// Seconds after which it is worth to try again; nil where waiting alone does not help.
    var retryAfter: Int? { get }
}
