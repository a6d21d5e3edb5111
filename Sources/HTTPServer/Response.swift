package import JSON
package import Values

/// One answer: status, headers and content.
package struct Response: Sendable {
    package let status: Int
    let content: Content
    /// The media type; nil where there is no content.
    var type: String?
    private(set) var caching = CachePolicy.noStore
    let security: SecurityHeaders?
    private var addition: Addition?

    enum Content: Sendable {
        case none
        case page(Page)
        case fixed(FixedAnswer)
        case later(seconds: Int?, start: @Sendable (Resumption) -> Void)
        case events(start: @Sendable (EventStream) -> Void)
        case stream(produce: @Sendable (BodyWriter) throws -> Void)
    }

    /// What few answers have; apart, so that the others are small.
    final class Addition: Sendable {
        let headers: [(name: StaticString, value: String)]
        let cookies: [Cookie]
        let contentPolicy: String?
        let mayCompress: Bool

        init(
            _ headers: [(name: StaticString, value: String)], _ cookies: [Cookie], _ contentPolicy: String?,
            _ mayCompress: Bool
        ) {
            self.headers = headers
            self.cookies = cookies
            self.contentPolicy = contentPolicy
            self.mayCompress = mayCompress
        }
    }

    var headers: [(name: StaticString, value: String)] { addition?.headers ?? [] }
    var cookies: [Cookie] { addition?.cookies ?? [] }
    var contentPolicy: String? { addition?.contentPolicy }
    var mayCompress: Bool { addition?.mayCompress ?? false }

    /// A rendered page on its way to the library.
    struct Page: Sendable {
        // Filled by the handler, then only read: see ByteBuffer.
        nonisolated(unsafe) let buffer: ByteBuffer
    }

    /// Whether the body is made while it is sent.
    var flows: Bool {
        switch content {
        case .events, .stream: true
        default: false
        }
    }

    /// Whether that is where its content lies.
    func isWritten(on buffer: ByteBuffer) -> Bool {
        guard case .page(let page) = content else { return false }
        return unsafe page.buffer === buffer
    }

    /// Whether nothing but type, keeping and security headers tell it from other answers.
    var isOrdinary: Bool { status < 400 && addition == nil }

    init(status: Int, content: Content = .none, type: String? = nil, securedBy security: SecurityHeaders? = nil) {
        self.status = status
        self.content = content
        self.type = type
        self.security = security
    }

    /// Bytes in hand.
    private init(_ buffer: ByteBuffer, status: Int, type: String) {
        self.init(status: status, content: .page(Page(buffer: buffer)), type: type)
    }

    // MARK: Content in hand

    /// A rendered page, with other security headers than the surface's where they are given; the buffer must not be
    /// changed afterwards.
    package static func html(
        _ page: ByteBuffer, status: Int = 200, securedBy security: SecurityHeaders? = nil
    ) -> Response {
        Response(
            status: status, content: .page(Page(buffer: page)), type: "text/html; charset=utf-8", securedBy: security)
    }

    /// Written JSON; the buffer must not be changed afterwards.
    package static func json(
        _ page: ByteBuffer, status: Int = 200, contentType: String = "application/json"
    ) -> Response {
        Response(page, status: status, type: contentType)
    }

    /// A JSON value.
    package static func json(
        _ value: JSON, status: Int = 200, contentType: String = "application/json"
    ) -> Response {
        let buffer = ByteBuffer()
        value.append(to: buffer)
        return Response(buffer, status: status, type: contentType)
    }

    /// Plain text in UTF-8.
    package static func text(_ text: String, status: Int = 200) -> Response {
        let buffer = ByteBuffer(capacity: text.utf8.count)
        buffer.append(text)
        return Response(buffer, status: status, type: "text/plain; charset=utf-8")
    }

    /// Any bytes; with a file name the browser saves instead of showing.
    package static func bytes(_ bytes: [UInt8], type: String, filename: String? = nil) -> Response {
        let buffer = ByteBuffer(capacity: bytes.count)
        buffer.append(bytes)
        return Response(buffer, status: 200, type: type).attached(as: filename)
    }

    /// Done, and nothing to show.
    package static let noContent = Response(status: 204)

    /// The answer to a change of state: go and look there, at a path within this site.
    package static func seeOther(_ path: String) -> Response { redirect(303, to: path) }

    /// Sends the browser elsewhere with the same question; 301, 302, 307 or 308.
    package static func redirect(_ status: Int, to address: String) -> Response {
        Response(status: status).with(header: "Location", address)
    }

    // MARK: Content to come

    /// Suspends the connection until `Resumption.finish` is called; without that, 503 after `seconds`.
    ///
    /// `start` runs at once on the server's thread and must not block.
    package static func later(
        within seconds: Int? = nil, _ start: @escaping @Sendable (Resumption) -> Void
    ) -> Response {
        Response(status: 200, content: .later(seconds: seconds, start: start))
    }

    /// A stream of server-sent events, open until either side ends it; WHATWG HTML section 9.2.
    ///
    /// `start` runs at once on the server's thread and must not block; the stream may be kept and fed from any thread.
    package static func events(_ start: @escaping @Sendable (EventStream) -> Void) -> Response {
        Response(status: 200, content: .events(start: start), type: "text/event-stream")
    }

    /// A body that is made while it is sent, on a thread of its own; for documents of many pages.
    ///
    /// An error after the first byte cuts the connection, so that the client does not take the half for the whole.
    package static func stream(
        type: String, filename: String? = nil, _ produce: @escaping @Sendable (BodyWriter) throws -> Void
    ) -> Response {
        Response(status: 200, content: .stream(produce: produce), type: type).attached(as: filename)
    }

    // MARK: Changes

    /// Adds a header; line breaks in the value become spaces.
    package func with(header name: StaticString, _ value: String) -> Response {
        adding(headers: headers + [(name, Self.oneLine(value))])
    }

    /// Sets a cookie, with the attributes that fit the connection.
    package func setting(cookie: Cookie) -> Response {
        adding(cookies: cookies + [cookie])
    }

    /// Says what may be kept; without this nothing may.
    package func cached(_ policy: CachePolicy) -> Response {
        var copy = self
        copy.caching = policy
        return copy
    }

    /// Replaces the content security policy alone; for a page with a nonce of its own.
    package func with(contentPolicy: String) -> Response {
        adding(contentPolicy: Self.oneLine(contentPolicy))
    }

    /// Lets a long page be compressed for clients that ask for it.
    ///
    /// Never for a page that holds a secret beside text from the request: its length would tell the secret.
    package func compressed() -> Response {
        adding(mayCompress: true)
    }

    private func adding(
        headers: [(name: StaticString, value: String)]? = nil, cookies: [Cookie]? = nil, contentPolicy: String? = nil,
        mayCompress: Bool? = nil
    ) -> Response {
        var copy = self
        copy.addition = Addition(
            headers ?? self.headers, cookies ?? self.cookies, contentPolicy ?? self.contentPolicy,
            mayCompress ?? self.mayCompress)
        return copy
    }

    private func attached(as filename: String?) -> Response {
        guard let filename else { return self }
        let safe = filename.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_. ".contains($0)) ? $0 : "_" }
        return with(header: "Content-Disposition", "attachment; filename=\"\(String(safe))\"")
    }

    private static func oneLine(_ text: String) -> String {
        guard !text.utf8.span.consists(of: { $0 >= 0x20 && $0 != 0x7F }) else { return text }
        return String(decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
    }
}
