import CWire
import Glibc

/// Wakes a thread that waits in `poll`.
package final class WireBell: Sendable {
    private let ends: (read: Int32, write: Int32)

    /// Nil when the system has no more descriptors.
    package init?() {
        var ends: [Int32] = [0, 0]
        guard unsafe wire_pipe(&ends) == 0 else { return nil }
        self.ends = (ends[0], ends[1])
    }

    deinit {
        close(ends.read)
        close(ends.write)
    }

    /// What the waiting thread polls.
    package var descriptor: Int32 { ends.read }

    /// Wakes; a bell that has rung already rings no louder.
    package func ring() {
        let byte: [UInt8] = [0]
        _ = unsafe write(ends.write, byte, 1)
    }

    /// Makes it silent again.
    package func hush() {
        var scratch = [UInt8](repeating: 0, count: 64)
        while unsafe read(ends.read, &scratch, scratch.count) > 0 {}
    }
}
