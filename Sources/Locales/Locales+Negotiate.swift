extension Locales {
    /// The language that suits an `Accept-Language` header best; English where none does.
    ///
    /// Ranges and quality values by RFC 9110 section 12.5.4, matched by look-up (RFC 4647 section 3.4: `sw-TZ` finds
    /// `sw`). Only the first 20 ranges of the first 512 bytes count; what cannot be read is passed over.
    package func negotiate(acceptLanguage header: String) -> Language {
        var best: (language: Language, quality: Int)?
        for range in header.utf8.prefix(512).split(separator: UInt8(ascii: ","), maxSplits: 20).prefix(20) {
            guard let (tag, quality) = Self.read(range), quality > best?.quality ?? 0 else { continue }
            if let language = lookUp(tag) { best = (language, quality) }
        }
        return best?.language ?? .english
    }

    private func lookUp(_ tag: String) -> Language? {
        if tag == "*" { return .english }
        var tag = tag
        while true {
            if let language = language(tag) { return language }
            guard let hyphen = tag.lastIndex(of: "-") else { return nil }
            tag = String(tag[..<hyphen])
        }
    }

    /// A tag and its quality in thousandths.
    private static func read(_ range: Substring.UTF8View) -> (tag: String, quality: Int)? {
        let parts = range.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
            $0.filter { $0 != 0x20 && $0 != 0x09 }
        }
        guard let tag = parts.first, (1...16).contains(tag.count) else { return nil }
        var quality = 1_000
        for part in parts.dropFirst() where part.starts(with: "q=".utf8) || part.starts(with: "Q=".utf8) {
            guard let read = thousandths(part.dropFirst(2)) else { return nil }
            quality = read
        }
        return (String(decoding: tag, as: UTF8.self), quality)
    }

    /// `0.8` as 800: one digit, 0 or 1, and up to three decimals.
    private static func thousandths(_ text: some Collection<UInt8>) -> Int? {
        let digits = Array(text)
        guard (1...5).contains(digits.count), digits[0] == 48 || digits[0] == 49 else { return nil }
        guard digits.count == 1 || digits[1] == UInt8(ascii: ".") else { return nil }
        var value = Int(digits[0] - 48) * 1_000
        for (digit, weight) in zip(digits.dropFirst(2), [100, 10, 1]) {
            guard (48...57).contains(digit) else { return nil }
            value += Int(digit - 48) * weight
        }
        return value <= 1_000 ? value : nil
    }
}
