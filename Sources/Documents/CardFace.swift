/// What the cards of a batch have in common, drawn once: art, labels, logo, and values that repeat.
struct CardFace {
    let artwork: Artwork
    /// The places that each card fills itself.
    let open: [CardPlace]
    /// Where the QR code goes, if the card has one.
    let qr: PictureSlot?
}

/// Draws faces of one design in one brand.
struct CardPainter {
    let brand: CardBrand
    let setter: TextSetter
    /// From the design's units to points on the card.
    let base: PlaneTransform
    private let design: CardDesign
    private let size: SheetFormat.Size
    private let places: [CardPlace]
    private let logo: Artwork?

    /// Draws cards of `size` points.
    init(
        design: CardDesign, brand: CardBrand, labels: [String: String], size: SheetFormat.Size
    ) throws(DocumentError) {
        self.design = design
        self.brand = brand
        self.size = size
        let scale = size.width / design.viewBox.width
        let base = PlaneTransform.scale(scale, scale).after(.translation(-design.viewBox.x, -design.viewBox.y))
        let setter = try TextSetter()
        self.base = base
        self.setter = setter
        places = design.texts.map { slot in
            let fill = BrandToken.replaced(in: slot.style.fill, by: brand.colour)
            return CardPlace(
                slot, words: slot.label.flatMap { labels[$0] }, colour: CardColour(fill) ?? .black, base: base,
                setter: setter)
        }
        logo = try Self.artwork(of: brand.logo, in: design.logo)
    }

    /// The parts that a card has.
    func contents(of card: Card) -> CardContents {
        var contents: CardContents = []
        for (field, value) in card.fields where !value.isEmpty { contents.insert(CardContents(field)) }
        if !card.qr.isEmpty { contents.insert(.qr) }
        if brand.logo != nil { contents.insert(.logo) }
        return contents
    }

    /// Draws what `card` has in common with others; its repeating values too where `withValues`.
    func face(_ card: Card, _ contents: CardContents, withValues: Bool) throws(DocumentError) -> CardFace {
        let shown = places.filter { $0.slot.condition.holds(for: contents) }
        let isDrawn = { (place: CardPlace) in place.slot.source == .label || (withValues && place.slot.repeats) }
        let qr = design.qr.flatMap { contents.contains(.qr) && $0.condition.holds(for: contents) ? $0 : nil }
        let artwork = try Artwork(width: size.width, height: size.height) { pen throws(DocumentError) in
            try Picture.draw(svg: art(contents), with: pen, width: size.width, height: size.height)
            if let qr {
                pen.use(base.after(qr.transform))
                pen.use(.white)
                pen.fillRectangle(x: qr.x, y: qr.y, width: qr.width, height: qr.height)
            }
            if let logo, let slot = design.logo, slot.condition.holds(for: contents) {
                pen.use(base.after(slot.transform).after(.translation(slot.x, slot.y)))
                logo.paint(with: pen)
            }
            for place in shown where isDrawn(place) {
                if try place.take(card) { place.show(with: pen, corner: .identity) }
            }
        }
        return CardFace(artwork: artwork, open: shown.filter { !isDrawn($0) }, qr: qr)
    }

    /// The logo in the units of the design, drawn once and so checked before the first card.
    private static func artwork(of logo: [UInt8]?, in slot: PictureSlot?) throws(DocumentError) -> Artwork? {
        guard let logo, let slot else { return nil }
        return try Artwork(width: slot.width, height: slot.height) { pen throws(DocumentError) in
            try Picture.draw(logo: logo, with: pen, width: slot.width, height: slot.height)
        }
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
}
