import Values

/// What the running gateway does for a command that cannot do it itself.
enum GatewayAnswer {
    /// Looks for an answer until it is there; nil where it did not come in time.
    static func wait<Answer>(upTo patience: Span, for look: () throws -> Answer?) async throws -> Answer? {
        let end = SystemClock.now() + patience
        while SystemClock.now() < end {
            // The gateway is another process: what it does is seen in the database alone, and nothing wakes a command.
            try await Task.sleep(for: .milliseconds(200))
            if let answer = try look() { return answer }
        }
        return nil
    }
}
