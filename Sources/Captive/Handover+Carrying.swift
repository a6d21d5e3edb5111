import Locales
import Templates
import Values

/// How pages carry it on: in the address of a link, and in the fields of a form.
extension Handover {
    /// The query that carries all this on, the chosen language with it.
    var onward: String {
        guard let language else { return query }
        return query.isEmpty ? "lang=\(language.tag)" : "\(query)&lang=\(language.tag)"
    }

    /// The query for a redirect to another page.
    var query: String {
        let query = ByteBuffer(capacity: 512)
        writeQuery(to: query, Spellings.inAddress)
        return unsafe String(decoding: query.bytes, as: UTF8.self)
    }

    /// Fills the holes that carry all this on, in HTML: `query` in a link, `carried` in a form.
    func write(_ hole: TemplateKey, to page: ByteBuffer) {
        if hole == Self.query {
            guard link.isEmpty else { return page.append(bytes.span.extracting(link.dropFirst("&amp;".utf8.count))) }
            writeQuery(to: page, Spellings.inHTML)
        } else if hole == Self.carried {
            writeFields(to: page)
        }
    }

    private static let query: TemplateKey = "query"
    private static let carried: TemplateKey = "carried"

    private func writeFields(to page: ByteBuffer) {
        let hidden = Spellings.hidden
        var isFirst = true
        carry { field, value in
            unsafe page.append(hidden.start(of: field, isFirst: isFirst))
            isFirst = false
            if isPlain { page.append(value) } else { page.append(escapingHTML: value) }
        }
        if let language {
            unsafe page.append(hidden.start(of: .lang, isFirst: isFirst))
            isFirst = false
            page.append(language.tag)
        }
        if !isFirst { page.append("\">\n") }
    }

    private func writeQuery(to page: ByteBuffer, _ spellings: Spellings) {
        var isFirst = true
        carry { field, value in
            unsafe page.append(spellings.start(of: field, isFirst: isFirst))
            isFirst = false
            page.append(percentEncoding: value)
        }
    }

    /// What stands before the value of each field, put together once and never freed.
    @safe struct Spellings: Sendable {
        static let inHTML = Spellings(after: "&amp;") { "\($0)=" }
        static let inAddress = Spellings(after: "&") { "\($0)=" }
        static let hidden = Spellings(after: "\">\n") { "<input type=\"hidden\" name=\"\($0)\" value=\"" }
        /// Bytes that those of all fields in a link take at the most.
        static let longest = 256

        /// Bytes that the first of several goes without.
        private let separator: Int
        // Spellings of static sets: made once, never changed and never freed, so that every loop may read them.
        nonisolated(unsafe) private let texts: UnsafeMutableBufferPointer<UnsafeBufferPointer<UInt8>>

        private init(after separator: String, _ spelling: (StaticString) -> String) {
            self.separator = separator.utf8.count
            unsafe texts = .allocate(capacity: Field.allCases.count)
            for field in Field.allCases {
                let text = Array((separator + spelling(field.name)).utf8)
                let kept = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
                _ = unsafe kept.initialize(from: text)
                unsafe texts.initializeElement(at: field.rawValue, to: UnsafeBufferPointer(kept))
            }
        }

        func start(of field: Field, isFirst: Bool) -> UnsafeBufferPointer<UInt8> {
            let text = unsafe texts[field.rawValue]
            return unsafe isFirst ? UnsafeBufferPointer(rebasing: text[separator...]) : text
        }
    }

    /// Calls `take` with each field and value that later pages need.
    private func carry(_ take: (Field, Swift.Span<UInt8>) -> Void) {
        let span = bytes.span
        for field in Field.allCases where field.isCarried && !self[field].isEmpty {
            take(field, span.extracting(self[field]))
        }
    }
}
