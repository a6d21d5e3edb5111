import Synchronization
import Values

/// Who waits for which effect; pages and scripts wait here instead of asking the database again and again.
final class Settlements: Sendable {
    private struct Waiting {
        var byEffect: [ID<Effect>: [UInt64: @Sendable () -> Void]] = [:]
        var deadlines: [(due: Instant, effect: ID<Effect>, ticket: UInt64)] = []
        var nextTicket: UInt64 = 0
    }

    private let waiting = Mutex(Waiting())

    /// Calls `then` when the effect is announced or at `due`, whichever comes first.
    func wait(for effect: ID<Effect>, until due: Instant, then: @escaping @Sendable () -> Void) {
        waiting.withLock { waiting in
            let ticket = waiting.nextTicket
            waiting.nextTicket += 1
            waiting.byEffect[effect, default: [:]][ticket] = then
            waiting.deadlines.append((due, effect, ticket))
        }
    }

    /// Wakes all who wait for an effect.
    func announce(_ effect: ID<Effect>) {
        let ready = waiting.withLock { $0.byEffect.removeValue(forKey: effect) }
        for then in (ready ?? [:]).values { then() }
    }

    /// Wakes those whose patience is over, and the effects that somebody still waits for.
    ///
    /// - Returns: the effects that are still waited for; another gateway may have settled them.
    func expire(at now: Instant) -> [ID<Effect>] {
        let (ready, left) = waiting.withLock { waiting in
            var ready: [@Sendable () -> Void] = []
            waiting.deadlines.removeAll { deadline in
                guard deadline.due <= now else { return false }
                if let then = waiting.byEffect[deadline.effect]?.removeValue(forKey: deadline.ticket) {
                    ready.append(then)
                }
                if waiting.byEffect[deadline.effect]?.isEmpty == true { waiting.byEffect[deadline.effect] = nil }
                return true
            }
            return (ready, Array(waiting.byEffect.keys))
        }
        for then in ready { then() }
        return left
    }

    /// Wakes everybody; for the end of the program.
    func wakeAll() {
        let ready = waiting.withLock { waiting in
            defer { waiting = Waiting() }
            return waiting.byEffect.values.flatMap(\.values)
        }
        for then in ready { then() }
    }
}
