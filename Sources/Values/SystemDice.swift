import Glibc
import Synchronization

/// The system's randomness, fetched for many keys at a time: a system call for each number is most of a key's cost.
package struct SystemDice: RandomNumberGenerator {
    private struct Pool {
        /// As much as `getentropy(3)` gives at once: 256 bytes.
        var numbers: InlineArray<32, UInt64> = .init(repeating: 0)
        var left = 0
    }

    private static let pool = Mutex(Pool())

    package init() {}

    /// A number that nobody was given before.
    package mutating func next() -> UInt64 {
        Self.pool.withLock { pool in
            if pool.left == 0 {
                let isFilled = unsafe withUnsafeMutableBytes(of: &pool.numbers) {
                    unsafe getentropy($0.baseAddress, $0.count) == 0
                }
                precondition(isFilled, "The system has no randomness")
                pool.left = pool.numbers.count
            }
            pool.left -= 1
            defer { pool.numbers[pool.left] = 0 }
            return pool.numbers[pool.left]
        }
    }
}
