import CMicrohttpd
package import Values

/// What a program is told about an error: RFC 9457, with our stable code.
package struct Problem: Sendable {
    package let status: Int
    package let code: String
    /// The request's id, under which the log has the rest.
    package let reference: String
    package let facts: [String: Fact]

    /// Turns any error into what may be shown: a refusal keeps its code, what passes is `unavailable`, the rest `internal`.
    package init(_ error: any Error, _ request: Request) {
        reference = request.id
        guard let refusal = error as? any Refusal else {
            let passes = (error as? any Passing)?.retryAfter != nil
            status = passes ? 503 : 500
            code = passes ? "unavailable" : "internal"
            facts = [:]
            return
        }
        status = (refusal as? RequestRefusal)?.status ?? Self.status(of: refusal.kind)
        code = refusal.code
        facts = refusal.facts
    }

    /// The one answer of each kind of refusal.
    package static func status(of kind: RefusalKind) -> Int {
        switch kind {
        case .invalid: 422
        case .unauthenticated: 401
        case .forbidden: 403
        case .notFound: 404
        case .conflict: 409
        case .gone: 410
        case .throttled: 429
        }
    }

    /// The words of a problem in one language.
    package struct Words: Sendable {
        package let title: String
        package let detail: String
        /// The tag of the language.
        package let language: String

        package init(title: String, detail: String, language: String) {
            self.title = title
            self.detail = detail
            self.language = language
        }
    }

    /// The answer as `application/problem+json`; without words the title is HTTP's own of the status.
    package func json(_ words: Words? = nil) -> Response {
        let page = ByteBuffer(capacity: 512)
        page.append("{\"type\":\"about:blank\",\"title\":")
        Self.quote(words?.title ?? Self.phrase(of: status), to: page)
        if let words {
            page.append(",\"detail\":")
            Self.quote(words.detail, to: page)
        }
        page.append(",\"status\":")
        page.append(status)
        page.append(",\"code\":\"")
        page.append(escapingJSON: code)
        page.append("\",\"reference\":\"")
        page.append(escapingJSON: reference)
        page.append("\"")
        for (name, fact) in facts.sorted(by: { $0.key < $1.key }) {
            page.append(",\"")
            page.append(escapingJSON: name)
            page.append("\":")
            Self.append(fact, to: page)
        }
        page.append("}\n")
        let response = Response.json(page, status: status, contentType: "application/problem+json")
        return words.map { response.with(header: "Content-Language", $0.language) } ?? response
    }

    private static func phrase(of status: Int) -> String {
        unsafe MHD_get_reason_phrase_for(UInt32(status)).map { unsafe String(cString: $0) } ?? "Problem"
    }

    private static func append(_ fact: Fact, to page: ByteBuffer) {
        switch fact {
        case .number(let number): page.append(number)
        case .span(let span): page.append(span.secondsRoundedUp)
        case .volume(let volume): page.append(volume.bytes)
        case .text(let text): quote(text, to: page)
        case .instant(let instant): quote(instant.iso8601, to: page)
        case .money(let money): quote("\(money.minorUnits) \(money.currency.code)", to: page)
        }
    }

    private static func quote(_ text: String, to page: ByteBuffer) {
        page.append("\"")
        page.append(escapingJSON: text)
        page.append("\"")
    }
}
