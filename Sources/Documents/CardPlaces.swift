/// The places of a design, found by walking its elements.
struct CardPlaces {
    private(set) var texts: [TextSlot] = []
    private(set) var qr: PictureSlot?
    private(set) var logo: PictureSlot?
    private let viewBox: CardDesign.ViewBox

    /// What an element has from those around it.
    private struct Context {
        var transform = PlaneTransform.identity
        var style = TextStyle()
        var condition = CardCondition()
    }

    init(of root: XMLElement, viewBox: CardDesign.ViewBox) throws(DocumentError) {
        self.viewBox = viewBox
        try walk(root, Context(), isRoot: true)
    }

    private mutating func walk(_ element: XMLElement, _ outer: Context, isRoot: Bool) throws(DocumentError) {
        var context = outer
        context.style = try outer.style.inherited(by: element)
        context.condition = try outer.condition.inherited(by: element)
        if let text = element["transform"] {
            guard let transform = PlaneTransform(svg: text) else {
                guard Self.hasPlaces(element) else { return }
                throw element.mistake("the transform cannot be read; use translate, scale, rotate or matrix")
            }
            context.transform = outer.transform.after(transform)
        }
        if let name = element["data-field"] {
            try add(name, element, context)
        } else if let name = element["data-label"] {
            try addText(.label, element, context, label: name)
        } else {
            guard isRoot || !["svg", "symbol", "defs", "clipPath"].contains(element.name) || !Self.hasPlaces(element)
            else {
                throw element.mistake("a data-field may not stand inside <\(element.name)>")
            }
            for child in element.elements { try walk(child, context, isRoot: false) }
        }
    }

    private static func hasPlaces(_ element: XMLElement) -> Bool {
        element.elements.contains { $0["data-field"] != nil || $0["data-label"] != nil || hasPlaces($0) }
    }

    private mutating func add(_ name: String, _ element: XMLElement, _ context: Context) throws(DocumentError) {
        switch name {
        case "qr":
            guard qr == nil else { throw element.mistake("there is already a place for the QR code") }
            qr = try picture(element, context)
        case "logo":
            guard logo == nil else { throw element.mistake("there is already a place for the logo") }
            logo = try picture(element, context)
        default:
            let names = name.split(whereSeparator: \.isWhitespace)
            let fields = try names.map { (name) throws(DocumentError) in
                try CardField(String(name), in: "data-field", at: element)
            }
            guard !fields.isEmpty else { throw element.mistake("data-field names no field") }
            let source = TextSlot.Source.fields(fields, joint: element["data-joint"] ?? " · ")
            try addText(source, element, context, label: element["data-label"])
        }
    }

    private func picture(_ element: XMLElement, _ context: Context) throws(DocumentError) -> PictureSlot {
        guard element.name == "rect" else { throw element.mistake("this place must be a <rect>") }
        let width = try element.length(of: "width")
        let height = try element.length(of: "height")
        guard width > 0, height > 0 else { throw element.mistake("the rectangle needs a width and a height") }
        guard let quietZone = Int(element["data-quiet"] ?? "4"), (0...8).contains(quietZone) else {
            throw element.mistake("data-quiet is the white border of the QR code, 0 to 8 squares")
        }
        return PictureSlot(
            x: try element.length(of: "x", or: 0), y: try element.length(of: "y", or: 0), width: width, height: height,
            transform: context.transform, quietZone: quietZone, condition: context.condition)
    }

    private mutating func addText(
        _ source: TextSlot.Source, _ element: XMLElement, _ context: Context, label: String?
    ) throws(DocumentError) {
        guard element.name == "text" else { throw element.mistake("this place must be a <text>") }
        guard element["class"] == nil else {
            throw element.mistake("write font and fill on the element itself; class is not read here")
        }
        // Editors put position and style on an inner <tspan>.
        let span = element.elements.first { $0.name == "tspan" }
        let style =
            try span.map { (span) throws(DocumentError) in try context.style.inherited(by: span) } ?? context.style
        guard style.size > 0 else { throw element.mistake("the text needs a font-size") }
        guard CardColour(BrandToken.replaced(in: style.fill, by: .black)) != nil else {
            throw element.mistake("fill must be #rrggbb or a brand colour such as var(--brand), not “\(style.fill)”")
        }
        let x = try element.length(of: "x", or: try span?.length(of: "x", or: 0) ?? 0)
        let pattern = element.text
        texts.append(
            TextSlot(
                source: source, pattern: source == .label || pattern.contains("{}") ? pattern : "{}",
                label: label,
                style: style, fit: try fit(element), x: x,
                y: try element.length(of: "y", or: try span?.length(of: "y", or: 0) ?? 0),
                width: try element.length(of: "data-width", or: room(at: x, style.anchor)),
                transform: context.transform, condition: context.condition))
    }

    private func fit(_ element: XMLElement) throws(DocumentError) -> TextStyle.Fit {
        if let text = element["data-lines"] {
            guard let lines = Int(text), (1...40).contains(lines) else {
                throw element.mistake("data-lines is 1 to 40")
            }
            return .wrap(lines: lines)
        }
        let least = try element.length(of: "data-shrink", or: 0.6)
        guard (0.2...1).contains(least) else {
            throw element.mistake("data-shrink is the smallest part of the size, 0.2 to 1")
        }
        return .shrink(to: least)
    }

    /// The room to the card's nearest edge.
    private func room(at x: Double, _ anchor: TextStyle.Anchor) -> Double {
        let left = x - viewBox.x
        let right = viewBox.x + viewBox.width - x
        let room =
            switch anchor {
            case .start: right
            case .middle: 2 * min(left, right)
            case .end: left
            }
        return max(viewBox.width * 0.05, room)
    }
}
