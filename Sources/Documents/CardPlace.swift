/// A text place of a design on the card as it is printed: measured in points, coloured, in the batch's language.
final class CardPlace {
    let slot: TextSlot
    private let colour: CardColour
    private let block: TextBlock
    /// From the place to the card's corner, without magnification.
    private let transform: PlaneTransform
    private let x: Double
    private let y: Double
    /// The words around the value; for a label `before` is all of it.
    private let before: String
    private let after: String

    /// `words` replaces the design's own where it is not nil; `base` leads from the design's units to points.
    init(_ slot: TextSlot, words: String?, colour: CardColour, base: PlaneTransform, setter: TextSetter) {
        self.slot = slot
        self.colour = colour
        let whole = base.after(slot.transform)
        let scale = whole.magnification
        transform = whole.rigid
        x = slot.x * scale
        y = slot.y * scale
        block = setter.block(slot.style, scale: scale, width: slot.width * scale, fit: slot.fit)
        let pattern = words.map { PrintableText.clean($0) } ?? slot.pattern
        if slot.source == .label {
            (before, after) = (pattern, "")
        } else if let hole = pattern.firstRange(of: "{}") {
            (before, after) = (String(pattern[..<hole.lowerBound]), String(pattern[hole.upperBound...]))
        } else {
            (before, after) = (pattern + " ", "")
        }
    }

    /// Shapes what the card shows here; false where that is nothing.
    ///
    /// - Throws: `.content` for a code that would not be printed whole.
    func take(_ card: Card) throws(DocumentError) -> Bool {
        switch slot.source {
        case .label: block.set(before)
        case .fields(let fields, let joint):
            guard let value = Self.value(fields, joint, of: card) else { return false }
            block.set(before.isEmpty && after.isEmpty ? value : before + value + after)
            if fields.contains(.code) { try checkCode() }
        }
        return true
    }

    /// Shows what was taken last on the card whose corner is given.
    func show(with pen: Pen, corner: PlaneTransform) {
        pen.use(corner.after(transform))
        pen.use(colour)
        block.show(with: pen, x: x, y: y)
    }

    /// Refuses what would be sold and could not be typed.
    private func checkCode() throws(DocumentError) {
        guard block.missingGlyphs == 0 else {
            throw DocumentError(.content, "no installed font can show the code; install fonts-noto-core")
        }
        guard !block.isCut else {
            throw DocumentError(.content, "the code is too long for this design; choose a larger one or shorter codes")
        }
    }

    private static func value(_ fields: [CardField], _ joint: String, of card: Card) -> String? {
        if fields.count == 1 {
            guard let value = card.fields[fields[0]], !value.isEmpty else { return nil }
            return PrintableText.clean(value)
        }
        let values = fields.compactMap { card.fields[$0] }.filter { !$0.isEmpty }
        return values.isEmpty ? nil : values.map { PrintableText.clean($0) }.joined(separator: joint)
    }
}
