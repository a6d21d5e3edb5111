import CMicrohttpd
import Glibc
import Synchronization
import Values

/// The access lines of one event loop, until the log's thread fetches them.
///
/// One JSON object a line; never the query, which may hold a code or a token.
@safe package final class AccessLog: Sendable {
    private let waiting = Mutex<[UInt8]>([])
    // The line in hand: written by the event loop's thread only, in `add`.
    nonisolated(unsafe) private let line = ByteBuffer()
    // The second since 1970 that `start` tells: used by the event loop's thread only, in `add`.
    @exclusivity(unchecked) nonisolated(unsafe) private var second: UInt64 = 0
    // How lines of that second begin, up to its fraction: used by the event loop's thread only, in `add`.
    @exclusivity(unchecked) nonisolated(unsafe) private var start: [UInt8] = []

    /// Lines beyond this many bytes are dropped when nobody fetches them.
    private static let limit = 4 << 20

    func add(_ request: Request) {
        let now = mhd_nanoseconds(CLOCK_REALTIME_COARSE)
        if unsafe second != now / 1_000_000_000 {
            unsafe second = now / 1_000_000_000
            let date = unsafe Instant(milliseconds: Int64(second) * 1_000).iso8601.dropLast()
            unsafe start = Array("{\"time\":\"\(date).".utf8)
        }
        unsafe line.append(start)
        unsafe Self.write(request, millisecond: now / 1_000_000 % 1_000, to: line)
        let bytes = unsafe line.bytes
        waiting.withLock { waiting in
            if waiting.count < Self.limit { unsafe waiting.append(contentsOf: bytes) }
        }
        unsafe line.clear()
    }

    /// Where access lines go when nobody says otherwise.
    package static let writeToStandardOutput: @Sendable ([UInt8]) -> Void = { lines in
        var rest = lines[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }

    /// Takes what there is.
    func drain() -> [UInt8] {
        waiting.withLock { waiting in
            guard !waiting.isEmpty else { return [] }
            let lines = waiting
            waiting = []
            waiting.reserveCapacity(lines.count)
            return lines
        }
    }

    private static func write(_ request: Request, millisecond: UInt64, to line: ByteBuffer) {
        line.append(millisecond, width: 3)
        line.append("Z\",\"method\":\"")
        line.append(request.method.name)
        line.append(request.target.endpoint.logText)
        line.append(UInt64(request.status))
        line.append(",\"bytes\":")
        line.append(UInt64(request.sentBytes))
        line.append(",\"us\":")
        line.append(request.microseconds)
        line.append(",\"id\":\"")
        request.appendID(to: line)
        line.append("\",\"client\":\"")
        request.client.append(to: line)
        line.append("\"}\n")
    }
}

extension PeerAddress {
    func append(to line: ByteBuffer) {
        guard isIPv4 else {
            line.append(description)
            return
        }
        line.append(octets: UInt32(truncatingIfNeeded: low))
    }
}
