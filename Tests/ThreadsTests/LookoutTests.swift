import Synchronization
import Testing
import Values

@testable import Threads

@Suite struct LookoutTests {
    /// What was found and done, and when enough of it was.
    private final class Diary: Sendable {
        let looks = Atomic(0)
        let done = Mutex<[Int]>([])

        func wait(until isEnough: @Sendable (Diary) -> Bool) async -> Bool {
            for _ in 0..<2_000 where !isEnough(self) { try? await Task.sleep(for: .milliseconds(5)) }
            return isEnough(self)
        }
    }

    @Test("It looks at once, when told, and by itself")
    func looks() async {
        let (diary, lookout) = (Diary(), Lookout<Int>(lanes: 1))
        lookout.start(every: .hours(1)) { diary.looks.add(1, ordering: .relaxed) }
        #expect(await diary.wait { $0.looks.load(ordering: .relaxed) == 1 })
        lookout.nudge()
        #expect(await diary.wait { $0.looks.load(ordering: .relaxed) == 2 })
        await lookout.stop()
        lookout.nudge()
        #expect(diary.looks.load(ordering: .relaxed) == 2)

        let byItself = Lookout<Int>(lanes: 1)
        byItself.start(every: Span(milliseconds: 5)) { diary.looks.add(1, ordering: .relaxed) }
        #expect(await diary.wait { $0.looks.load(ordering: .relaxed) > 5 })
        await byItself.stop()
    }

    @Test("Nothing is in two lanes, no more than there are lanes is worked on, and the end waits for all of it")
    func lanes() async {
        let (diary, lookout) = (Diary(), Lookout<Int>(lanes: 2))
        for key in [1, 1, 2, 3] {
            lookout.carryOut(key) {
                _ = await diary.wait { $0.looks.load(ordering: .relaxed) > 0 }
                diary.done.withLock { $0.append(key) }
                return true
            }
        }
        let ending = Task { await lookout.stop() }
        #expect(diary.done.withLock { $0 }.isEmpty)
        diary.looks.add(1, ordering: .relaxed)
        await ending.value
        #expect(diary.done.withLock { $0.sorted() } == [1, 2])
        #expect(lookout.isStopped)
        lookout.carryOut(4) {
            diary.done.withLock { $0.append(4) }
            return true
        }
        #expect(diary.done.withLock { $0.count } == 2)
    }

    @Test("One owner leaves lanes to others, and what failed is not looked for at once")
    func shares() async {
        let (diary, lookout) = (Diary(), Lookout<Int>(lanes: 8))
        let (slow, other) = (ID<Void>(high: 0, low: 1), ID<Void>(high: 0, low: 2))
        lookout.start(every: .hours(1)) { diary.looks.add(1, ordering: .relaxed) }
        #expect(await diary.wait { $0.looks.load(ordering: .relaxed) == 1 })
        for (key, owner) in [(1, slow), (2, slow), (3, slow), (4, other)] {
            lookout.carryOut(key, of: owner, atMost: 2) {
                diary.done.withLock { $0.append(key) }
                _ = await diary.wait { $0.done.withLock { $0.count == 3 } }
                return false
            }
        }
        #expect(await diary.wait { $0.done.withLock { $0.count == 3 } })
        await lookout.stop()
        #expect(diary.done.withLock { $0.sorted() } == [1, 2, 4])
        #expect(diary.looks.load(ordering: .relaxed) == 1)
    }
}
