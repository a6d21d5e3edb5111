import CCairo

/// A drawing kept as a list of strokes and glyphs, to be painted on many pages; lengths in points.
@safe final class Artwork {
    private let surface: OpaquePointer
    let width: Double
    let height: Double

    /// Records what `draw` paints on the canvas it is given.
    init(
        width: Double, height: Double, draw: (Pen) throws(DocumentError) -> Void
    ) throws(DocumentError) {
        self.width = width
        self.height = height
        var extents = cairo_rectangle_t(x: 0, y: 0, width: width, height: height)
        let surface = unsafe cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &extents)
        guard let surface = unsafe surface else { throw DocumentError(.library, "cairo: no recording surface") }
        unsafe self.surface = surface
        let pen = unsafe try Pen(on: surface)
        try draw(pen)
        try pen.check()
    }

    deinit { unsafe cairo_surface_destroy(surface) }

    /// Paints the whole drawing with its corner at the canvas's origin.
    func paint(with pen: Pen) {
        unsafe cairo_set_source_surface(pen.handle, surface, 0, 0)
        unsafe cairo_paint(pen.handle)
    }
}

extension DocumentError {
    /// Throws what cairo says unless it is content.
    ///
    /// Source: https://www.cairographics.org/manual/cairo-Error-handling.html.
    static func check(_ status: cairo_status_t) throws(DocumentError) {
        guard status == CAIRO_STATUS_SUCCESS else {
            throw DocumentError(.library, unsafe "cairo: \(String(cString: cairo_status_to_string(status)))")
        }
    }
}
