import CCairo

/// Draws on one surface; lengths in points, from the top left.
@safe final class Pen {
    /// For what Pango and librsvg draw themselves; good while the pen lives.
    let handle: OpaquePointer

    /// A pen for a surface, which it keeps alive.
    init(on surface: OpaquePointer) throws(DocumentError) {
        guard let handle = unsafe cairo_create(surface) else { throw DocumentError(.library, "cairo: no pen") }
        unsafe self.handle = handle
    }

    deinit { unsafe cairo_destroy(handle) }

    /// Throws the first error of this pen.
    func check() throws(DocumentError) {
        try DocumentError.check(unsafe cairo_status(handle))
    }

    /// Makes `transform` the whole map from the drawing to the page.
    func use(_ transform: PlaneTransform) {
        var matrix = cairo_matrix_t(
            xx: transform.a, yx: transform.b, xy: transform.c, yy: transform.d, x0: transform.e, y0: transform.f)
        unsafe cairo_set_matrix(handle, &matrix)
    }

    func use(_ colour: CardColour) {
        unsafe cairo_set_source_rgb(
            handle, Double(colour.red) / 255, Double(colour.green) / 255, Double(colour.blue) / 255)
    }

    func fillRectangle(x: Double, y: Double, width: Double, height: Double) {
        unsafe cairo_rectangle(handle, x, y, width, height)
        unsafe cairo_fill(handle)
    }

    /// Draws lines a quarter of a point wide.
    func hairlines(_ lines: [SheetGrid.Line]) {
        for line in lines {
            unsafe cairo_move_to(handle, line.from.x, line.from.y)
            unsafe cairo_line_to(handle, line.to.x, line.to.y)
        }
        unsafe cairo_set_line_width(handle, 0.25)
        unsafe cairo_stroke(handle)
    }

    /// Draws a QR code as a mask of one bit a square, which keeps the file small and the squares sharp.
    ///
    /// Source of the bit order: https://www.cairographics.org/manual/cairo-Image-Surfaces.html (CAIRO_FORMAT_A1).
    func draw(_ code: QRMatrix, in slot: PictureSlot) {
        let square = min(slot.width, slot.height) / Double(code.size + 2 * slot.quietZone)
        let side = square * Double(code.size)
        guard let image = unsafe cairo_image_surface_create(CAIRO_FORMAT_A1, Int32(code.size), Int32(code.size)) else {
            return
        }
        defer { unsafe cairo_surface_destroy(image) }
        if let rows = unsafe cairo_image_surface_get_data(image) {
            let stride = unsafe Int(cairo_image_surface_get_stride(image))
            for y in 0..<code.size {
                for byte in 0..<(code.size + 7) / 8 {
                    let word = code.words[y * code.stride + byte / 8] >> UInt64(byte % 8 * 8)
                    unsafe rows[y * stride + byte] = Self.pixels(UInt8(truncatingIfNeeded: word))
                }
            }
            unsafe cairo_surface_mark_dirty(image)
        }
        unsafe cairo_translate(handle, slot.x + (slot.width - side) / 2, slot.y + (slot.height - side) / 2)
        unsafe cairo_scale(handle, square, square)
        guard let mask = unsafe cairo_pattern_create_for_surface(image) else { return }
        unsafe cairo_pattern_set_filter(mask, CAIRO_FILTER_NEAREST)
        unsafe cairo_mask(handle, mask)
        unsafe cairo_pattern_destroy(mask)
    }

    /// The first pixel is the lowest bit on little-endian machines, the highest on the others.
    private static func pixels(_ squares: UInt8) -> UInt8 {
        guard 1.littleEndian != 1 else { return squares }
        return (0..<8).reduce(0) { $0 | (squares >> UInt8($1) & 1) << UInt8(7 - $1) }
    }
}
