/// Writes voucher cards as a PDF, sheet after sheet.
///
/// Belongs to one thread at a time; several writers may work at once, each owns all it uses.
package final class VoucherSheetWriter {
    /// Distinct faces kept; with more, a batch is too mixed for drawing faces ahead to pay.
    private static let maximumFaces = 32

    private let format: SheetFormat
    private let footer: SheetFooter?
    private let total: Int
    private let painter: CardPainter
    private let canvas: PDFCanvas
    private let grid: SheetGrid
    private var faces: [CardFace.Key: CardFace] = [:]
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
        painter = try CardPainter(design: design, brand: brand, labels: labels, width: grid.art.width)
        canvas = try PDFCanvas(
            width: grid.paper.width, height: grid.paper.height, title: PrintableText.clean(title),
            to: DocumentSink(output))
    }

    /// Puts the next card on the sheet.
    ///
    /// - Throws: `.content` for a card without a code, `.qr` for a text too long, `.output` once the receiver failed.
    package func add(_ card: Card) throws(DocumentError) {
        guard added < total else { throw DocumentError(.content, "\(total) cards were announced, here is one more") }
        if added > 0, added % format.cardsPerSheet == 0 { try endPage() }
        var card = card
        if card.fields[.brand] == nil { card.fields[.brand] = painter.brand.name }
        guard let code = card.fields[.code], PrintableText.clean(code).contains(where: { !$0.isWhitespace }) else {
            throw DocumentError(.content, "the card has no code")
        }
        let corner = grid.corner(of: added % format.cardsPerSheet)
        let face = try face(of: card)
        canvas.pen.use(corner)
        face.artwork.paint(with: canvas.pen)
        for slot in face.open {
            guard let words = slot.text(of: card, labels: painter.labels) else { continue }
            let text = painter.set(words, in: slot)
            guard !slot.fields.contains(.code) || text.unknownGlyphs == 0 else {
                throw DocumentError(.content, "no installed font can show the code; install fonts-noto-core")
            }
            painter.show(text, slot, with: canvas.pen, corner: corner)
        }
        try drawQR(card.qr, corner: corner)
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

    private func drawQR(_ text: String, corner: PlaneTransform) throws(DocumentError) {
        guard !text.isEmpty, let slot = painter.design.qr else { return }
        let code = try QRCode.modules(text)
        canvas.pen.use(corner.after(painter.base).after(slot.transform))
        canvas.pen.use(.black)
        canvas.pen.draw(code, in: slot)
    }

    private func face(of card: Card) throws(DocumentError) -> CardFace {
        var contents: CardContents = []
        for (field, value) in card.fields where !value.isEmpty { contents.insert(CardContents(field)) }
        if !card.qr.isEmpty { contents.insert(.qr) }
        if painter.brand.logo != nil { contents.insert(.logo) }
        let isMixed = faces.count >= Self.maximumFaces
        let key = CardFace.Key(contents: contents, values: isMixed ? [] : repeatingValues(of: card))
        if let face = faces[key] { return face }
        let face = try painter.face(card, contents, withValues: !isMixed)
        faces[key] = face
        return face
    }

    private func repeatingValues(of card: Card) -> [String] {
        painter.repeatingFields.map { card.fields[$0] ?? "" }
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
            let set = painter.setter.set(
                PrintableText.clean(text), style, scale: 1, width: width, fit: .shrink(to: 0.7))
            set.show(with: canvas.pen, x: x, y: edges.baseline)
        }
    }
}
