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

    /// An empty block in `style`, whose lengths are multiplied by `scale` to points, within `width` points.
    func block(_ style: TextStyle, scale: Double, width: Double, fit: TextStyle.Fit) -> TextBlock {
        guard let layout = unsafe pango_layout_new(context) else {
            preconditionFailure("GLib ends the process when memory runs out")
        }
        return unsafe TextBlock(owning: layout, style, scale: scale, width: width, fit: fit)
    }
}
