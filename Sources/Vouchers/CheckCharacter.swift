/// The last character of a code, computed from the others, so that a slip of the finger is told before it counts as a
/// guess.
///
/// Every change of one character is found; so is every swap of two neighbours, but for alphabets of an even size with
/// a single factor two (22, 26, 30, 34 characters), where at least 95 % of swaps are.
package enum CheckCharacter: Hashable, Sendable {
    /// Neighbouring positions weigh 1 and `weight`; the sum is 0 modulo the size.
    case linear(modulus: Int, weight: Int)
    /// Sizes with a factor 4, 8, 16 or 32: that part counts in the field of its size, where doubling is multiplication
    /// by the generator, the odd part counts as above.
    case product(fieldBits: Int, odd: Int)
    /// Ten digits: H. Michael Damm, "Total anti-symmetrische Quasigruppen", 2004.
    case damm

    /// Nil where no such check exists for the number of characters: 14, 18 and fewer than 3.
    package init?(size: Int) {
        let twos = size.trailingZeroBitCount
        switch (size, twos) {
        case (10, _): self = .damm
        case (3..., 0): self = .linear(modulus: size, weight: 2)
        // A weight of -1 differs from 1 by 2, whose share of misses is one in (size - 1).
        case (22..., 1): self = .linear(modulus: size, weight: size - 1)
        case (_, 2...5): self = .product(fieldBits: twos, odd: size >> twos)
        default: return nil
        }
    }

    /// The value that completes `body`.
    package func completing(_ body: some Collection<Int>) -> Int {
        var state = CheckState(self)
        for value in body { state.take(value) }
        return state.completion
    }

    /// Whether the last value is the right one for those before it.
    package func accepts(_ values: [Int]) -> Bool {
        guard let last = values.last else { return false }
        return completing(values.dropLast()) == last
    }
}

/// A check in progress: values are taken one by one, without memory for them.
package struct CheckState {
    private let check: CheckCharacter
    private var sum = 0
    private var field = 0
    private var isOddPlace = false

    package init(_ check: CheckCharacter) { self.check = check }

    package mutating func take(_ value: Int) {
        switch check {
        case .linear(let modulus, let weight):
            sum = (sum + value * (isOddPlace ? weight : 1)) % modulus
        case .product(let bits, let odd):
            if odd > 1 { sum = (sum + value % odd * (isOddPlace ? 2 : 1)) % odd }
            field ^= isOddPlace ? Self.double(value / odd, bits) : value / odd
        case .damm:
            sum = Self.dammTable[sum * 10 + value]
        }
        isOddPlace.toggle()
    }

    /// The value that makes the whole come out even.
    package var completion: Int {
        switch check {
        case .linear(let modulus, let weight):
            return Self.solve(weight: isOddPlace ? weight : 1, sum: sum, modulus: modulus)
        case .product(let bits, let odd):
            let residue = odd > 1 ? Self.solve(weight: isOddPlace ? 2 : 1, sum: sum, modulus: odd) : 0
            var part = field
            // Halving is doubling as often as the field's group is long, less once.
            if isOddPlace { for _ in 0..<((1 << bits) - 2) { part = Self.double(part, bits) } }
            return part * odd + residue
        case .damm:
            return sum
        }
    }

    private static func solve(weight: Int, sum: Int, modulus: Int) -> Int {
        (0..<modulus).first { (sum + weight * $0) % modulus == 0 } ?? 0
    }

    /// Multiplies by x in GF(2^bits); primitive polynomials x²+x+1, x³+x+1, x⁴+x+1, x⁵+x²+1.
    private static func double(_ value: Int, _ bits: Int) -> Int {
        let doubled = value << 1
        return doubled >> bits == 0 ? doubled : doubled ^ [0b111, 0b1011, 0b10011, 0b100101][bits - 2]
    }

    // swift-format-ignore
    private static let dammTable = [
        0, 3, 1, 7, 5, 9, 8, 6, 4, 2,
        7, 0, 9, 2, 1, 5, 4, 8, 6, 3,
        4, 2, 0, 6, 8, 7, 1, 3, 5, 9,
        1, 7, 5, 0, 9, 8, 3, 4, 2, 6,
        6, 1, 2, 3, 0, 4, 5, 9, 7, 8,
        3, 6, 7, 4, 2, 0, 9, 5, 8, 1,
        5, 8, 6, 9, 7, 2, 0, 1, 3, 4,
        8, 9, 4, 5, 3, 6, 2, 0, 1, 7,
        9, 4, 3, 8, 6, 1, 7, 2, 0, 5,
        2, 5, 8, 1, 4, 3, 6, 7, 9, 0,
    ]
}
