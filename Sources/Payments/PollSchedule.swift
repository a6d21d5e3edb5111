package import Values

/// When a provider is asked what became of a prompt, and how long.
package enum PollSchedule {
    /// Seconds after the prompt; afterwards every hour.
    private static let first: [Int64] = [5, 10, 20, 35, 60, 90, 150, 300, 900]
    /// When nobody asks any more, and a person looks.
    package static let end = Span.hours(48)

    /// When to ask the next time after so many times; nil after two days.
    package static func next(after attempts: Int, since prompted: Instant) -> Instant? {
        let pause = attempts < first.count ? Span.seconds(first[attempts]) : .hours(Int64(attempts - first.count + 1))
        return pause <= end ? prompted + pause : nil
    }
}
