package import Values

/// When a provider is asked what became of a prompt, and how long.
///
/// It goes by the time since the prompt, however often was asked in between: news that a callback brings is asked about at
/// once, and that must not put off what comes after.
package enum PollSchedule {
    /// Seconds after the prompt; afterwards every hour.
    private static let first: [Int64] = [5, 10, 20, 35, 60, 90, 150, 300, 900]
    /// Hours after a prompt of which the provider said that nothing came of it: money was seen to come all the same.
    private static let afterwards: [Int64] = [1, 4, 12, 24, 48]
    /// Between two questions at the least.
    private static let least = Span.seconds(5)
    /// When nobody asks any more, and a person looks.
    package static let end = Span.hours(48)
    /// How long is asked closely.
    static let closeLooks = Span.seconds(900)

    /// When to ask the next time; nil after two days.
    package static func next(at now: Instant, since prompted: Instant) -> Instant? {
        let hours = max(0, (now - prompted).milliseconds / 3_600_000) + 1
        let pauses = first.map { Span.seconds($0) } + [.hours(hours)]
        guard let pause = pauses.first(where: { prompted + $0 > now }), pause <= end else { return nil }
        return max(prompted + pause, now + least)
    }

    /// When to ask the next time for money that comes late; nil after two days.
    static func nextForLateMoney(at now: Instant, since prompted: Instant) -> Instant? {
        if now < prompted + closeLooks { return next(at: now, since: prompted) }
        return afterwards.lazy.map { prompted + .hours($0) }.first { $0 > now }
    }
}
