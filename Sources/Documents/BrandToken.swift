/// The names by which a design asks for the tenant's colour.
enum BrandToken {
    private static let tokens: [(name: String, colour: @Sendable (CardColour) -> CardColour)] = [
        ("--brand", { $0 }),
        ("--brand-ink", { $0.ink }),
        ("--brand-text", { $0.readableOnWhite }),
        ("--brand-tint", { $0.mixed(88, with: .white) }),
        ("--brand-soft", { $0.mixed(60, with: .white) }),
        ("--brand-deep", { $0.mixed(35, with: .black) }),
    ]

    /// Replaces `var(--brand)` and `var(--brand, #fallback)`.
    static func replaced(in text: String, by brand: CardColour) -> String {
        guard text.contains("var(") else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "var("), let end = rest[start.upperBound...].firstIndex(of: ")") {
            result += rest[..<start.lowerBound]
            let inside = rest[start.upperBound..<end]
            let name = inside.prefix { $0 != "," }.filter { !$0.isWhitespace }
            let token = tokens.first { $0.name == name }
            result += token.map { $0.colour(brand).text } ?? String(rest[start.lowerBound...end])
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
