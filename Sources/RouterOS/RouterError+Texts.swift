extension RouterError.Kind {
    /// What a refusal's status and words mean; the words are the same over REST (`detail`) and the binary API.
    ///
    /// Texts gathered from versions 6.43 to 7.24; the manual lists few of them. Case, a leading `failure: ` and a
    /// trailing ` (number)` do not matter.
    package init(status: Int?, words: String?) {
        let text = Self.stem(words ?? "")
        if let known = Self.exact.first(where: { text.hasPrefix($0.stem) }) {
            self = known.kind
        } else if let known = Self.inside.first(where: { text.contains($0.part) }) {
            self = known.kind
        } else if let named = Self.naming.lazy.compactMap({ Self.match(text, $0) }).first {
            self = named
        } else {
            self = Self.byStatus(status, words)
        }
    }

    // swift-format-ignore
    private static let exact: [(stem: String, kind: Self)] = [
        ("no such command",                         .menuAbsent),
        ("no such item",                            .noSuchItem),
        ("missing or invalid resource identifier",  .noSuchItem),
        ("not enough permissions",                  .forbidden(policy: nil)),
        ("session closed",                          .timedOut(maybeDone: true)),
        ("invalid user name or password",           .unauthorized),
        ("cannot log in",                           .unauthorized),
        ("not logged in",                           .unauthorized),
        ("interrupted",                             .interrupted(maybeDone: true)),
        ("session terminated on request",           .interrupted(maybeDone: true)),
    ]

    // swift-format-ignore
    private static let inside: [(part: String, kind: Self)] = [
        ("not allowed by device-mode", .deviceMode),
        ("already have",               .alreadyExists),
        ("already exists",             .alreadyExists),
    ]

    /// Texts that name a property, between what stands before and what may follow.
    // swift-format-ignore
    private static let naming: [(before: String, after: String, kind: @Sendable (String) -> Self)] = [
        ("unknown parameter ",                    "",                                     { .unknownParameter($0) }),
        ("bad parameter ",                        "",                                     { .unknownParameter($0) }),
        ("missing =",                             "=",                                    { .missingParameter($0) }),
        ("input does not match any value of ",    "",                                     { .invalidValue(property: $0) }),
        ("ambiguous value of ",                   ",",                                    { .invalidValue(property: $0) }),
        ("invalid value for argument ",           "",                                     { .invalidValue(property: $0) }),
        ("invalid value of ",                     ",",                                    { .invalidValue(property: $0) }),
        ("value of ",                             " out of range",                        { .invalidValue(property: $0) }),
        ("value of ",                             " is out of range",                     { .invalidValue(property: $0) }),
        ("value of ",                             " contains invalid trailing characters", { .invalidValue(property: $0) }),
    ]

    private static func match(
        _ text: String, _ form: (before: String, after: String, kind: @Sendable (String) -> Self)
    ) -> Self? {
        guard text.hasPrefix(form.before) else { return nil }
        let rest = text.dropFirst(form.before.count)
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_" }
        guard !name.isEmpty, rest.dropFirst(name.count).hasPrefix(form.after) else { return nil }
        return form.kind(String(name))
    }

    private static func byStatus(_ status: Int?, _ words: String?) -> Self {
        switch (status, stem(words ?? "")) {
        case (_, "not allowed"), (403, _): .forbidden(policy: nil)
        case (401, _): .unauthorized
        case (404, ""): .noSuchItem
        case (406, _): .menuAbsent
        case (let status?, ""): .failure("status \(status)")
        default: .failure(RouterText.cleaned(words ?? "no reason given", maximum: 200))
        }
    }

    /// Lower case, without what may stand around the words.
    private static func stem(_ words: String) -> String {
        var text = words.lowercased()[...]
        for prefix in ["std failure: ", "failure: "] where text.hasPrefix(prefix) {
            text = text.dropFirst(prefix.count)
        }
        if text.hasSuffix(")"), let open = text.lastIndex(of: "("), open > text.startIndex,
            text[text.index(after: open)...].dropLast().allSatisfy(\.isNumber)
        {
            text = text[..<text.index(before: open)]
        }
        return String(text)
    }
}

/// Text that a router wrote.
enum RouterText {
    /// The text without control characters, cut to a length.
    static func cleaned(_ text: String, maximum: Int) -> String {
        let kept = text.unicodeScalars.filter { $0.properties.generalCategory != .control }
        return String(String(String.UnicodeScalarView(kept)).prefix(maximum))
    }
}
