import CMicrohttpd

/// An answer that is the same for everybody: prepared once, sent many times.
///
/// The library counts references to it and never changes it.
@safe final class FixedAnswer: Sendable {
    nonisolated(unsafe) private let keeping: OpaquePointer
    nonisolated(unsafe) private let closing: OpaquePointer
    let count: Int

    init?(_ bytes: [UInt8], headers: [(name: String, value: String)], security: SecurityHeaders, overTLS: Bool) {
        count = bytes.count
        guard let keeping = unsafe Self.make(bytes, headers, security, overTLS),
            let closing = unsafe Self.make(bytes, headers + [("Connection", "close")], security, overTLS)
        else { return nil }
        unsafe self.keeping = keeping
        unsafe self.closing = closing
    }

    /// The prepared answer; it stays this object's.
    func answer(closing closes: Bool) -> OpaquePointer { unsafe closes ? closing : keeping }

    deinit {
        unsafe MHD_destroy_response(keeping)
        unsafe MHD_destroy_response(closing)
    }

    private static func make(
        _ bytes: [UInt8], _ headers: [(name: String, value: String)], _ security: SecurityHeaders, _ overTLS: Bool
    ) -> OpaquePointer? {
        let answer = unsafe bytes.withUnsafeBytes {
            unsafe MHD_create_response_from_buffer(
                $0.count, UnsafeMutableRawPointer(mutating: $0.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let answer = unsafe answer else { return nil }
        for (name, value) in headers { unsafe MHD_add_response_header(answer, name, value) }
        unsafe security.add(to: answer, ownPolicy: nil, overTLS: overTLS)
        return unsafe answer
    }
}
