import Glibc

/// What a simulator's program says.
package enum WireConsole {
    /// Writes a line: to 1 what programs read, to 2 what people read.
    package static func say(_ text: String, to descriptor: Int32) {
        let bytes = Array((text + "\n").utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    }
}
