import Synchronization
package import Values

/// Looks for work again and again, at once when it is told that there is some, and carries out what it found in a few lanes.
///
/// What is worked on has a key, so that it is in one lane at a time however often it is found.
package final class Lookout<Key: Hashable & Sendable>: Sendable {
    private struct Lane {
        let work: Task<Void, Never>
        let owner: ID<Void>?
    }

    private struct State {
        var isStopped = false
        var ticks: Task<Void, Never>?
        var looks: Task<Void, Never>?
        var lanes: [Key: Lane] = [:]
    }

    private let laneCount: Int
    private let state = Mutex(State())
    private let (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    /// Takes how many things are worked on at a time.
    package init(lanes: Int) { laneCount = lanes }

    /// Begins to look, and looks again after `pause` at the latest.
    package func start(every pause: Span, _ look: @escaping @Sendable () async -> Void) {
        let ticks = Task { [wake] in
            while !Task.isCancelled {
                wake.yield()
                // Cancelling ends the sleep and so the loop.
                try? await Task.sleep(for: .milliseconds(pause.milliseconds))
            }
        }
        let looks = Task { [wakes] in for await _ in wakes { await look() } }
        state.withLock { ($0.ticks, $0.looks) = (ticks, looks) }
    }

    /// Stops looking and lets what is under way come to its end.
    package func stop() async {
        let (ticks, looks) = state.withLock { state in
            state.isStopped = true
            return (state.ticks, state.looks)
        }
        wake.finish()
        ticks?.cancel()
        await ticks?.value
        await looks?.value
        for lane in state.withLock({ Array($0.lanes.values) }) { await lane.work.value }
    }

    package var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Tells that there is work; called right after the commit that makes it.
    package func nudge() { wake.yield() }

    /// Works on something in a lane of its own, where one is free and it is in none; looks again once it is done.
    ///
    /// `owner` has no more than `most` lanes, so that one who keeps them long leaves some to others. `work` returns whether
    /// it succeeded: what failed is tried with the next look, not at once.
    package func carryOut(
        _ key: Key, of owner: ID<Void>? = nil, atMost most: Int = .max, _ work: @escaping @Sendable () async -> Bool
    ) {
        state.withLock { state in
            guard !state.isStopped, state.lanes[key] == nil, state.lanes.count < laneCount,
                state.lanes.values.count(where: { $0.owner == owner }) < most
            else { return }
            let task = Task { [self] in
                let isDone = await work()
                self.state.withLock { $0.lanes[key] = nil }
                if isDone { nudge() }
            }
            state.lanes[key] = Lane(work: task, owner: owner)
        }
    }
}
