import CQRencode

/// QR codes by libqrencode.
package enum QRCode {
    /// How much of the symbol may be lost: 7, 15, 25, 30 per cent.
    package enum Level: CaseIterable, Sendable { case low, medium, quartile, high }

    /// Encodes text; digits and capitals are packed tighter, anything else goes as UTF-8 bytes.
    ///
    /// - Throws: `.qr` for an empty text, a NUL character, or more than fits into version 40 (2,331 bytes at medium).
    package static func modules(_ text: String, level: Level = .medium) throws(DocumentError) -> QRMatrix {
        try check(text)
        guard let input = unsafe QRinput_new2(0, level.library) else {
            throw DocumentError(.library, "libqrencode: no memory")
        }
        defer { unsafe QRinput_free(input) }
        guard unsafe Split_splitStringToQRinput(text, input, QR_MODE_8, 1) == 0,
            let code = unsafe QRcode_encodeMask(input, qr_unmasked)
        else { throw tooLong(text) }
        defer { unsafe QRcode_free(code) }
        let size = unsafe Int(code.pointee.width)
        guard size <= QRMasking.largestSize else { return try modulesByLibrary(text, level: level) }
        let squares = unsafe UnsafeBufferPointer(start: code.pointee.data, count: size * size)
        return unsafe QRMasking(size: size, squares: squares).masked(level)
    }

    /// The same with the mask that the library chooses, which takes it many times as long.
    package static func modulesByLibrary(_ text: String, level: Level) throws(DocumentError) -> QRMatrix {
        try check(text)
        guard let code = unsafe QRcode_encodeString(text, 0, level.library, QR_MODE_8, 1) else { throw tooLong(text) }
        defer { unsafe QRcode_free(code) }
        let size = unsafe Int(code.pointee.width)
        let stride = (size + 63) / 64
        var words = [UInt64](repeating: 0, count: size * stride)
        for y in 0..<size {
            for x in 0..<size where unsafe code.pointee.data[y * size + x] & 1 == 1 {
                words[y * stride + x / 64] |= 1 << UInt64(x % 64)
            }
        }
        return QRMatrix(size: size, words: words)
    }

    private static func check(_ text: String) throws(DocumentError) {
        guard !text.isEmpty else { throw DocumentError(.qr, "there is no text for the QR code") }
        guard !text.utf8.contains(0) else { throw DocumentError(.qr, "the text for the QR code has a NUL character") }
    }

    private static func tooLong(_ text: String) -> DocumentError {
        DocumentError(.qr, "\(text.utf8.count) bytes do not fit into a QR code; shorten the address")
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

    /// As it stands in the symbol's format information; ISO/IEC 18004 table 12.
    var indicator: UInt32 {
        switch self {
        case .low: 1
        case .medium: 0
        case .quartile: 3
        case .high: 2
        }
    }
}
