import CMicrohttpd
import Glibc

/// A short answer that goes past the library, for a head that leaves no room in its pool for the head of one.
///
/// The connection must be closed after it.
enum BareAnswer {
    /// Sends the answer of a status that refuses.
    static func send(_ status: Int, over connection: OpaquePointer) {
        let reason = unsafe String(cString: MHD_get_reason_phrase_for(UInt32(status)))
        let page = "\(status) \(reason)\n"
        let head = [
            "HTTP/1.1 \(status) \(reason)",
            "Date: \(HTTPDate.text(Int64(mhd_nanoseconds(CLOCK_REALTIME_COARSE) / 1_000_000_000)))",
            "Content-Type: text/plain; charset=utf-8", "Content-Length: \(page.utf8.count)",
            "Cache-Control: no-store", "X-Content-Type-Options: nosniff", "Connection: close", "", page,
        ]
        let bytes = Array(head.joined(separator: "\r\n").utf8)
        unsafe bytes.withUnsafeBytes { unsafe mhd_send_past(connection, $0.baseAddress, $0.count) }
    }
}
