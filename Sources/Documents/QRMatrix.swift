/// The squares of one QR code, without quiet zone.
package struct QRMatrix: Hashable, Sendable {
    /// Squares along an edge: 21 (version 1) to 177 (version 40).
    package let size: Int
    /// Words that hold a row.
    let stride: Int
    /// Row by row from the top, a bit a square: the lowest of a row's first word is the leftmost square; set is dark.
    let words: [UInt64]

    /// Takes rows of whole words, in which what lies beyond the edge is clear.
    init(size: Int, words: [UInt64]) {
        self.size = size
        self.words = words
        stride = (size + 63) / 64
    }

    /// Whether the square in column `x` and row `y` is dark; both count from 0 at the top left.
    package func isDark(x: Int, y: Int) -> Bool { words[y * stride + x / 64] >> UInt64(x % 64) & 1 == 1 }

    /// The dark squares as the `d` of an SVG path, one unit a square; runs of a row are joined.
    ///
    /// Draw it with `shape-rendering="crispEdges"` inside a view box with four units of quiet zone around.
    package var svgPath: String {
        var path = ""
        path.reserveCapacity(size * size * 4)
        for y in 0..<size {
            var x = 0
            while x < size {
                let start = x
                while x < size, isDark(x: x, y: y) { x += 1 }
                if x > start { path += "M\(start) \(y)h\(x - start)v1H\(start)z" }
                x += 1
            }
        }
        return path
    }

    /// A whole SVG document with the quiet zone of four squares that ISO/IEC 18004 asks for.
    package var svg: String {
        let edge = size + 8
        return
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 \#(edge) \#(edge)" shape-rendering="crispEdges">"#
            + #"<path fill="white" d="M-4-4h\#(edge)v\#(edge)h-\#(edge)z"/><path d="\#(svgPath)"/></svg>"#
    }
}
