/// How the text of a field looks, in the units of its design.
struct TextStyle: Hashable, Sendable {
    enum Anchor: String, Sendable { case start, middle, end }
    /// What happens to a text that is too wide.
    enum Fit: Hashable, Sendable {
        /// Made smaller, down to this part of its size (0 to 1), then cut with an ellipsis.
        case shrink(to: Double)
        /// Broken into at most so many lines, then cut.
        case wrap(lines: Int)
    }

    /// Names in order of preference, separated by commas, as Pango takes them.
    var family = "Noto Sans, DejaVu Sans, sans-serif"
    var size = 0.0
    /// 100 to 900.
    var weight = 400
    var isItalic = false
    var letterSpacing = 0.0
    var anchor = Anchor.start
    /// `#rrggbb` or a brand token.
    var fill = "#000000"

    /// The style of `element` inside a parent with this style.
    ///
    /// Read from attributes and from `style`; SVG 1.1 section 10 names the properties.
    func inherited(by element: XMLElement) throws(DocumentError) -> Self {
        var style = self
        for attribute in element.attributes where attribute.name != "style" {
            try style.set(attribute.name, attribute.value, at: element)
        }
        for declaration in (element["style"] ?? "").split(separator: ";") {
            let parts = declaration.split(separator: ":", maxSplits: 1).map(Self.trimmed)
            if parts.count == 2 { try style.set(parts[0], parts[1], at: element) }
        }
        return style
    }

    private mutating func set(_ property: String, _ value: String, at element: XMLElement) throws(DocumentError) {
        switch property {
        case "font-family": family = value.filter { $0 != "'" && $0 != "\"" }
        case "font-size": size = try element.length(value, "font-size")
        case "font-weight": weight = try Self.weight(value, at: element)
        case "font-style": isItalic = value != "normal"
        case "letter-spacing": letterSpacing = value == "normal" ? 0 : try element.length(value, "letter-spacing")
        case "text-anchor":
            guard let known = Anchor(rawValue: value) else {
                throw element.mistake("text-anchor is start, middle or end, not “\(value)”")
            }
            anchor = known
        case "fill": fill = value
        default: break
        }
    }

    private static func weight(_ value: String, at element: XMLElement) throws(DocumentError) -> Int {
        switch value {
        case "normal": return 400
        case "bold": return 700
        default:
            guard let number = Int(value), (100...900).contains(number) else {
                throw element.mistake("font-weight is normal, bold or 100 to 900, not “\(value)”")
            }
            return number
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

extension XMLElement {
    /// A mistake in a design at this element.
    func mistake(_ message: String, kind: DocumentError.Kind = .design) -> DocumentError {
        DocumentError(kind, message, line: line, element: label)
    }

    /// A length in the units of the view box; `px` is the same thing.
    func length(_ text: String, _ name: String) throws(DocumentError) -> Double {
        let digits = text.hasSuffix("px") ? text.dropLast(2) : text[...]
        guard let value = Double(digits), value.isFinite, value.magnitude < 1e6 else {
            throw mistake("\(name)=\"\(text.prefix(20))\" must be a plain number in the units of the viewBox")
        }
        return value
    }

    /// The length in an attribute; `fallback` where it is missing.
    func length(of name: String, or fallback: Double? = nil) throws(DocumentError) -> Double {
        if let text = self[name] { return try length(text, name) }
        guard let fallback else { throw mistake("the attribute \(name) is missing") }
        return fallback
    }
}
