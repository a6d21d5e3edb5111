import Synchronization
import Values

/// The token that shows who asks, until it ends.
struct AccessToken: Sendable {
    let text: Secret
    /// When another one is fetched, a minute before it ends.
    let renewal: Instant

    /// Of a token that was asked for at an instant and is good for so many seconds, a day at most.
    ///
    /// Where that cannot be read it is taken for the shortest that was ever seen.
    init(_ text: String, goodFor seconds: Int64?, askedAt asked: Instant) {
        let seconds = min(86_400, max(1, seconds ?? 180))
        self.text = Secret(text)
        renewal = asked + .seconds(seconds - min(60, seconds / 2))
    }
}

/// The access token of one app, shared by all who need it: a new one may make the one before invalid.
actor AccessTokens {
    typealias Outcome = Result<AccessToken, RailError>

    private let now: @Sendable () -> Instant
    private let fetch: @Sendable () async -> Outcome
    private var token: AccessToken?
    private var flight: Task<Outcome, Never>?

    /// Fetching a token does nothing at the provider, so whatever goes wrong with it can be tried again.
    init(now: @escaping @Sendable () -> Instant, fetch: @escaping @Sendable () async -> Outcome) {
        self.now = now
        self.fetch = fetch
    }

    /// A token that is good by all that is known; `dead` is one that the provider has just refused.
    ///
    /// However many ask at once, one request fetches it.
    func current(insteadOf dead: Secret? = nil) async throws(RailError) -> Secret {
        if let token, token.text != dead, now() < token.renewal { return token.text }
        let flight = flight ?? start()
        let outcome = await flight.value
        return try outcome.get().text
    }

    private func start() -> Task<Outcome, Never> {
        token = nil
        let started = Task {
            let outcome = await fetch()
            land(outcome)
            return outcome
        }
        flight = started
        return started
    }

    private func land(_ outcome: Outcome) {
        flight = nil
        if case .success(let fresh) = outcome { token = fresh }
    }
}

/// Who asks a provider for tokens: several accounts may be paid through one app.
struct ProviderApp: Hashable, Sendable {
    let address: String
    let name: String
    let secret: Secret
}

/// What all accounts of an app share: its token, and how often the provider is asked.
final class AppShelf: Sendable {
    private let kept = Mutex<[ProviderApp: AccessTokens]>([:])
    private let buckets = Mutex<[ProviderApp: RequestBucket]>([:])

    func bucket(of app: ProviderApp, rate: Int64) -> RequestBucket {
        buckets.withLock { buckets in
            if let known = buckets[app] { return known }
            let made = RequestBucket(rate: rate)
            buckets[app] = made
            return made
        }
    }

    func tokens(of app: ProviderApp, make: () -> AccessTokens) -> AccessTokens {
        kept.withLock { kept in
            if let known = kept[app] { return known }
            let made = make()
            kept[app] = made
            return made
        }
    }
}
