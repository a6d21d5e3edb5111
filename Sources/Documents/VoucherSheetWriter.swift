/// Writes voucher cards as a PDF, sheet after sheet.
///
/// Belongs to one thread at a time; several writers may work at once, each owns all it uses.
package final class VoucherSheetWriter {
    private let format: SheetFormat
    private let footer: SheetFooter?
    private let total: Int
    private let painter: CardPainter
    private let canvas: PDFCanvas
    private let grid: SheetGrid
    private var faces = CardFaces()
    private var added = 0
    private var pages = 0

    /// Starts a document.
    ///
    /// `cards` is how many will be added, since the foot of the first page tells the number of pages; `labels` are
    /// translations of the design's own words by their `data-label`; `title` is what a PDF reader shows.
    ///
    /// - Throws: `.format` where the foot has no room, `.output` where the file cannot be made, `.logo` for a bad logo.
    package init(
        design: CardDesign, format: SheetFormat, brand: CardBrand, cards: Int, labels: [String: String] = [:],
        title: String, footer: SheetFooter? = nil, to output: DocumentOutput
    ) throws(DocumentError) {
        self.format = format
        self.footer = format.isRoll ? nil : footer
        total = cards
        grid = SheetGrid(format, design: design)
        guard self.footer == nil || format.margins.bottom >= 8 else {
            throw DocumentError(.format, "the bottom margin must be 8 mm or more for the line at the foot")
        }
        painter = try CardPainter(design: design, brand: brand, labels: labels, size: grid.art)
        canvas = try PDFCanvas(
            width: grid.paper.width, height: grid.paper.height, title: PrintableText.clean(title),
            to: DocumentSink(output))
    }

    /// Puts the next card on the sheet.
    ///
    /// - Throws: `.content` for a card without a code, `.qr` for a text too long, `.output` once the receiver failed;
    ///   a card that is refused leaves no trace.
    package func add(_ card: Card) throws(DocumentError) {
        guard added < total else { throw DocumentError(.content, "\(total) cards were announced, here is one more") }
        guard let code = card.fields[.code], code.utf8.contains(where: { $0 > 0x20 }) else {
            throw DocumentError(.content, "the card has no code")
        }
        guard PrintableText.clean(code) == code else {
            throw DocumentError(.content, "the code has characters that cannot be printed")
        }
        var card = card
        if card.fields[.brand] == nil { card.fields[.brand] = painter.brand.name }
        let face = try faces.face(of: card, by: painter)
        var matrix = face.qr == nil ? nil : card.matrix
        if face.qr != nil, matrix == nil { matrix = try QRCode.modules(card.qr) }
        var filled: [CardPlace] = []
        for place in face.open where try place.take(card) { filled.append(place) }

        if added > 0, added % format.cardsPerSheet == 0 { try endPage() }
        let corner = grid.corner(of: added % format.cardsPerSheet)
        canvas.pen.use(corner)
        face.artwork.paint(with: canvas.pen)
        for place in filled { place.show(with: canvas.pen, corner: corner) }
        if let matrix, let slot = face.qr {
            canvas.pen.use(corner.after(painter.base).after(slot.transform))
            canvas.pen.use(.black)
            canvas.pen.draw(matrix, in: slot)
        }
        added += 1
        try canvas.check()
    }

    /// Ends the document; a file appears in its place now.
    ///
    /// - Returns: the number of pages.
    package func finish() throws(DocumentError) -> Int {
        guard added == total, total > 0 else {
            throw DocumentError(.content, "\(total) cards were announced, \(added) came")
        }
        try endPage()
        try canvas.finish()
        return pages
    }

    private func endPage() throws(DocumentError) {
        pages += 1
        canvas.pen.use(.identity)
        canvas.pen.use(.black)
        if format.hasCutMarks { canvas.pen.hairlines(grid.cutMarks) }
        if let footer { draw(footer) }
        try canvas.endPage()
    }

    private func draw(_ footer: SheetFooter) {
        let page = SheetPage(
            number: pages, count: format.sheets(for: total), firstCard: (pages - 1) * format.cardsPerSheet + 1,
            lastCard: added, cards: total)
        let edges = grid.footEdges
        var style = TextStyle()
        style.size = 6.5
        for (text, anchor, x) in [
            (footer.title, TextStyle.Anchor.start, edges.left), (footer.text(page), .end, edges.right),
        ] {
            style.anchor = anchor
            let width = (edges.right - edges.left) * (anchor == .start ? 0.4 : 0.58)
            let block = painter.setter.block(style, scale: 1, width: width, fit: .shrink(to: 0.7))
            block.set(PrintableText.clean(text))
            block.show(with: canvas.pen, x: x, y: edges.baseline)
        }
    }
}
