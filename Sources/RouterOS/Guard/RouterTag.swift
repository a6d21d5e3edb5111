package import Values

/// Our mark in a row's comment: rows without it were made by someone else and are never touched.
package struct RouterTag: Hashable, Sendable {
    private static let prefix = "lango:"

    /// What the row belongs to, without spaces: the text of a key.
    package let subject: String
    /// What the guard on the router goes by; nothing on rows that it leaves alone.
    package var terms = RouterTerms()

    package init(_ subject: String, terms: RouterTerms = RouterTerms()) {
        self.subject = subject
        self.terms = terms
    }

    /// Reads the tag of a comment; words behind it that are not ours are for people.
    package init?(comment: String?) {
        guard let comment, comment.utf8.starts(with: Self.prefix.utf8) else { return nil }
        // A sweep reads ten thousand of them: over bytes.
        let text = comment.utf8.dropFirst(Self.prefix.utf8.count)
        let subject = text.prefix { $0 != UInt8(ascii: " ") }
        guard !subject.isEmpty else { return nil }
        self.subject = String(Substring(subject))
        terms = RouterTerms(words: text[subject.endIndex...])
    }

    /// The comment that is written: `lango:<subject> until=1795000000 time=3600s data=1000000 shared`.
    package var comment: String { Self.prefix + subject + terms.words }
}

/// How a row ends while nobody but the router is there to end it: what `GuardScript` reads in comments.
package struct RouterTerms: Hashable, Sendable {
    /// When it ends by the clock on the wall; written in whole seconds, never early.
    package var end: Instant?
    /// The connected time at which all counters of the subject on this router together reach their end.
    package var time: Span?
    /// The same for upload and download together.
    package var volume: DataVolume?
    /// Whether other rows, whose subjects begin alike up to the slash, use up the same allowance.
    package var isShared = false

    package init(end: Instant? = nil, time: Span? = nil, volume: DataVolume? = nil, isShared: Bool = false) {
        self.end = end
        self.time = time
        self.volume = volume
        self.isShared = isShared
    }

    /// Reads words with blanks between them; those that are not ours say nothing.
    init(words: Substring.UTF8View) {
        var rest = words
        while let start = rest.firstIndex(where: { $0 != UInt8(ascii: " ") }) {
            let word = rest[start...].prefix { $0 != UInt8(ascii: " ") }
            rest = rest[word.endIndex...]
            let name = word.prefix { $0 != UInt8(ascii: "=") }
            let text = Substring(word[name.endIndex...].dropFirst())
            switch Substring(name) {
            case "until": end = Int64(text).flatMap(Self.instant(seconds:))
            case "time": time = RouterDuration(text)?.span
            case "data": volume = Int64(text).map { DataVolume(bytes: $0) }
            case "shared" where text.isEmpty: isShared = true
            default: continue
            }
        }
    }

    private static func instant(seconds: Int64) -> Instant? {
        (0...longest).contains(seconds) ? Instant(milliseconds: seconds * 1_000) : nil
    }

    /// Ten digits: the guard compares ends as texts of one length.
    private static let (first, longest) = (Int64(1_000_000_000), Int64(9_999_999_999))

    /// The words, each with a blank before it.
    var words: String {
        var words = ""
        if let end {
            let seconds = floorDivide(end.milliseconds + 999, by: 1_000).quotient
            words += " until=" + String(min(Self.longest, max(Self.first, seconds)))
        }
        if let time { words += " time=" + String(time.secondsRoundedUp) + "s" }
        if let volume { words += " data=" + String(volume.bytes) }
        if isShared, time != nil || volume != nil { words += " shared" }
        return words
    }
}
