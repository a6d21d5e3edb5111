import CCrypto

/// The system's cryptographic randomness, taken from libcrypto in blocks.
package enum SystemRandom {
    /// So many unpredictable bytes.
    package static func bytes(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
            let done = unsafe RAND_bytes(bytes.baseAddress, Int32(count))
            precondition(done == 1, "The system has no randomness")
            filled = count
        }
    }

    /// One text of so many characters of `alphabet`, each as likely as any other.
    package static func text(_ length: Int, from alphabet: [UInt8]) -> String {
        var source = RandomPicker(alphabet: alphabet)
        return source.text(length)
    }
}

/// A source of unbiased picks from an alphabet of 2 to 256 ASCII characters, for making many codes.
///
/// Bytes beyond the largest multiple of the alphabet's size are thrown away, so that no character is favoured.
package struct RandomPicker: Sendable {
    private let alphabet: [UInt8]
    private let bound: Int
    private var block: [UInt8] = []
    private var position = 0
    private static let blockSize = 16_384

    package init(alphabet: [UInt8]) {
        precondition((2...256).contains(alphabet.count), "An alphabet has 2 to 256 characters")
        precondition(alphabet.allSatisfy { $0 < 0x80 }, "An alphabet is ASCII")
        self.alphabet = alphabet
        bound = 256 / alphabet.count * alphabet.count
    }

    /// The next character.
    package mutating func next() -> UInt8 {
        while true {
            if position == block.count {
                block = SystemRandom.bytes(Self.blockSize)
                position = 0
            }
            let byte = Int(block[position])
            position += 1
            if byte < bound { return alphabet[byte % alphabet.count] }
        }
    }

    /// Fills the places of `range` with picks.
    package mutating func fill(_ target: inout [UInt8], _ range: Range<Int>) {
        for place in range { target[place] = next() }
    }

    /// A text of so many picks.
    package mutating func text(_ length: Int) -> String {
        unsafe String(unsafeUninitializedCapacity: length) { buffer in
            for place in 0..<length { unsafe buffer[place] = next() }
            return length
        }
    }
}
