import Values

extension JSON {
    /// Reads one value and nothing after it; RFC 8259, in time linear in the number of bytes.
    ///
    /// With `lenientControls` bytes below 0x20 may stand unescaped in strings, as RouterOS writes them. At most
    /// `maximumDepth` arrays and objects stand inside one another. Duplicate keys, lone surrogates and invalid UTF-8
    /// are refused.
    package init(parsing bytes: [UInt8], lenientControls: Bool = false, maximumDepth: Int = 64) throws(JSONError) {
        var scanner = JSONScanner(bytes: bytes, lenientControls: lenientControls, maximumDepth: maximumDepth)
        self = try scanner.document()
    }
}

/// Walks over the bytes of one document.
struct JSONScanner {
    let bytes: [UInt8]
    let lenientControls: Bool
    let maximumDepth: Int
    private var position = 0

    init(bytes: [UInt8], lenientControls: Bool, maximumDepth: Int) {
        self.bytes = bytes
        self.lenientControls = lenientControls
        self.maximumDepth = maximumDepth
    }

    mutating func document() throws(JSONError) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw JSONError(.trailingBytes, at: position) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", meaning: .bool(true))
        case UInt8(ascii: "f"): return try word("false", meaning: .bool(false))
        case UInt8(ascii: "n"): return try word("null", meaning: .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw JSONError(.unexpectedByte, at: position)
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        var object = JSONObject()
        try open(depth: depth)
        guard try !closes(with: UInt8(ascii: "}")) else { return object }
        while true {
            skipSpace()
            let start = position
            guard try peek() == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte, at: position) }
            let key = try string()
            skipSpace()
            try expect(UInt8(ascii: ":"))
            guard object.insert(.init(key: key, value: try value(depth: depth))) else {
                throw JSONError(.duplicateKey, at: start)
            }
            if try closes(with: UInt8(ascii: "}")) { return object }
            try expect(UInt8(ascii: ","))
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSON] {
        var elements: [JSON] = []
        try open(depth: depth)
        guard try !closes(with: UInt8(ascii: "]")) else { return elements }
        while true {
            elements.append(try value(depth: depth))
            if try closes(with: UInt8(ascii: "]")) { return elements }
            try expect(UInt8(ascii: ","))
        }
    }

    private mutating func open(depth: Int) throws(JSONError) {
        guard depth <= maximumDepth else { throw JSONError(.tooDeep, at: position) }
        position += 1
    }

    /// Steps over `bracket` where it comes next.
    private mutating func closes(with bracket: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        guard try peek() == bracket else { return false }
        position += 1
        return true
    }

    private mutating func word(_ word: StaticString, meaning: JSON) throws(JSONError) -> JSON {
        for offset in 0..<word.utf8CodeUnitCount { try expect(unsafe word.utf8Start[offset]) }
        return meaning
    }

    /// A number of RFC 8259 section 6: sign, whole part, fraction, exponent.
    private mutating func number() throws(JSONError) -> String {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        if position < bytes.count, bytes[position] == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        guard position > start else { throw JSONError(.badNumber, at: position) }
    }

    private func peek() throws(JSONError) -> UInt8 {
        guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
        return bytes[position]
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard try peek() == byte else { throw JSONError(.unexpectedByte, at: position) }
        position += 1
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }
}

extension JSONScanner {
    /// RFC 8259 section 7; a string without escapes is taken as one slice.
    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        var unescaped: [UInt8] = []
        var run = position
        while true {
            let byte = try peek()
            switch byte {
            case UInt8(ascii: "\""):
                defer { position += 1 }
                if unescaped.isEmpty, run == start { return try text(bytes[start..<position], at: start) }
                unescaped += bytes[run..<position]
                return try text(unescaped[...], at: start)
            case UInt8(ascii: "\\"):
                unescaped += bytes[run..<position]
                position += 1
                try escape(into: &unescaped)
                run = position
            case 0..<0x20 where !lenientControls:
                throw JSONError(.controlCharacter, at: position)
            default:
                position += 1
            }
        }
    }

    private func text(_ slice: ArraySlice<UInt8>, at start: Int) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw JSONError(.badUTF8, at: start) }
        return text
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        let letter = try peek()
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"): text += String(try scalar()).utf8
        default: throw JSONError(.badEscape, at: position - 1)
        }
    }

    /// The character behind `\u`, of one unit or of a surrogate pair.
    private mutating func scalar() throws(JSONError) -> Character {
        let start = position - 2
        let first = try unit()
        if let scalar = Unicode.Scalar(first) { return Character(scalar) }
        guard UTF16.isLeadSurrogate(first), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw JSONError(.loneSurrogate, at: start) }
        position += 2
        let second = try unit()
        let pair = 0x10000 + (UInt32(first & 0x3FF) << 10) + UInt32(second & 0x3FF)
        guard UTF16.isTrailSurrogate(second), let scalar = Unicode.Scalar(pair) else {
            throw JSONError(.loneSurrogate, at: start)
        }
        return Character(scalar)
    }

    private mutating func unit() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Hex.value(try peek()) else { throw JSONError(.badEscape, at: position) }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
