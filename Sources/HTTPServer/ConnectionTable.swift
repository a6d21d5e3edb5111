import CMicrohttpd
import Glibc
import Synchronization

/// What we know of one open connection: the library's socket context.
///
/// Small, because there are ten thousand of them.
@safe struct ConnectionSlot: ~Copyable {
    enum Phase: UInt64 {
        /// Between requests, or before the head of one is complete.
        case idle
        /// The head is there, the body is on its way.
        case receiving
        /// A handler runs.
        case handling
        /// Suspended until somebody has the answer.
        case waiting
        /// The answer is on its way to the client.
        case sending
    }

    let descriptor: Int32
    /// The next free slot, while this one is free.
    var nextFree: Int32 = -1
    /// Phase in the top byte, below it the millisecond at which the phase must be over.
    ///
    /// Written by the event loop, read by the caretaker.
    private let state: Atomic<UInt64>
    /// What must be told when the wait takes too long; guarded by the table's lock.
    var suspension: (any Suspension)?
    /// The event loop, for callbacks that the library calls without it.
    let worker: UnsafeMutableRawPointer

    init(descriptor: Int32, worker: UnsafeMutableRawPointer, deadline: UInt64) {
        self.descriptor = descriptor
        unsafe self.worker = worker
        state = Atomic(deadline)
    }

    func enter(_ phase: Phase, until deadline: UInt64) {
        state.store(phase.rawValue << 56 | deadline & 0xFF_FFFF_FFFF_FFFF, ordering: .relaxed)
    }

    var phase: Phase { Phase(rawValue: state.load(ordering: .relaxed) >> 56) ?? .idle }
    var deadline: UInt64 { state.load(ordering: .relaxed) & 0xFF_FFFF_FFFF_FFFF }
}

/// The open connections of one event loop.
///
/// Slots are taken and given back by the event loop; the lock is there for the caretaker, so that a descriptor cannot be
/// closed and used again while the caretaker looks at it.
@safe final class ConnectionTable: Sendable {
    let capacity: Int
    // Guarded by the lock, but for what a slot says about itself.
    nonisolated(unsafe) private let slots: UnsafeMutablePointer<ConnectionSlot>
    private let book: Mutex<Book>

    private struct Book {
        var firstFree: Int32 = -1
        /// Slots that were ever used.
        var used = 0
    }

    private let count = Atomic(0)

    init(capacity: Int) {
        self.capacity = capacity
        unsafe slots = .allocate(capacity: capacity)
        book = Mutex(Book())
    }

    deinit {
        unsafe slots.deinitialize(count: book.withLock(\.used))
        unsafe slots.deallocate()
    }

    /// Open connections.
    var open: Int { count.load(ordering: .relaxed) }

    /// Takes a slot for a new connection; nil when all are taken.
    func take(
        descriptor: Int32, worker: UnsafeMutableRawPointer, deadline: UInt64
    ) -> UnsafeMutablePointer<ConnectionSlot>? {
        let place: Int? = book.withLock { book in
            let place: Int
            if book.firstFree >= 0 {
                place = Int(book.firstFree)
                book.firstFree = unsafe slots[place].nextFree
            } else if book.used < capacity {
                place = book.used
                book.used += 1
            } else {
                return nil
            }
            count.wrappingAdd(1, ordering: .relaxed)
            unsafe (slots + place).initialize(
                to: ConnectionSlot(descriptor: descriptor, worker: worker, deadline: deadline))
            return place
        }
        return unsafe place.map { unsafe slots + $0 }
    }

    /// Gives a slot back, before the library closes its descriptor.
    func release(_ slot: UnsafeMutablePointer<ConnectionSlot>) {
        let place = unsafe slot - slots
        book.withLock { book in
            let worker = unsafe slot.pointee.worker
            unsafe slot.deinitialize(count: 1)
            unsafe slot.initialize(to: ConnectionSlot(descriptor: -1, worker: worker, deadline: 0))
            unsafe slot.pointee.nextFree = book.firstFree
            book.firstFree = Int32(place)
            count.wrappingSubtract(1, ordering: .relaxed)
        }
    }

    /// Notes who waits on a suspended connection, or that nobody does.
    func attach(_ suspension: (any Suspension)?, to slot: UnsafeMutablePointer<ConnectionSlot>) {
        book.withLock { _ in
            unsafe slot.pointee.suspension = suspension
        }
    }

    /// Looks at every open connection; `look` must be quick and must not come back here.
    func sweep(_ look: (_ place: Int, borrowing ConnectionSlot) -> Void) {
        book.withLock { book in
            for place in 0..<book.used where unsafe slots[place].descriptor >= 0 { unsafe look(place, slots[place]) }
        }
    }

    /// Closes up to `count` connections, those that have been silent longest first; how many.
    func dropIdle(_ count: Int, silentBefore limit: UInt64) -> Int {
        book.withLock { book in
            var silent: [(place: Int, deadline: UInt64)] = []
            for place in 0..<book.used
            where unsafe slots[place].descriptor >= 0 && slots[place].phase == .idle && slots[place].deadline < limit {
                unsafe silent.append((place, slots[place].deadline))
            }
            silent.sort { $0.deadline < $1.deadline }
            for (place, _) in silent.prefix(max(count, 0)) {
                unsafe shutdown(slots[place].descriptor, both_ways)
                // It stays open until the library has seen this, and must not be chosen again.
                unsafe slots[place].enter(.sending, until: .max)
            }
            return min(silent.count, max(count, 0))
        }
    }
}
