package import Values

/// What a person typed where a voucher code belongs, read against the formats that the tenant prints.
package struct TypedCode: Hashable, Sendable {
    /// Why the text cannot be a code; found without asking the store, so it never counts as a guess.
    package enum Flaw: String, Refusal, CaseIterable {
        /// Nothing, too long, or of a length that no batch has.
        case malformed = "voucher.malformed"
        /// Right in length, but the check character says that something was misread.
        case mistyped = "voucher.mistyped"

        package var kind: RefusalKind { .invalid }
    }

    /// The codes that the text may stand for: one, or one a format where formats overlap.
    package let candidates: [VoucherCode]

    /// Forgives case, white space, hyphens, look-alikes, digits of other scripts, and a prefix left out.
    ///
    /// `formats` are those in use by the tenant.
    ///
    /// - Throws: `Flaw`.
    package init(_ text: String, formats: [CodeFormat]) throws(Flaw) {
        let typed = try Self.characters(text)
        var candidates: [VoucherCode] = []
        var wasClose = false
        for format in formats {
            for body in Self.bodies(typed, format) {
                wasClose = true
                let values = body.compactMap { format.alphabet.value($0) }
                guard values.count == body.count, format.alphabet.check.accepts(values) else { continue }
                let code = VoucherCode(
                    canonical: Array(format.prefix.utf8) + values.map { format.alphabet.symbols[$0] })
                if !candidates.contains(code) { candidates.append(code) }
            }
        }
        guard !candidates.isEmpty else { throw wasClose ? .mistyped : .malformed }
        self.candidates = candidates
    }

    /// Letters and digits only; other scripts' digits as ASCII.
    private static func characters(_ text: String) throws(Flaw) -> [UInt8] {
        guard text.utf8.count <= 256 else { throw .malformed }
        var typed: [UInt8] = []
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                let byte = UInt8(scalar.value)
                switch byte {
                case 48...57, 65...90: typed.append(byte)
                case 97...122: typed.append(byte - 32)
                case UInt8(ascii: " "), 0x09, 0x0A, 0x0D, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    continue
                default: throw .malformed
                }
            } else if scalar.properties.numericType == .decimal, let digit = scalar.properties.numericValue {
                typed.append(48 + UInt8(digit))
            } else if (0xFF21...0xFF3A).contains(scalar.value) {
                typed.append(UInt8(scalar.value - 0xFF21) + 65)
            } else if (0xFF41...0xFF5A).contains(scalar.value) {
                typed.append(UInt8(scalar.value - 0xFF41) + 65)
            } else if scalar.properties.isWhitespace || scalar.properties.generalCategory == .dashPunctuation
                || scalar.properties.generalCategory == .format
            {
                continue
            } else {
                throw .malformed
            }
        }
        guard (1...40).contains(typed.count) else { throw .malformed }
        return typed
    }

    /// The typed characters without the format's prefix, in every way that fits its length.
    private static func bodies(_ typed: [UInt8], _ format: CodeFormat) -> [ArraySlice<UInt8>] {
        var bodies: [ArraySlice<UInt8>] = []
        if typed.count == format.length { bodies.append(typed[...]) }
        let prefix = Array(format.prefix.utf8)
        if !prefix.isEmpty, typed.count == format.length + prefix.count, typed.starts(with: prefix) {
            bodies.append(typed[prefix.count...])
        }
        return bodies
    }
}
