package import HTTPClient
package import Values

/// The ways to the world that a rail needs: HTTP, a clock, and a pause.
package struct RailTransport: Sendable {
    package typealias Send = @Sendable (OutgoingRequest) async -> Result<IncomingResponse, HTTPClientError>

    private let send: Send
    let now: @Sendable () -> Instant
    private let pause: @Sendable (Span) async -> Void
    private let rate: Int64
    private var bucket: RequestBucket
    private let apps = AppShelf()

    /// Sends at most `rate` requests a second to each app of a provider, as providers do not publish their own limits;
    /// `pause` waits for a span, or until the waiting task is cancelled.
    package init(
        rate: Int64 = 5, now: @escaping @Sendable () -> Instant, pause: @escaping @Sendable (Span) async -> Void,
        send: @escaping Send
    ) {
        self.send = send
        self.now = now
        self.pause = pause
        self.rate = rate
        bucket = RequestBucket(rate: rate)
    }

    /// The same ways, for an app: one that is asked much holds up no other.
    func serving(_ app: ProviderApp) -> Self {
        var own = self
        own.bucket = apps.bucket(of: app, rate: rate)
        return own
    }

    /// The token of an app, one for all accounts that use it: a new one may make the one before invalid.
    func tokens(
        of app: ProviderApp, fetch: @escaping @Sendable () async -> AccessTokens.Outcome
    ) -> AccessTokens {
        apps.tokens(of: app) { AccessTokens(now: now, fetch: fetch) }
    }

    /// Sends over a shared client.
    package init(_ client: HTTPClient, rate: Int64 = 5, now: @escaping @Sendable () -> Instant) {
        self.init(
            rate: rate, now: now,
            // Cancelled earlier, the request that follows is given up by the client itself.
            pause: { try? await Task.sleep(for: .milliseconds($0.milliseconds)) },
            send: { request in
                do throws(HTTPClientError) { return .success(try await client.send(request)) } catch {
                    return .failure(error)
                }
            })
    }

    /// Sends one request when its turn has come.
    func exchange(_ request: OutgoingRequest) async throws(RailError) -> IncomingResponse {
        let wait = bucket.reserve(at: now())
        if wait > .zero { await pause(wait) }
        switch await send(request) {
        case .success(let response): return response
        case .failure(let error): throw RailError(of: error)
        }
    }
}
