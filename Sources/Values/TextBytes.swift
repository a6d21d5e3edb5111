import Glibc

/// Reading of text as bytes, where a page or a record has many short ones.
extension Swift.Span<UInt8> {
    /// Whether these are exactly the bytes of `text`.
    package func holds(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && starts(with: text)
    }

    /// Whether the bytes of `text` come first.
    package func starts(with text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        return unsafe withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return true }
            return unsafe memcmp(start, text.utf8Start, text.utf8CodeUnitCount) == 0
        }
    }

    /// Whether those bytes come first.
    package func starts(with other: Swift.Span<UInt8>) -> Bool {
        guard count >= other.count else { return false }
        return unsafe withUnsafeBufferPointer { bytes in
            unsafe other.withUnsafeBufferPointer { other in
                guard let start = bytes.baseAddress, let beginning = other.baseAddress else { return true }
                return unsafe memcmp(start, beginning, other.count) == 0
            }
        }
    }

    package func contains(_ byte: UInt8) -> Bool { firstIndex(of: byte) != nil }

    package func firstIndex(of byte: UInt8) -> Int? {
        for index in indices where unsafe self[unchecked: index] == byte { return index }
        return nil
    }

    /// Whether every byte is one of those.
    @inlinable package func consists(of isAllowed: (UInt8) -> Bool) -> Bool {
        for index in indices where unsafe !isAllowed(self[unchecked: index]) { return false }
        return true
    }

    /// Where the parts between separators lie, empty ones too.
    package func fields(separatedBy separator: UInt8) -> [Range<Int>] {
        var fields: [Range<Int>] = []
        var start = 0
        for index in indices where self[index] == separator {
            fields.append(start..<index)
            start = index + 1
        }
        fields.append(start..<count)
        return fields
    }

    /// One to twelve decimal digits and nothing else as a number.
    package var decimal: Int64? {
        guard (1...12).contains(count) else { return nil }
        var number: Int64 = 0
        for index in indices {
            guard (48...57).contains(self[index]) else { return nil }
            number = number * 10 + Int64(self[index] - 48)
        }
        return number
    }
}
