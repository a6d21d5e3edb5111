import CMicrohttpd

/// The headers that tell a browser what a page may do: built once, sent with every answer.
///
/// Sources: W3C Content Security Policy 3; WHATWG Fetch and HTML; RFC 6797 (sent over TLS only).
@safe package final class SecurityHeaders: Sendable {
    // Written in init only; freed in deinit.
    nonisolated(unsafe) private let fields:
        UnsafeMutableBufferPointer<(name: UnsafePointer<CChar>, value: UnsafePointer<CChar>)>
    nonisolated(unsafe) private let policy: UnsafePointer<CChar>
    /// How many of the fields mean something on a page that came without TLS.
    private let plainCount: Int

    /// Nothing but what the origin itself serves: own styles, images and forms; no script.
    package static let strict = SecurityHeaders(
        contentPolicy:
            "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'")

    /// Makes a set around a content security policy, which must be one line.
    package init(contentPolicy: String, referrerPolicy: String = "same-origin") {
        let texts: [(String, String)] = [
            ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", referrerPolicy),
            // Browsers heed these, and offer what they guard, in secure contexts; and refuse to hand a page that says
            // its type to another site as anything else.
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Strict-Transport-Security", "max-age=31536000"),
        ]
        plainCount = 3
        unsafe fields = .allocate(capacity: texts.count)
        for (index, text) in texts.enumerated() {
            unsafe fields.initializeElement(at: index, to: (Self.copy(text.0), Self.copy(text.1)))
        }
        unsafe policy = Self.copy(contentPolicy)
    }

    deinit {
        for index in unsafe fields.indices {
            unsafe fields[index].name.deallocate()
            unsafe fields[index].value.deallocate()
        }
        unsafe fields.deallocate()
        unsafe policy.deallocate()
    }

    /// Adds those that the connection makes sense of; `ownPolicy` stands in for the content security policy of the set.
    func add(to answer: OpaquePointer, ownPolicy: String?, overTLS: Bool) {
        for index in unsafe 0..<(overTLS ? fields.count : plainCount) {
            unsafe MHD_add_response_header(answer, fields[index].name, fields[index].value)
        }
        if let ownPolicy {
            unsafe MHD_add_response_header(answer, "Content-Security-Policy", ownPolicy)
        } else {
            unsafe MHD_add_response_header(answer, "Content-Security-Policy", policy)
        }
    }

    private static func copy(_ text: String) -> UnsafePointer<CChar> {
        let count = text.utf8.count
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: count + 1)
        unsafe copy.initialize(repeating: 0, count: count + 1)
        for (index, byte) in text.utf8.enumerated() { unsafe copy[index] = CChar(bitPattern: byte) }
        return unsafe UnsafePointer(copy)
    }
}
