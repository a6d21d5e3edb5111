/// Chooses the mask of a symbol: the one with the fewest penalty points of ISO/IEC 18004 section 7.8.3, counted as
/// libqrencode counts them; of several with as few the first.
///
/// A line of the symbol is a word, and a rule looks at all of it at once. The library goes from square to square, which
/// would be half the time of printing.
struct QRMasking {
    private typealias Lines = InlineArray<64, UInt64>

    /// Squares along the edge of the largest symbol that is masked here (version 10).
    ///
    /// Beyond a line there must be room in its word for a pattern that goes over the edge.
    static let largestSize = 57

    private let size: Int
    // The squares without a mask, by row and by column; bit 0 is the topmost or the leftmost.
    private var rows = Lines(repeating: 0)
    private var columns = Lines(repeating: 0)
    // Where there is data, which alone is masked.
    private var dataRows = Lines(repeating: 0)
    private var dataColumns = Lines(repeating: 0)

    /// Takes a symbol as libqrencode has it: of each square bit 0 tells whether it is dark, bit 7 that it is not data.
    init(size: Int, squares: UnsafeBufferPointer<UInt8>) {
        precondition(size <= Self.largestSize && squares.count == size * size, "A symbol too large for one word a row")
        self.size = size
        for y in 0..<size {
            for x in 0..<size {
                let square = unsafe UInt64(squares[y * size + x])
                let (dark, data) = (square & 1, square >> 7 ^ 1)
                rows[y] |= dark << UInt64(x)
                columns[x] |= dark << UInt64(y)
                dataRows[y] |= data << UInt64(x)
                dataColumns[x] |= data << UInt64(y)
            }
        }
    }

    /// The symbol with the best mask and what tells readers of it.
    func masked(_ level: QRCode.Level) -> QRMatrix {
        var (best, fewest) = (Lines(repeating: 0), Int.max)
        for mask in 0..<8 {
            let (rows, columns) = lines(mask, level)
            if let points = penalty(rows, columns, below: fewest) { (best, fewest) = (rows, points) }
        }
        return QRMatrix(size: size, words: (0..<size).map { best[$0] })
    }

    private func lines(_ mask: Int, _ level: QRCode.Level) -> (rows: Lines, columns: Lines) {
        var (rows, columns) = (rows, columns)
        for index in 0..<size {
            rows[index] ^= Self.patterns[mask * 64 + index] & dataRows[index]
            columns[index] ^= Self.turnedPatterns[mask * 64 + index] & dataColumns[index]
        }
        let format = Self.format(level, mask)
        for bit in 0..<15 where format >> UInt32(bit) & 1 == 1 {
            let places = places(ofFormatBit: bit)
            rows[places.one.y] |= 1 << UInt64(places.one.x)
            rows[places.other.y] |= 1 << UInt64(places.other.x)
            columns[places.one.x] |= 1 << UInt64(places.one.y)
            columns[places.other.x] |= 1 << UInt64(places.other.y)
        }
        return (rows, columns)
    }

    // MARK: The masks

    /// The rows of each mask, 64 a mask: set where a square is turned over; ISO/IEC 18004 table 10.
    private static let patterns = spread { x, y in (x, y) }
    /// The same by column.
    private static let turnedPatterns = spread { x, y in (y, x) }

    private static func spread(_ place: (Int, Int) -> (x: Int, y: Int)) -> [UInt64] {
        (0..<8).flatMap { mask in
            (0..<64).map { line in
                (0..<64).reduce(0 as UInt64) { word, bit in
                    let (x, y) = place(bit, line)
                    return turns(mask, x, y) ? word | 1 << UInt64(bit) : word
                }
            }
        }
    }

    private static func turns(_ mask: Int, _ x: Int, _ y: Int) -> Bool {
        switch mask {
        case 0: (x + y) % 2 == 0
        case 1: y % 2 == 0
        case 2: x % 3 == 0
        case 3: (x + y) % 3 == 0
        case 4: (y / 2 + x / 3) % 2 == 0
        case 5: x * y % 2 + x * y % 3 == 0
        case 6: (x * y % 2 + x * y % 3) % 2 == 0
        default: (x * y % 3 + (x + y) % 2) % 2 == 0
        }
    }

    // MARK: The format information

    /// Level and mask with their BCH code; ISO/IEC 18004 section 7.9.
    private static func format(_ level: QRCode.Level, _ mask: Int) -> UInt32 {
        let data = level.indicator << 3 | UInt32(mask)
        var rest = data << 10
        for bit in (10..<15).reversed() where rest >> UInt32(bit) & 1 == 1 { rest ^= 0x537 << UInt32(bit - 10) }
        return (data << 10 | rest) ^ 0x5412
    }

    /// The two squares of a bit, the lowest bit first.
    private func places(ofFormatBit bit: Int) -> (one: (x: Int, y: Int), other: (x: Int, y: Int)) {
        guard bit < 8 else { return (one: (x: 8, y: size - 15 + bit), other: (x: bit == 8 ? 7 : 14 - bit, y: 8)) }
        return (one: (x: size - 1 - bit, y: 8), other: (x: 8, y: bit < 6 ? bit : bit + 1))
    }

    // MARK: The penalty points

    /// The points of a symbol; nil where there are `limit` or more.
    private func penalty(_ rows: Lines, _ columns: Lines, below limit: Int) -> Int? {
        var (dark, points) = (0, 0)
        for index in 0..<size {
            guard points < limit else { return nil }
            dark += rows[index].nonzeroBitCount
            points += penalty(ofLine: rows[index]) + penalty(ofLine: columns[index])
            if index > 0 { points += 3 * blocks(rows[index], rows[index - 1]) }
        }
        let squares = size * size
        let percent = (200 * dark + squares) / squares / 2
        points += abs(percent - 50) / 5 * 10
        return points < limit ? points : nil
    }

    private var all: UInt64 { 1 << UInt64(size) - 1 }

    /// Blocks of two by two squares of one colour in two neighbouring rows.
    private func blocks(_ one: UInt64, _ other: UInt64) -> Int {
        let (dark, light) = (one & other, ~(one | other) & all)
        return (dark & dark >> 1).nonzeroBitCount + (light & light >> 1).nonzeroBitCount
    }

    /// Long runs, and what looks like a finder.
    private func penalty(ofLine line: UInt64) -> Int {
        let alike = ~(line ^ line >> 1) & all >> 1
        // Set where five squares of one colour begin; a run of five has one of them, each further square one more.
        let long = alike & alike >> 1 & alike >> 2 & alike >> 3
        let points = long.nonzeroBitCount + 2 * (long & ~(long << 1)).nonzeroBitCount
        let triple = line & line >> 1 & line >> 2
        let finders = mayHaveWideFinders(line, triple) ? findersOfAnyScale(in: line) : finders(in: line, triple)
        return points + 40 * finders
    }

    /// The library counts finders of any scale: of twice the width, with six dark squares after two light ones and a dark
    /// one, and of more, with nine.
    private func mayHaveWideFinders(_ line: UInt64, _ triple: UInt64) -> Bool {
        let (six, light) = (triple & triple >> 3, ~line & all)
        return six & (light << 1 & light << 2 & line << 3 | triple >> 6) != 0
    }

    /// One dark square, a light one, three dark, a light one, a dark one, and four light squares on either side; beyond
    /// the edge all is light.
    private func finders(in line: UInt64, _ triple: UInt64) -> Int {
        let light = ~line & all
        let core = line & light >> 1 & triple >> 2 & light >> 5 & line >> 6
        guard core != 0 else { return 0 }
        let (below, above) = (light, ~line | ~all)
        let before = below << 1 | 1
        let margin = before & (below << 2 | 3) & (below << 3 | 7) & (below << 4 | 15)
        let after = above >> 7
        return (core & before & after & (margin | after & above >> 8 & above >> 9 & above >> 10)).nonzeroBitCount
    }

    private func findersOfAnyScale(in line: UInt64) -> Int {
        let runs = runs(in: line)
        var count = 0
        // Light runs have even places, dark ones odd.
        for place in stride(from: 3, to: runs.count - 2, by: 2) where runs[place] % 3 == 0 {
            let unit = runs[place] / 3
            guard [-2, -1, 1, 2].allSatisfy({ runs[place + $0] == unit }) else { continue }
            let isFree = { (margin: Int) in !(1..<runs.count - 1).contains(margin) || runs[margin] >= 4 * unit }
            if isFree(place - 3) || isFree(place + 3) { count += 1 }
        }
        return count
    }

    /// How many squares of one colour follow each other, a light run first; zero where the line begins with a dark one.
    private func runs(in line: UInt64) -> [Int] {
        var (runs, rest, left) = ([] as [Int], line, size)
        while left > 0 {
            let run = min(rest.trailingZeroBitCount, left)
            runs.append(run)
            left -= run
            rest = ~(rest >> UInt64(run))
        }
        return runs
    }
}
