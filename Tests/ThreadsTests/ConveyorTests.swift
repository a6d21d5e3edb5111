import Synchronization
import TestKit
import Testing
import Threads

@Suite(.ownThreads) struct ConveyorTests {
    private struct Broken: Error {}

    @Test("Everything arrives once and in its order, however little room there is", arguments: [1, 2, 7])
    func order(room: Int) throws {
        let belt = Conveyor<Int>(room: room)
        let thread = OwnThread.needed(named: "giver") {
            for number in 0..<1_000 { _ = belt.put(number) }
            belt.end()
        }
        var taken: [Int] = []
        while let number = try belt.take() { taken.append(number) }
        thread.join()
        #expect(taken == Array(0..<1_000))
        #expect(try belt.take() == nil)
    }

    @Test("An error comes after what came before it")
    func failure() throws {
        let belt = Conveyor<Int>(room: 3)
        _ = belt.put(1)
        belt.end(Broken())
        #expect(try belt.take() == 1)
        #expect(throws: Broken.self) { try belt.take() }
    }

    @Test("Who gives is not held up by a taker who has gone")
    func abandoned() {
        let belt = Conveyor<Int>(room: 1)
        let given = Atomic(0)
        let thread = OwnThread.needed(named: "giver") {
            while belt.put(1) { given.add(1, ordering: .relaxed) }
        }
        #expect(eventually { given.load(ordering: .relaxed) == 1 })
        belt.abandon()
        thread.join()
        #expect(!belt.put(2))
    }
}
