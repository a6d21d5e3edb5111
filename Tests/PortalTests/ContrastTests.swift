import Testing

@testable import Templates

@Suite struct ContrastTests {
    static let pairs: [(text: String, ground: String)] = [
        ("ink", "bg"), ("ink", "card"), ("soft", "bg"), ("soft", "card"), ("accent", "bg"), ("accent", "card"),
        ("on-brand", "brand"), ("bad", "card"), ("bad", "bad-bg"), ("ink", "bad-bg"), ("good", "good-bg"),
        ("warm", "warm-bg"),
        ("cool", "cool-bg"), ("soft", "grey-bg"), ("soft", "row"), ("accent", "row"),
    ]

    @Test(
        "Text reaches level AA on its ground, in light and in dark",
        arguments: ["captive/captive.css", "office/office.css"], [false, true])
    func reachesAA(sheet: String, isDark: Bool) throws {
        let style = try #require(try Portal.library.get().asset(sheet))
        let rules = style.split(separator: "\n")
        var colors = Self.colors(in: try #require(rules.first))
        if isDark { colors.merge(Self.colors(in: rules[1])) { $1 } }
        for (text, ground) in Self.pairs {
            guard let text = colors[text], let ground = colors[ground] else { continue }
            #expect(text.contrast(with: ground) >= 4.5, "\(text) on \(ground) in \(sheet)")
        }
        let edge = try #require(colors["edge"]).contrast(with: try #require(colors["card"]))
        #expect(edge >= 3, "The edge of a field: \(edge)")
    }

    private static func colors(in rule: Substring) -> [String: BrandColor] {
        var colors: [String: BrandColor] = [:]
        for part in rule.split(whereSeparator: { "{};".contains($0) }) where part.hasPrefix("--") {
            let sides = part.dropFirst(2).split(separator: ":", maxSplits: 1)
            guard sides.count == 2, let start = sides[1].firstIndex(of: "#") else { continue }
            let digits = sides[1][start...].dropFirst().prefix(while: \.isHexDigit)
            colors[String(sides[0])] = BrandColor(
                "#" + (digits.count == 3 ? digits.map { "\($0)\($0)" }.joined() : String(digits)))
        }
        return colors
    }
}
