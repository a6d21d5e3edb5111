import CCairo

/// A place for one text after another, shaped and fitted into its width; lengths in points.
///
/// Shaping is the dear part: a text that stays is kept, and the size that fitted the last text is tried first, so that
/// the codes of a batch, which are equally wide, are shaped once each and look alike.
@safe final class TextBlock {
    private let layout: OpaquePointer
    private let style: TextStyle
    private let size: Double
    private let letterSpacing: Double
    private let width: Double
    private let fit: TextStyle.Fit
    private var text: String?
    /// How many characters of the text no installed font can show.
    private(set) var missingGlyphs = 0
    /// The part of the full size that is in use.
    private(set) var factor = 0.0
    /// Whether the text ends in an ellipsis for want of room.
    private(set) var isCut = false
    /// What is shown of the text.
    private(set) var shown: String?
    /// From the anchor to the layout's corner.
    private var offset = (x: 0.0, y: 0.0)

    private static let unit = Double(PANGO_SCALE)

    /// Takes over a fresh layout.
    init(owning layout: OpaquePointer, _ style: TextStyle, scale: Double, width: Double, fit: TextStyle.Fit) {
        unsafe self.layout = layout
        self.style = style
        size = style.size * scale
        letterSpacing = style.letterSpacing * scale
        self.width = width
        self.fit = fit
        unsafe pango_layout_set_single_paragraph_mode(layout, 1)
        use(factor: 1)
        if case .wrap(let lines) = fit { wrap(lines: lines) }
    }

    deinit { unsafe g_object_unref(UnsafeMutableRawPointer(layout)) }

    /// Shapes `text`, which must be clean, and makes it fit.
    func set(_ text: String) {
        guard text != self.text else { return }
        self.text = text
        isCut = false
        fill(text)
        missingGlyphs = unsafe Int(pango_layout_get_unknown_glyphs_count(layout))
        let readable = missingGlyphs > 0 ? PrintableText.withoutEmoji(text) : text
        if missingGlyphs > 0 { fill(readable) }
        if case .shrink(let least) = fit { shrink(readable, to: least) }
        place()
    }

    /// Shows the text with its anchor at the point, in the colour that is set.
    func show(with pen: Pen, x: Double, y: Double) {
        unsafe cairo_move_to(pen.handle, x + offset.x, y + offset.y)
        unsafe pango_cairo_show_layout(pen.handle, layout)
    }

    private func fill(_ text: String) {
        shown = text
        var text = text
        text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe pango_layout_set_text(layout, characters.baseAddress, Int32(characters.count))
            }
        }
    }

    private func shrink(_ text: String, to least: Double) {
        let present = extents().width
        // A hair less than the room: rounding letter by letter must not lead to a cut.
        let wanted = max(least, min(1, width / max(present / factor, 0.001) * 0.999))
        guard abs(wanted - factor) > factor * 0.003 || present > width else { return }
        use(factor: wanted)
        if extents().width > width { cut(text) }
    }

    private func use(factor: Double) {
        self.factor = factor
        let font = unsafe pango_font_description_new()
        unsafe pango_font_description_set_family(font, style.family)
        unsafe pango_font_description_set_weight(font, PangoWeight(UInt32(style.weight)))
        unsafe pango_font_description_set_style(font, style.isItalic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL)
        unsafe pango_font_description_set_absolute_size(font, size * factor * Self.unit)
        unsafe pango_layout_set_font_description(layout, font)
        unsafe pango_font_description_free(font)
        guard letterSpacing != 0 else { return }
        let attributes = unsafe pango_attr_list_new()
        let spacing = Int32(letterSpacing * factor * Self.unit)
        unsafe pango_attr_list_insert(attributes, pango_attr_letter_spacing_new(spacing))
        unsafe pango_layout_set_attributes(layout, attributes)
        unsafe pango_attr_list_unref(attributes)
    }

    /// Shows as much of the beginning as there is room for.
    ///
    /// Pango cuts at an edge of the line, which is in the middle of what is read where scripts of both directions meet.
    private func cut(_ text: String) {
        isCut = true
        let characters = Array(text)
        func fillStart(_ count: Int) {
            let end = characters[..<count].lastIndex { $0 != " " }.map { $0 + 1 } ?? 0
            fill(String(characters[..<end]) + "…")
        }
        var (fitting, tooMany) = (0, characters.count)
        while tooMany - fitting > 1 {
            let middle = (fitting + tooMany) / 2
            fillStart(middle)
            if extents().width <= width { fitting = middle } else { tooMany = middle }
        }
        fillStart(fitting)
    }

    private func wrap(lines: Int) {
        unsafe pango_layout_set_width(layout, Int32(width * Self.unit))
        unsafe pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        unsafe pango_layout_set_height(layout, Int32(-lines))
        unsafe pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
        let alignment =
            switch style.anchor {
            case .start: PANGO_ALIGN_LEFT
            case .middle: PANGO_ALIGN_CENTER
            case .end: PANGO_ALIGN_RIGHT
            }
        unsafe pango_layout_set_alignment(layout, alignment)
    }

    /// Computes where the layout lies from its anchor on the first baseline.
    private func place() {
        let part =
            switch style.anchor {
            case .start: 0.0
            case .middle: 0.5
            case .end: 1.0
            }
        let baseline = unsafe Double(pango_layout_get_baseline(layout)) / Self.unit
        if case .wrap = fit {
            offset = (-width * part, -baseline)
        } else {
            let (start, width) = extents()
            offset = (-start - width * part, -baseline)
        }
    }

    /// Where the text starts in the layout and how wide it is.
    func extents() -> (start: Double, width: Double) {
        var logical = PangoRectangle()
        unsafe pango_layout_get_extents(layout, nil, &logical)
        return (Double(logical.x) / Self.unit, Double(logical.width) / Self.unit)
    }
}
