import CCairo

/// A PDF document being written, with the pen of its current page; lengths in points, from the top left.
@safe final class PDFCanvas {
    private let surface: OpaquePointer
    private let sink: DocumentSink
    let pen: Pen
    private var isFinished = false

    init(width: Double, height: Double, title: String, to sink: DocumentSink) throws(DocumentError) {
        self.sink = sink
        let reference = unsafe Unmanaged.passUnretained(sink).toOpaque()
        guard let surface = unsafe cairo_pdf_surface_create_for_stream(receivePDF, reference, width, height) else {
            throw DocumentError(.library, "cairo: no PDF surface")
        }
        unsafe self.surface = surface
        do throws(DocumentError) {
            pen = unsafe try Pen(on: surface)
        } catch {
            unsafe cairo_surface_destroy(surface)
            throw error
        }
        unsafe cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
        unsafe cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Lango")
        try check()
    }

    deinit {
        // Without `finish` cairo would close the document properly; an abandoned sink takes nothing more.
        if !isFinished { sink.abandon() }
        unsafe cairo_surface_finish(surface)
        unsafe cairo_surface_destroy(surface)
    }

    /// Ends the page and begins the next.
    func endPage() throws(DocumentError) {
        unsafe cairo_surface_show_page(surface)
        try check()
    }

    /// Writes the rest and commits the sink.
    func finish() throws(DocumentError) {
        isFinished = true
        unsafe cairo_surface_finish(surface)
        if let failure = sink.failure { throw failure }
        try DocumentError.check(unsafe cairo_surface_status(surface))
        try sink.commit()
    }

    /// Throws the first error of the output or of cairo.
    func check() throws(DocumentError) {
        if let failure = sink.failure { throw failure }
        try pen.check()
    }
}

/// Hands cairo's bytes to the sink; a file-scope function, since C calls it.
private func receivePDF(
    _ reference: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<UInt8>?, _ count: UInt32
) -> cairo_status_t {
    guard let reference = unsafe reference else { return CAIRO_STATUS_WRITE_ERROR }
    let sink = unsafe Unmanaged<DocumentSink>.fromOpaque(reference).takeUnretainedValue()
    let isTaken = unsafe sink.write(UnsafeBufferPointer(start: bytes, count: Int(count)))
    return isTaken ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR
}
