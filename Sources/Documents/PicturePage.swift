import Values

/// A picture as a file of its own: as it is, or in the middle of an A6 page.
package enum PicturePage {
    /// A6, in points.
    private static let size = (width: 297.64, height: 419.53)
    private static let margin = 42.5

    /// Writes a PNG to a path that ends in `.pdf` as a page, to any other as it is.
    package static func write(png: [UInt8], title: String, to path: String) throws(DocumentError) {
        let sink = try DocumentSink(.file(path: path))
        guard path.hasSuffix(".pdf") else {
            let isTaken = unsafe png.withUnsafeBufferPointer { unsafe sink.write($0) }
            guard isTaken else { throw sink.failure ?? DocumentError(.library, "the file cannot be written") }
            return try sink.commit()
        }
        let canvas = try PDFCanvas(width: size.width, height: size.height, title: title, to: sink)
        canvas.pen.use(.translation(margin, margin))
        try Picture.draw(
            logo: png, with: canvas.pen, width: size.width - 2 * margin, height: size.height - 2 * margin)
        try canvas.endPage()
        try canvas.finish()
    }
}
