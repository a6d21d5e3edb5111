/// Where things lie on a sheet, in points from its top left corner.
struct SheetGrid {
    typealias Line = (from: (x: Double, y: Double), to: (x: Double, y: Double))

    let paper: SheetFormat.Size
    /// The art inside each cell, with the design's own proportions.
    let art: SheetFormat.Size
    private let format: SheetFormat
    private let cell: SheetFormat.Size
    private let gutter: SheetFormat.Size
    private let origin: (x: Double, y: Double)

    private static let pointsPerMillimetre = 72 / 25.4

    init(_ format: SheetFormat, design: CardDesign) {
        func points(_ size: SheetFormat.Size) -> SheetFormat.Size {
            SheetFormat.Size(
                width: size.width * Self.pointsPerMillimetre, height: size.height * Self.pointsPerMillimetre)
        }
        let ratio = design.viewBox.height / design.viewBox.width
        self.format = format
        paper = points(format.paperSize(for: ratio))
        cell = points(format.cellSize(for: ratio))
        gutter = points(format.gutter)
        let width = min(cell.width, cell.height / ratio)
        art = SheetFormat.Size(width: width, height: width * ratio)
        let used = points(format.gridSize(of: format.cellSize(for: ratio)))
        let unit = Self.pointsPerMillimetre
        let free = (
            x: paper.width - (format.margins.left + format.margins.right) * unit - used.width,
            y: paper.height - (format.margins.top + format.margins.bottom) * unit - used.height
        )
        origin = (format.margins.left * unit + free.x / 2, format.margins.top * unit + free.y / 2)
    }

    /// The map to the corner of the art in the cell, row by row from 0.
    func corner(of index: Int) -> PlaneTransform {
        let (left, top) = edge(column: index % format.columns, row: index / format.columns)
        return .translation(left + (cell.width - art.width) / 2, top + (cell.height - art.height) / 2)
    }

    /// Where the line at the foot goes: between the cards' outer edges, just above what printers leave blank.
    var footEdges: (left: Double, right: Double, baseline: Double) {
        let right = edge(column: format.columns - 1, row: 0).x + cell.width
        return (origin.x, right, paper.height - 4.4 * Self.pointsPerMillimetre)
    }

    /// Hairlines in line with the cards' edges, outside the cards: in the margins and in gutters wide enough.
    var cutMarks: [Line] {
        let unit = Self.pointsPerMillimetre
        let columns = (0..<format.columns).map { edge(column: $0, row: 0).x }
        let rows = (0..<format.rows).map { edge(column: 0, row: $0).y }
        let xs = Self.distinct(columns.flatMap { [$0, $0 + cell.width] })
        let ys = Self.distinct(rows.flatMap { [$0, $0 + cell.height] })
        let vertical = Self.gaps(rows, cell.height, margins: (format.margins.top * unit, format.margins.bottom * unit))
        let horizontal = Self.gaps(
            columns, cell.width, margins: (format.margins.left * unit, format.margins.right * unit))
        return xs.flatMap { x in vertical.map { ((x, $0.from), (x, $0.to)) } }
            + ys.flatMap { y in horizontal.map { (($0.from, y), ($0.to, y)) } }
    }

    private func edge(column: Int, row: Int) -> (x: Double, y: Double) {
        (
            origin.x + Double(column) * (cell.width + gutter.width),
            origin.y + Double(row) * (cell.height + gutter.height)
        )
    }

    private static func distinct(_ sorted: [Double]) -> [Double] {
        sorted.reduce(into: []) { kept, value in
            if value - (kept.last ?? -.infinity) > 0.05 { kept.append(value) }
        }
    }

    /// The stretches along one axis where a mark may be drawn: up to 2.4 mm long, 0.7 mm clear of the cards.
    private static func gaps(
        _ starts: [Double], _ length: Double, margins: (before: Double, after: Double)
    ) -> [(from: Double, to: Double)] {
        let clear = 0.7 * pointsPerMillimetre
        let longest = 2.4 * pointsPerMillimetre
        guard let first = starts.first, let last = starts.last else { return [] }
        var gaps: [(from: Double, to: Double)] = []
        if margins.before > 2 * clear {
            gaps.append((max(first - clear - longest, first - margins.before), first - clear))
        }
        for (left, right) in zip(starts, starts.dropFirst()) where right - left - length > 4 * clear {
            gaps.append((left + length + clear, right - clear))
        }
        let end = last + length
        if margins.after > 2 * clear { gaps.append((end + clear, min(end + clear + longest, end + margins.after))) }
        return gaps
    }
}
