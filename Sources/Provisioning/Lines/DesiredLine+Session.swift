import RouterOS
import Subscribers
import Values

extension DesiredLine {
    /// What a running session shows of terms that do not hold any more; nil where it is as it should be.
    ///
    /// Who is on as it should be stays on, whatever was done to the secret meanwhile.
    func flaw(
        of session: PPPSession, blocked: Set<IPv4Address>, queues: [String: RouterRecord],
        changing news: Set<String>, at now: Instant
    ) -> String? {
        guard session.user == line.name else { return "it came in under an earlier name" }
        let began = now - session.uptime
        // Routers tell whole seconds.
        let slack = news.contains("password") ? Span.seconds(-2) : .seconds(2)
        if began + slack < line.passwordAt { return "it came in with an earlier password" }
        if let wanted = line.address, session.address != wanted { return "it has an earlier address" }
        let isKeptOut = session.address.map(blocked.contains) ?? false
        if isKeptOut != isBlocked { return isBlocked ? "it is not kept out" : "it is still kept out" }
        guard !isBlocked else { return nil }
        let wanted = QueueSpeed(rate)
        let isOlder = news.contains("profile") || began < line.changedAt
        let isRight =
            if let queue = queues["<pppoe-\(session.user)>"].flatMap({ QueueSpeed($0) }) {
                // A queue that shows no burst may be of before, or of a router that shows none.
                !queue.differs(from: wanted) && (queue.hasBurst || !wanted.hasBurst || !isOlder)
            } else {
                rate == nil || !isOlder
            }
        return isRight ? nil : "it has an earlier speed"
    }
}
