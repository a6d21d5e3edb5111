import Glibc
import Synchronization
package import Values
import Wires

/// The simulated service on a port of this computer: its doors, its clock, and its post.
package final class DarajaHost: Sendable {
    package struct Settings: Sendable {
        /// 0 is any free port.
        package var port: UInt16 = 0
        package var consumerKey = "consumer-key"
        package var consumerSecret = Secret("consumer-secret")
        /// What MTN's side wants beside key and secret.
        package var subscriptionKey = Secret("subscription-key")
        /// What those who send texts show, with the sandbox's user name.
        package var textKey = Secret("text-key")
        /// Senders of texts that were approved.
        package var textSenders = ["LANGO", "22384"]
        /// What clients of the control side show.
        package var controlToken = DarajaWords.hex(32)
        package var businesses = DarajaBusiness.usual
        package var initiator = "testapi"
        package var initiatorPassword = Secret("Safaricom999!*!")
        /// What phones do of which nothing else is known.
        package var plan = PayerPlan.byHand
        package var tokenSeconds: Int64 = 3_599
        /// Whether a new token makes those before it invalid, as the portal says.
        package var newTokenEndsOld = true
        /// Whether a registration answers `"0"` as its page shows, not the live `"00000000"`.
        package var shortSuccess = false
        package var key: CredentialKey

        /// Takes a key, or makes one; nil where the system cannot.
        package init?(key: CredentialKey? = nil) {
            guard let key = key ?? CredentialKey(at: DarajaHost.systemTime) else { return nil }
            self.key = key
        }
    }

    package let settings: Settings
    private let model: Mutex<DarajaModel>
    /// By how much the simulated clock is ahead, in milliseconds.
    private let ahead = Atomic<Int64>(0)
    private let server: WireServer
    private let isStopped = Atomic(false)
    private let opened: Mutex<UInt16> = Mutex(0)

    package init(_ settings: Settings) throws {
        self.settings = settings
        model = Mutex(DarajaModel(settings))
        server = try WireServer()
        let port = try server.open(IPv4Address(bits: 0x7F00_0001), port: settings.port) { [weak self] stream in
            WireHTTP.serve(stream, as: "lango-darajasim") { request, _ in
                guard let self else { return .answer(WireAnswer(503)) }
                return .answer(self.answer(request))
            }
        }
        opened.withLock { $0 = port.number }
        WireThread.start { [weak self] in
            while let host = self, !host.isStopped.load(ordering: .relaxed) {
                host.post()
                WireThread.pause(milliseconds: 20)
            }
        }
    }

    package func stop() {
        isStopped.store(true, ordering: .relaxed)
        server.stop()
    }

    package var port: UInt16 { opened.withLock { $0 } }
    package var url: String { "http://127.0.0.1:\(port)" }
    package var certificate: String { settings.key.certificate }

    // MARK: Time

    static var systemTime: Instant {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// What the simulated clock shows.
    package var now: Instant { Self.systemTime + Span(milliseconds: ahead.load(ordering: .relaxed)) }

    /// Lets time jump; what was planned meanwhile happens at once.
    package func advance(_ span: Span) {
        ahead.add(span.milliseconds, ordering: .relaxed)
        post()
    }

    func with<Answer, Failure>(
        _ body: (inout DarajaModel, Instant) throws(Failure) -> sending Answer
    ) throws(Failure) -> sending Answer {
        let now = now
        return try model.withLock { model throws(Failure) in try body(&model, now) }
    }

    // MARK: Requests

    private func answer(_ request: WireRequest) -> WireAnswer {
        if request.target.hasPrefix("/_simulator/") { return DarajaControl.answer(request, self) }
        if request.target == "/" || request.target.hasPrefix("/phone") { return PhonePage.answer(request, self) }
        if MomoExchange.isFor(request) { return MomoExchange.answer(request, self) }
        if request.target.hasPrefix("/version1/") { return TextExchange.answer(request, self) }
        return DarajaExchange.answer(request, self)
    }

    // MARK: Post

    /// Sends the letters that are due, each on a thread of its own: a slow receiver holds up nobody.
    private func post() {
        let due = with { model, now in model.advance(to: now) }
        for letter in due { WireThread.start { [weak self] in self?.carry(letter) } }
    }

    /// Delivers once, whatever comes back.
    private func carry(_ letter: DarajaModel.Letter) {
        let answer = Self.deliver(letter)
        with { model, now in
            model.note(letter, status: answer?.status, at: now)
            guard let hand = letter.waiting else { return }
            let body = answer.flatMap { $0.status == 200 ? WireJSON($0.body, strict: true) : nil }
            model.validated(hand, answer: body, at: now)
        }
    }

    private static func deliver(_ letter: DarajaModel.Letter) -> WireFetch.Answer? {
        guard var fetch = WireFetch(url: letter.url) else { return nil }
        fetch.method = "POST"
        fetch.agent = "lango-darajasim"
        fetch.seconds = 8
        let isForm = letter.kind == .report
        fetch.headers = [
            "Content-Type: \(isForm ? "application/x-www-form-urlencoded" : "application/json;charset=UTF-8")"
        ]
        fetch.body = letter.body
        do throws(WireFetch.Failure) { return try fetch.carryOut() } catch { return nil }
    }
}
