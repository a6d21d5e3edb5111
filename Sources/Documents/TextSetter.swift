import CCairo

/// Shapes text in any script with Pango.
///
/// Each setter owns a font map of its own: Pango's objects may be used by one thread at a time, and the default map
/// belongs to the thread that first asked for it. Fontconfig underneath locks itself.
/// Source: https://docs.gtk.org/Pango/ (threading); https://docs.gtk.org/PangoCairo/type_func.FontMap.new.html.
@safe final class TextSetter {
    private let fontMap: UnsafeMutablePointer<PangoFontMap>
    private let context: OpaquePointer

    init() throws(DocumentError) {
        guard let fontMap = unsafe pango_cairo_font_map_new() else {
            throw DocumentError(.library, "pango: no font map")
        }
        unsafe self.fontMap = fontMap
        unsafe context = pango_font_map_create_context(fontMap)
        // Exact widths at any size: no rounding to the pixels of a screen.
        let options = unsafe cairo_font_options_create()
        unsafe cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        unsafe cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        unsafe cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        unsafe pango_cairo_context_set_font_options(context, options)
        unsafe cairo_font_options_destroy(options)
        unsafe pango_cairo_context_set_resolution(context, 72)
        unsafe pango_context_set_round_glyph_positions(context, 0)
    }

    deinit {
        unsafe g_object_unref(UnsafeMutableRawPointer(context))
        unsafe g_object_unref(UnsafeMutableRawPointer(fontMap))
    }

    /// Sets a text in `style`, whose lengths are multiplied by `scale` to points, within `width` points.
    func set(_ text: String, _ style: TextStyle, scale: Double, width: Double, fit: TextStyle.Fit) -> SetText {
        guard let layout = unsafe pango_layout_new(context) else {
            preconditionFailure("GLib ends the process when memory runs out")
        }
        let set = unsafe SetText(owning: layout, anchor: style.anchor)
        set.fill(text)
        set.use(style, size: style.size * scale, letterSpacing: style.letterSpacing * scale)
        if set.unknownGlyphs > 0 { set.fill(PrintableText.withoutEmoji(text)) }
        switch fit {
        case .wrap(let lines): set.wrap(within: width, lines: lines)
        case .shrink(let least):
            let natural = set.naturalWidth
            guard natural > width else { break }
            // Letter by letter rounding may leave a hair more than the room; a little less is taken.
            let factor = max(least, width / natural * 0.999)
            set.use(style, size: style.size * scale * factor, letterSpacing: style.letterSpacing * scale * factor)
            if set.naturalWidth > width { set.ellipsize(within: width) }
        }
        set.place()
        return set
    }
}

/// A shaped text, ready to be shown any number of times.
@safe final class SetText {
    private let layout: OpaquePointer
    private let anchor: TextStyle.Anchor
    /// From the anchor to the layout's corner, in points.
    private var offset = (x: 0.0, y: 0.0)
    private var wrapWidth: Double?

    /// Takes over a fresh layout.
    init(owning layout: OpaquePointer, anchor: TextStyle.Anchor) {
        unsafe self.layout = layout
        self.anchor = anchor
        unsafe pango_layout_set_single_paragraph_mode(layout, 1)
    }

    deinit { unsafe g_object_unref(UnsafeMutableRawPointer(layout)) }

    /// How many characters no installed font can show.
    var unknownGlyphs: Int { unsafe Int(pango_layout_get_unknown_glyphs_count(layout)) }

    var naturalWidth: Double {
        var logical = PangoRectangle()
        unsafe pango_layout_get_extents(layout, nil, &logical)
        return Double(logical.width) / Double(PANGO_SCALE)
    }

    func fill(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe pango_layout_set_text(layout, characters.baseAddress, Int32(characters.count))
            }
        }
    }

    func use(_ style: TextStyle, size: Double, letterSpacing: Double) {
        let font = unsafe pango_font_description_new()
        unsafe pango_font_description_set_family(font, style.family)
        unsafe pango_font_description_set_weight(font, PangoWeight(UInt32(style.weight)))
        unsafe pango_font_description_set_style(font, style.isItalic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL)
        unsafe pango_font_description_set_absolute_size(font, size * Double(PANGO_SCALE))
        unsafe pango_layout_set_font_description(layout, font)
        unsafe pango_font_description_free(font)
        guard letterSpacing != 0 else { return }
        let attributes = unsafe pango_attr_list_new()
        unsafe pango_attr_list_insert(
            attributes, pango_attr_letter_spacing_new(Int32(letterSpacing * Double(PANGO_SCALE))))
        unsafe pango_layout_set_attributes(layout, attributes)
        unsafe pango_attr_list_unref(attributes)
    }

    func ellipsize(within width: Double) {
        unsafe pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
        unsafe pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
    }

    func wrap(within width: Double, lines: Int) {
        wrapWidth = width
        unsafe pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
        unsafe pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        unsafe pango_layout_set_height(layout, Int32(-lines))
        unsafe pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
        let alignment =
            switch anchor {
            case .start: PANGO_ALIGN_LEFT
            case .middle: PANGO_ALIGN_CENTER
            case .end: PANGO_ALIGN_RIGHT
            }
        unsafe pango_layout_set_alignment(layout, alignment)
    }

    /// Computes where the layout lies from its anchor on the first baseline.
    func place() {
        var logical = PangoRectangle()
        unsafe pango_layout_get_extents(layout, nil, &logical)
        let scale = Double(PANGO_SCALE)
        let width = wrapWidth ?? Double(logical.width) / scale
        let start = wrapWidth == nil ? Double(logical.x) / scale : 0
        let part =
            switch anchor {
            case .start: 0.0
            case .middle: 0.5
            case .end: 1.0
            }
        offset = unsafe (-start - width * part, -Double(pango_layout_get_baseline(layout)) / scale)
    }

    /// Shows the text with its anchor at the point, in the colour that is set.
    func show(with pen: Pen, x: Double, y: Double) {
        unsafe cairo_move_to(pen.handle, x + offset.x, y + offset.y)
        unsafe pango_cairo_show_layout(pen.handle, layout)
    }
}
