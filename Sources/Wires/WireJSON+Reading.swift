extension WireJSON {
    /// Reads one value; nil for anything that is not JSON, for bytes that are not UTF-8, and below 64 levels.
    ///
    /// Unless it is `strict`, numbers may be written as a router takes them.
    package init?(_ bytes: [UInt8], strict: Bool = false) {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var reader = Reader(bytes, strict)
        guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
        self = value
    }

    private struct Reader {
        private let bytes: [UInt8]
        private var position = 0

        private let isStrict: Bool

        init(_ bytes: [UInt8], _ isStrict: Bool) {
            self.bytes = bytes
            self.isStrict = isStrict
        }

        private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return current == nil
            }
        }

        private mutating func skipSpace() {
            while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
        }

        private mutating func take(_ byte: Character) -> Bool {
            skipSpace()
            guard current == byte.asciiValue else { return false }
            position += 1
            return true
        }

        mutating func value(depth: Int) -> WireJSON? {
            skipSpace()
            guard depth < 64, let byte = current else { return nil }
            switch byte {
            case UInt8(ascii: "{"): return object(depth)
            case UInt8(ascii: "["): return array(depth)
            case UInt8(ascii: "\""): return string().map { .string($0) }
            case UInt8(ascii: "-"), 48...57: return number()
            default: return word()
            }
        }

        private mutating func object(_ depth: Int) -> WireJSON? {
            var members: [String: WireJSON] = [:]
            guard take("{") else { return nil }
            if take("}") { return .object(members) }
            repeat {
                skipSpace()
                guard let name = string(), take(":"), let value = value(depth: depth + 1) else { return nil }
                members[name] = value
            } while take(",")
            return take("}") ? .object(members) : nil
        }

        private mutating func array(_ depth: Int) -> WireJSON? {
            var elements: [WireJSON] = []
            guard take("[") else { return nil }
            if take("]") { return .array(elements) }
            repeat {
                guard let element = value(depth: depth + 1) else { return nil }
                elements.append(element)
            } while take(",")
            return take("]") ? .array(elements) : nil
        }

        private mutating func string() -> String? {
            guard take("\"") else { return nil }
            var text: [UInt8] = []
            while let byte = current {
                position += 1
                switch byte {
                case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    guard let escaped = escape() else { return nil }
                    text += escaped
                default: text.append(byte)
                }
            }
            return nil
        }

        private mutating func escape() -> [UInt8]? {
            guard let byte = current else { return nil }
            position += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
            case UInt8(ascii: "n"): return [0x0A]
            case UInt8(ascii: "r"): return [0x0D]
            case UInt8(ascii: "t"): return [0x09]
            case UInt8(ascii: "b"): return [0x08]
            case UInt8(ascii: "f"): return [0x0C]
            case UInt8(ascii: "u"): return unicode()
            default: return nil
            }
        }

        private mutating func unicode() -> [UInt8]? {
            guard var scalar = fourDigits() else { return nil }
            if (0xD800..<0xDC00).contains(scalar), current == UInt8(ascii: "\\") {
                position += 2
                guard let low = fourDigits(), (0xDC00..<0xE000).contains(low) else { return nil }
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            }
            return Unicode.Scalar(scalar).map { Array(String(Character($0)).utf8) }
        }

        private mutating func fourDigits() -> UInt32? {
            guard position + 4 <= bytes.count else { return nil }
            defer { position += 4 }
            return UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        }

        private mutating func number() -> WireJSON? {
            let start = position
            while let byte = current,
                (48...57).contains(byte) || (65...90).contains(byte & 0xDF) || byte == 45 || byte == 46
            {
                position += 1
            }
            let digits = String(decoding: bytes[start..<position], as: UTF8.self)
            if isStrict { return Self.isPlain(digits) ? .number(digits) : nil }
            if digits.hasPrefix("0x") { return Int64(digits.dropFirst(2), radix: 16).map { .number($0) } }
            if digits.hasPrefix("0"), digits.count > 1, !digits.contains(".") {
                return Int64(digits, radix: 8).map { .number($0) }
            }
            return digits.dropFirst(digits.hasPrefix("-") ? 1 : 0).allSatisfy { $0.isNumber || $0 == "." }
                ? .number(digits) : nil
        }

        /// RFC 8259 section 6.
        private static func isPlain(_ digits: String) -> Bool {
            let whole = digits.drop { $0 == "-" }
            let isLed = whole.hasPrefix("0") && whole.dropFirst().first?.isNumber == true
            return !isLed && Double(digits) != nil && digits.allSatisfy { $0.isNumber || "-.eE".contains($0) }
        }

        private mutating func word() -> WireJSON? {
            for (word, value) in [("true", WireJSON.boolean(true)), ("false", .boolean(false)), ("null", .null)]
            where bytes[position...].starts(with: word.utf8) {
                position += word.utf8.count
                return value
            }
            return nil
        }
    }
}
