import Synchronization
import Testing
import Values

@testable import Threads

@Suite struct ThreadsTests {
    @Test("Every element is taken once, in order for one taker, and the end is told")
    func queue() {
        let queue = WorkQueue<Int>()
        let seen = Mutex<[Int]>([])
        let taker = OwnThread.needed(named: "taker") {
            while let batch = queue.take(atMost: 7) { seen.withLock { $0 += batch } }
        }
        for number in 0..<1_000 { #expect(queue.add(number)) }
        queue.close()
        taker.join()
        #expect(seen.withLock { $0 } == Array(0..<1_000))
        #expect(!queue.add(1))
        #expect(queue.take(atMost: 1) == nil)
    }

    @Test("A queue is shared by many takers without losing or doubling")
    func manyTakers() {
        let queue = WorkQueue<Int>()
        let seen = Mutex<[Int]>([])
        let takers = (0..<8).map { _ in
            OwnThread.needed(named: "taker") {
                while let batch = queue.take(atMost: 3) { seen.withLock { $0 += batch } }
            }
        }
        for number in 0..<5_000 { _ = queue.add(number) }
        queue.close()
        for taker in takers { taker.join() }
        #expect(seen.withLock { $0.sorted() } == Array(0..<5_000))
    }

    @Test("A wait ends when the value changes, or when its time is over")
    func monitor() {
        let monitor = Monitor(0)
        #expect(!monitor.wait(until: { $0 == 1 }, within: Span(milliseconds: 20)))
        let changer = OwnThread.needed(named: "changer") { monitor.change { $0 = 1 } }
        #expect(monitor.wait(until: { $0 == 1 }, within: .seconds(10)))
        changer.join()
        changer.join()
    }
}
