/// Work for threads of our own: a queue with an end.
package final class WorkQueue<Element: Sendable>: Sendable {
    private struct State {
        var waiting: [Element] = []
        var isClosed = false

        mutating func take(atMost most: Int) -> [Element] {
            guard waiting.count > most else {
                defer { waiting.removeAll(keepingCapacity: true) }
                return waiting
            }
            defer { waiting.removeFirst(most) }
            return Array(waiting.prefix(most))
        }
    }

    private let state = Monitor(State())

    package init() {}

    /// Adds an element; false when the queue is closed.
    package func add(_ element: Element) -> Bool {
        state.changeForOne { state in
            guard !state.isClosed else { return false }
            state.waiting.append(element)
            return true
        }
    }

    /// Waits for work and takes up to `most` elements; nil when the queue is closed and empty.
    package func take(atMost most: Int) -> [Element]? {
        state.wait(until: { !$0.waiting.isEmpty || $0.isClosed }) { $0.waiting.isEmpty ? nil : $0.take(atMost: most) }
    }

    /// Refuses new work; what waits is still taken.
    package func close() { state.change { $0.isClosed = true } }
}
