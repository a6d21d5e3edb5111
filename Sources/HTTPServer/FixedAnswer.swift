import CMicrohttpd
import Values

/// An answer that is the same for everybody: prepared once, sent many times.
///
/// The library counts references to it and never changes it.
@safe final class FixedAnswer: Sendable {
    // Written by `init` only. Kept and closed connections, without and with TLS.
    nonisolated(unsafe) private let variants: InlineArray<4, OpaquePointer>
    let count: Int

    /// Nil when memory is short.
    init?(_ bytes: [UInt8], headers: [(name: String, value: String)], security: SecurityHeaders) {
        count = bytes.count
        let buffer = ByteBuffer(capacity: bytes.count)
        buffer.append(bytes)
        var made: [OpaquePointer] = unsafe []
        for number in 0..<4 {
            guard let answer = unsafe Request.answer(lending: buffer) else {
                for index in unsafe made.indices { unsafe MHD_destroy_response(made[index]) }
                return nil
            }
            for (name, value) in headers { unsafe MHD_add_response_header(answer, name, value) }
            unsafe security.add(to: answer, ownPolicy: nil, overTLS: number >= 2)
            if number % 2 == 1 { unsafe MHD_add_response_header(answer, "Connection", "close") }
            unsafe made.append(answer)
        }
        unsafe variants = [made[0], made[1], made[2], made[3]]
    }

    /// The prepared answer; it stays this object's.
    func answer(closing closes: Bool, overTLS: Bool) -> OpaquePointer {
        unsafe variants[(closes ? 1 : 0) + (overTLS ? 2 : 0)]
    }

    deinit {
        for number in 0..<4 { unsafe MHD_destroy_response(variants[number]) }
    }
}
