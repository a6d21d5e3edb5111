import CQRencode

/// The squares of one QR code, without quiet zone.
package struct QRMatrix: Hashable, Sendable {
    /// Squares along an edge: 21 (version 1) to 177 (version 40).
    package let size: Int
    /// Row by row from the top left; true is dark.
    private let dark: [Bool]

    init(size: Int, dark: [Bool]) {
        self.size = size
        self.dark = dark
    }

    /// Whether the square in column `x` and row `y` is dark; both count from 0 at the top left.
    package func isDark(x: Int, y: Int) -> Bool { dark[y * size + x] }

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

/// QR codes by libqrencode.
package enum QRCode {
    /// How much of the symbol may be lost: 7, 15, 25, 30 per cent.
    package enum Level: Sendable { case low, medium, quartile, high }

    /// Encodes text; digits and capitals are packed tighter, anything else goes as UTF-8 bytes.
    ///
    /// - Throws: `.qr` for an empty text, a NUL character, or more than fits into version 40 (2,331 bytes at medium).
    package static func modules(_ text: String, level: Level = .medium) throws(DocumentError) -> QRMatrix {
        guard !text.isEmpty else { throw DocumentError(.qr, "there is no text for the QR code") }
        guard !text.utf8.contains(0) else { throw DocumentError(.qr, "the text for the QR code has a NUL character") }
        guard let code = unsafe QRcode_encodeString(text, 0, level.library, QR_MODE_8, 1) else {
            throw DocumentError(.qr, "\(text.utf8.count) bytes do not fit into a QR code; shorten the address")
        }
        defer { unsafe QRcode_free(code) }
        let size = unsafe Int(code.pointee.width)
        let dark = unsafe [Bool](unsafeUninitializedCapacity: size * size) { buffer, count in
            for index in 0..<(size * size) { unsafe buffer[index] = code.pointee.data[index] & 1 == 1 }
            count = size * size
        }
        return QRMatrix(size: size, dark: dark)
    }
}

extension QRCode.Level {
    fileprivate var library: QRecLevel {
        switch self {
        case .low: QR_ECLEVEL_L
        case .medium: QR_ECLEVEL_M
        case .quartile: QR_ECLEVEL_Q
        case .high: QR_ECLEVEL_H
        }
    }
}
