/// How cards are laid on paper; lengths in millimetres.
package struct SheetFormat: Hashable, Sendable {
    /// What the printer holds.
    package enum Paper: Hashable, Sendable {
        case a4
        case letter
        /// A strip as wide as the roll; each card is a page of its own height.
        case roll(widthMillimetres: Double)
        case custom(widthMillimetres: Double, heightMillimetres: Double)
    }

    /// The paper left free at the edges.
    package struct Margins: Hashable, Sendable {
        package let top: Double
        package let right: Double
        package let bottom: Double
        package let left: Double

        package init(top: Double, right: Double, bottom: Double, left: Double) {
            (self.top, self.right, self.bottom, self.left) = (top, right, bottom, left)
        }
    }

    /// A length each way.
    package struct Size: Hashable, Sendable {
        package let width: Double
        package let height: Double

        package init(width: Double, height: Double) {
            (self.width, self.height) = (width, height)
        }
    }

    package let paper: Paper
    /// Cards side by side, 1 to 20; 1 on a roll.
    package let columns: Int
    /// Cards one below the other, 1 to 40; 1 on a roll.
    package let rows: Int
    /// 0 to 200 each.
    package let margins: Margins
    /// The space between cards.
    package let gutter: Size
    /// Whether hairlines show where to cut.
    package let hasCutMarks: Bool
    /// The size of a card; nil shares the paper out evenly, or on a roll keeps the design's shape.
    package let card: Size?

    /// What receipt printers leave blank.
    package static let rollMargins = Margins(top: 3, right: 3, bottom: 3, left: 3)

    /// Checks that the cards fit on the paper and are at least 10 mm each way.
    ///
    /// - Throws: `.format` with what does not fit.
    package init(
        paper: Paper, columns: Int = 1, rows: Int = 1, margins: Margins = rollMargins,
        gutter: Size = Size(width: 0, height: 0), card: Size? = nil, hasCutMarks: Bool = false
    ) throws(DocumentError) {
        self.paper = paper
        self.columns = columns
        self.rows = rows
        self.margins = margins
        self.gutter = gutter
        self.card = card
        self.hasCutMarks = hasCutMarks
        let lengths = [margins.top, margins.right, margins.bottom, margins.left, gutter.width, gutter.height]
        guard (1...20).contains(columns), (1...40).contains(rows), lengths.allSatisfy({ (0...200).contains($0) }) else {
            throw DocumentError(.format, "columns are 1 to 20, rows 1 to 40, margins and gutter 0 to 200 mm")
        }
        guard !isRoll || (columns == 1 && rows == 1) else {
            throw DocumentError(.format, "a roll has one column and one row; its cards are pages")
        }
        try checkFit()
    }

    /// The cards of a full sheet.
    package var cardsPerSheet: Int { columns * rows }

    /// How many sheets so many cards take.
    package func sheets(for cards: Int) -> Int { (cards + cardsPerSheet - 1) / cardsPerSheet }

    var isRoll: Bool { if case .roll = paper { true } else { false } }

    private func checkFit() throws(DocumentError) {
        let size = cellSize(for: 1)
        let sheet = paperSize(for: 1)
        guard (10...2_000).contains(sheet.width), (10...2_000).contains(sheet.height) else {
            throw DocumentError(.format, "the paper must be 10 to 2,000 mm each way")
        }
        guard size.width >= 10, size.height >= 10 else {
            throw DocumentError(.format, "the cards would be smaller than 10 mm; use fewer or smaller margins")
        }
        let used = gridSize(of: size)
        guard used.width <= sheet.width - margins.left - margins.right + 0.01,
            used.height <= sheet.height - margins.top - margins.bottom + 0.01
        else {
            throw DocumentError(.format, "the cards do not fit on the paper; use fewer, smaller ones or less gutter")
        }
    }
}

extension SheetFormat {
    /// The paper for cards whose height is `ratio` times their width; the ratio matters on a roll only.
    func paperSize(for ratio: Double) -> Size {
        switch paper {
        case .a4: return Size(width: 210, height: 297)
        case .letter: return Size(width: 215.9, height: 279.4)
        case .custom(let width, let height): return Size(width: width, height: height)
        case .roll(let width):
            return Size(width: width, height: cellSize(for: ratio).height + margins.top + margins.bottom)
        }
    }

    /// The cell of one card.
    func cellSize(for ratio: Double) -> Size {
        if let card { return card }
        if case .roll(let paperWidth) = paper {
            let width = paperWidth - margins.left - margins.right
            return Size(width: width, height: width * ratio)
        }
        let sheet = paperSize(for: ratio)
        let width = sheet.width - margins.left - margins.right - gutter.width * Double(columns - 1)
        let height = sheet.height - margins.top - margins.bottom - gutter.height * Double(rows - 1)
        return Size(width: width / Double(columns), height: height / Double(rows))
    }

    func gridSize(of cell: Size) -> Size {
        Size(
            width: cell.width * Double(columns) + gutter.width * Double(columns - 1),
            height: cell.height * Double(rows) + gutter.height * Double(rows - 1))
    }
}
