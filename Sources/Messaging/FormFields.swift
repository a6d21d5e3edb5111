import Values

/// Fields as forms and queries carry them: `name=value&…`, with `+` for a space and `%` for all else.
struct FormFields {
    private let fields: [(name: String, value: String)]

    /// Reads what came; a broken escape stands for itself.
    init(_ bytes: [UInt8]) {
        fields = bytes.split(separator: UInt8(ascii: "&")).map { field in
            let halves = field.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decode(halves[0]), halves.count == 2 ? Self.decode(halves[1]) : "")
        }
    }

    /// The first field of that name; nil where there is none or nothing in it.
    subscript(_ name: String) -> String? { fields.first { $0.name == name && !$0.value.isEmpty }?.value }

    func has(_ name: String) -> Bool { fields.contains { $0.name == name } }

    private static func decode(_ bytes: ArraySlice<UInt8>) -> String {
        var (decoded, rest) = ([UInt8](), bytes)
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2, let first = digits.first, let last = digits.last,
                let meant = Hex.byte(first, last)
            {
                decoded.append(meant)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// Writes fields.
    static func encode(_ fields: [(name: String, value: String)]) -> [UInt8] {
        let encoded = ByteBuffer()
        for (index, field) in fields.enumerated() {
            if index > 0 { encoded.append(UInt8(ascii: "&")) }
            encoded.append(percentEncoding: field.name)
            encoded.append(UInt8(ascii: "="))
            encoded.append(percentEncoding: field.value)
        }
        return encoded.array
    }
}
