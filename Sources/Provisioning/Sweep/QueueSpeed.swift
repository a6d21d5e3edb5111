import RouterOS
import Values

/// What the queue of a session lets pass: its speed and its burst.
struct QueueSpeed: Hashable {
    private let most: RouterPair
    private let burst: RouterPair
    private let threshold: RouterPair
    /// In seconds; nil where it is written in a way that is not compared.
    private let burstTime: RouterPair?

    /// What a rate makes of a queue; without one there is no limit.
    init(_ rate: RateLimit?) {
        let none = RouterPair(0, 0)
        let limit = rate.flatMap { RouterRateLimit($0.text) }
        let hasBurst = limit.map { $0.burst != none } ?? false
        most = limit?.rate ?? none
        burst = limit?.burst ?? none
        threshold = hasBurst ? limit?.threshold ?? none : none
        burstTime = hasBurst ? limit?.burstTime : none
    }

    /// Reads a row of `/queue/simple`; nil where it shows no speed.
    init?(_ queue: RouterRecord) {
        guard let most = queue["max-limit"].flatMap({ RouterPair($0) }) else { return nil }
        func pair(_ name: String) -> RouterPair { queue[name].flatMap { RouterPair($0) } ?? RouterPair(0, 0) }
        self.most = most
        burst = pair("burst-limit")
        threshold = pair("burst-threshold")
        burstTime = queue["burst-time"].flatMap { RouterPair($0) }
    }

    var hasBurst: Bool { burst != RouterPair(0, 0) }

    /// Whether a queue is seen to let pass something else than `wanted`.
    ///
    /// One that shows no burst says nothing of it: it is not known of every release that such queues show theirs.
    func differs(from wanted: Self) -> Bool {
        guard most == wanted.most else { return true }
        guard hasBurst else { return false }
        return burst != wanted.burst || threshold != wanted.threshold
            || burstTime.map { $0 != wanted.burstTime } ?? false
    }
}
