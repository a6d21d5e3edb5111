/// What the cards of a batch have in common, drawn once: art, labels, logo, and values that repeat.
struct CardFace {
    /// What distinguishes one face from another.
    struct Key: Hashable {
        let contents: CardContents
        /// The repeating values in the order of the design's places; empty where each card draws its own.
        let values: [String]
    }

    let artwork: Artwork
    /// The places that each card fills itself.
    let open: [TextSlot]
}

/// Draws faces and texts of one design in one brand.
struct CardPainter {
    let design: CardDesign
    let brand: CardBrand
    let labels: [String: String]
    let setter: TextSetter
    /// Points in a unit of the design.
    let scale: Double
    /// The fields whose values are drawn once for many cards.
    let repeatingFields: [CardField]

    /// From the design's units to points on the card.
    var base: PlaneTransform {
        PlaneTransform.scale(scale, scale).after(.translation(-design.viewBox.x, -design.viewBox.y))
    }
    var width: Double { design.viewBox.width * scale }
    var height: Double { design.viewBox.height * scale }

    init(design: CardDesign, brand: CardBrand, labels: [String: String], width: Double) throws(DocumentError) {
        self.design = design
        self.brand = brand
        self.labels = labels
        setter = try TextSetter()
        scale = width / design.viewBox.width
        repeatingFields = design.texts.filter(\.repeats).flatMap(\.fields)
    }

    /// Draws what `card` has in common with others; its repeating values too where `withValues`.
    func face(_ card: Card, _ contents: CardContents, withValues: Bool) throws(DocumentError) -> CardFace {
        let shown = design.texts.filter { $0.condition.holds(for: contents) }
        let drawn = shown.filter { $0.source == .label || (withValues && $0.repeats) }
        let artwork = try Artwork(width: width, height: height) { pen throws(DocumentError) in
            try Picture.draw(svg: art(contents), with: pen, width: width, height: height)
            if contents.contains(.qr), let qr = design.qr {
                pen.use(base.after(qr.transform))
                pen.use(.white)
                pen.fillRectangle(x: qr.x, y: qr.y, width: qr.width, height: qr.height)
            }
            if contents.contains(.logo) { try drawLogo(with: pen) }
            for slot in drawn {
                guard let text = slot.text(of: card, labels: labels) else { continue }
                show(set(text, in: slot), slot, with: pen, corner: .identity)
            }
        }
        return CardFace(artwork: artwork, open: shown.filter { !drawn.contains($0) })
    }

    /// Shapes a text for a place.
    func set(_ text: String, in slot: TextSlot) -> SetText {
        let scale = base.after(slot.transform).magnification
        return setter.set(text, slot.style, scale: scale, width: slot.width * scale, fit: slot.fit)
    }

    /// Shows a shaped text in its place on the card whose corner is given.
    func show(_ text: SetText, _ slot: TextSlot, with pen: Pen, corner: PlaneTransform) {
        let whole = base.after(slot.transform)
        pen.use(corner.after(whole.rigid))
        pen.use(colour(slot.style.fill))
        text.show(with: pen, x: slot.x * whole.magnification, y: slot.y * whole.magnification)
    }

    private func drawLogo(with pen: Pen) throws(DocumentError) {
        guard let logo = brand.logo, let slot = design.logo else { return }
        let place = base.after(slot.transform).after(.translation(slot.x, slot.y))
        pen.use(place)
        try Picture.draw(logo: logo, with: pen, width: slot.width, height: slot.height)
        pen.use(.identity)
    }

    /// The art as an SVG document: without what the card does not have, in the brand's colours.
    private func art(_ contents: CardContents) -> [UInt8] {
        let shown = design.art.rewritten { element in
            let condition = try? CardCondition().inherited(by: element)
            return condition?.holds(for: contents) ?? true
        } value: {
            BrandToken.replaced(in: $0, by: brand.colour)
        }
        return shown?.document ?? []
    }

    private func colour(_ text: String) -> CardColour {
        CardColour(BrandToken.replaced(in: text, by: brand.colour)) ?? .black
    }
}

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
