import CCairo

/// Draws SVG with librsvg and images with cairo.
enum Picture {
    private static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let maximumLogoBytes = 1 << 20
    private static let maximumLogoEdge = 4_000

    /// Draws a checked SVG document into the rectangle.
    ///
    /// The handle has no base address, so that librsvg has nothing to resolve a link against.
    static func draw(
        svg: [UInt8], with pen: Pen, width: Double, height: Double
    ) throws(DocumentError) {
        guard let library = library else {
            throw DocumentError(.library, "drawings need librsvg; install the Debian package librsvg2-2")
        }
        var problem: UnsafeMutablePointer<GError>?
        defer { unsafe g_clear_error(&problem) }
        guard let drawing = unsafe library.open(svg, gsize(svg.count), &problem) else { throw unsafe failure(problem) }
        defer { unsafe g_object_unref(drawing) }
        var viewport = lango_rsvg_rectangle(x: 0, y: 0, width: width, height: height)
        guard unsafe library.render(drawing, pen.handle, &viewport, &problem) != 0 else {
            throw unsafe failure(problem)
        }
    }

    /// librsvg, once it was needed; nil where it is not installed.
    private static let library: lango_rsvg? = {
        var functions = lango_rsvg()
        return unsafe lango_rsvg_find(&functions) == 0 ? nil : functions
    }()

    /// Draws a tenant's logo, PNG or SVG, as large as fits into the box, in its middle.
    static func draw(
        logo: [UInt8], with pen: Pen, width: Double, height: Double
    ) throws(DocumentError) {
        guard logo.count <= maximumLogoBytes else { throw DocumentError(.logo, "the logo is larger than 1 MiB") }
        if logo.starts(with: pngSignature) {
            try draw(png: logo, with: pen, width: width, height: height)
        } else {
            let root = try XMLReader.svg(logo, kind: .logo)
            try DrawingGuard.check(root, kind: .logo)
            try draw(svg: root.document, with: pen, width: width, height: height)
        }
    }

    private static func draw(
        png: [UInt8], with pen: Pen, width: Double, height: Double
    ) throws(DocumentError) {
        try checkEdges(ofPNG: png)
        let image = unsafe png.withUnsafeBytes { bytes in
            var rest = unsafe bytes[...]
            return unsafe cairo_image_surface_create_from_png_stream(readPNG, &rest)
        }
        defer { unsafe cairo_surface_destroy(image) }
        guard unsafe cairo_surface_status(image) == CAIRO_STATUS_SUCCESS else {
            throw DocumentError(.logo, "the PNG image is damaged; export it again")
        }
        let columns = unsafe Double(cairo_image_surface_get_width(image))
        let rows = unsafe Double(cairo_image_surface_get_height(image))
        let scale = min(width / columns, height / rows)
        unsafe cairo_save(pen.handle)
        unsafe cairo_translate(pen.handle, (width - columns * scale) / 2, (height - rows * scale) / 2)
        unsafe cairo_scale(pen.handle, scale, scale)
        unsafe cairo_set_source_surface(pen.handle, image, 0, 0)
        unsafe cairo_paint(pen.handle)
        unsafe cairo_restore(pen.handle)
    }

    /// Refuses an image that would unpack to more than 64 MB; the edges stand in bytes 16 to 23 (PNG, section 11.2.2).
    private static func checkEdges(ofPNG png: [UInt8]) throws(DocumentError) {
        guard png.count > 24 else { throw DocumentError(.logo, "the PNG image is damaged; export it again") }
        func number(at start: Int) -> Int { png[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
        let edges = [number(at: 16), number(at: 20)]
        guard edges.allSatisfy({ (1...maximumLogoEdge).contains($0) }) else {
            throw DocumentError(.logo, "the PNG image is larger than 4,000 pixels; export it smaller")
        }
    }

    private static func failure(_ problem: UnsafeMutablePointer<GError>?) -> DocumentError {
        let words = unsafe problem.map { unsafe String(cString: $0.pointee.message) } ?? "no reason given"
        return DocumentError(.design, "the drawing cannot be rendered: \(words)")
    }
}

/// Feeds cairo's PNG reader from the bytes that are left; a file-scope function, since C calls it.
private func readPNG(
    _ rest: UnsafeMutableRawPointer?, _ target: UnsafeMutablePointer<UInt8>?, _ count: UInt32
) -> cairo_status_t {
    guard let rest = unsafe rest?.assumingMemoryBound(to: Slice<UnsafeRawBufferPointer>.self),
        let target = unsafe target,
        unsafe rest.pointee.count >= Int(count)
    else { return CAIRO_STATUS_READ_ERROR }
    unsafe UnsafeMutableRawBufferPointer(start: target, count: Int(count)).copyBytes(
        from: rest.pointee.prefix(Int(count)))
    unsafe rest.pointee = rest.pointee.dropFirst(Int(count))
    return CAIRO_STATUS_SUCCESS
}
