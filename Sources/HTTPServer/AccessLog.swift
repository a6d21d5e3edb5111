import CMicrohttpd
import Glibc
import Synchronization
import Values

/// The access lines of one event loop, until the log's thread fetches them.
///
/// One JSON object a line; never the query, which may hold a code or a token.
package final class AccessLog: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        /// Second since 1970 that `date` spells.
        var second: UInt64 = 0
        var date: [UInt8] = []
    }

    private let state = Mutex(State())

    /// Lines beyond this many bytes are dropped when nobody fetches them.
    private static let limit = 4 << 20

    func add(_ request: Request) {
        let now = mhd_nanoseconds(CLOCK_REALTIME_COARSE)
        state.withLock { state in
            guard state.bytes.count < Self.limit else { return }
            if state.second != now / 1_000_000_000 {
                state.second = now / 1_000_000_000
                state.date = Array(Instant(milliseconds: Int64(state.second) * 1_000).iso8601.utf8.dropLast())
            }
            Self.write(request, date: state.date, millisecond: now / 1_000_000 % 1_000, to: &state.bytes)
        }
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
        state.withLock { state in
            guard !state.bytes.isEmpty else { return [] }
            let bytes = state.bytes
            state.bytes = []
            state.bytes.reserveCapacity(bytes.count)
            return bytes
        }
    }

    private static func write(_ request: Request, date: [UInt8], millisecond: UInt64, to line: inout [UInt8]) {
        line.append("{\"time\":\"")
        line += date
        line.append(".")
        line.append(digits: millisecond + 1_000, dropping: 1)
        line.append("Z\",\"method\":\"")
        line.append(request.method.name)
        line.append("\",\"route\":\"")
        line += request.endpoint.patternBytes
        line.append("\",\"status\":")
        line.append(digits: UInt64(request.status))
        line.append(",\"bytes\":")
        line.append(digits: UInt64(request.sentBytes))
        line.append(",\"us\":")
        line.append(digits: request.microseconds)
        line.append(",\"id\":\"")
        request.appendID(to: &line)
        line.append("\",\"client\":\"")
        request.client.append(to: &line)
        line.append("\"}\n")
    }
}

extension [UInt8] {
    mutating func append(_ text: StaticString) {
        unsafe append(contentsOf: UnsafeBufferPointer(text))
    }

    /// Appends a number in decimal, without its first digits.
    mutating func append(digits number: UInt64, dropping: Int = 0) {
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var rest = number
        var count = 0
        repeat {
            digits[count] = UInt8(48 + rest % 10)
            rest /= 10
            count += 1
        } while rest > 0
        for index in stride(from: count - 1 - dropping, through: 0, by: -1) { append(digits[index]) }
    }
}

extension PeerAddress {
    func append(to line: inout [UInt8]) {
        guard isIPv4 else {
            line += Array(description.utf8)
            return
        }
        for shift in stride(from: 24 as UInt64, through: 8, by: -8) {
            line.append(digits: low >> shift & 0xFF)
            line.append(UInt8(ascii: "."))
        }
        line.append(digits: low & 0xFF)
    }
}
