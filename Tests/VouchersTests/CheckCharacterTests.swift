import TestKit
import Testing

@testable import Vouchers

@Suite struct CheckCharacterTests {
    /// Every size that an alphabet may have, with its check.
    static let sizes = (8...36).filter { CheckCharacter(size: $0) != nil }

    /// Random codes of one size, their check value last.
    static func codes(_ size: Int, _ count: Int, length: Int) -> [[Int]] {
        var dice = Dice(seed: UInt64(size) * 1_000 + UInt64(length))
        guard let check = CheckCharacter(size: size) else { return [] }
        return (0..<count).map { _ in
            let body = (1..<length).map { _ in Int.random(in: 0..<size, using: &dice) }
            return body + [check.completing(body)]
        }
    }

    @Test("Sizes 14 and 18 have no check, every other from 8 to 36 has one")
    func accepted() {
        #expect(Self.sizes == (8...36).filter { $0 != 14 && $0 != 18 })
        for size in [0, 1, 2, 14, 18] { #expect(CheckCharacter(size: size) == nil) }
    }

    @Test("Every change of one character is found, at every place, whatever it becomes", arguments: sizes)
    func substitutions(size: Int) throws {
        let check = try #require(CheckCharacter(size: size))
        var missed = 0
        for length in [6, 7, 10, 13, 24] {
            for code in Self.codes(size, 12, length: length) {
                #expect(check.accepts(code))
                for place in code.indices {
                    for value in 0..<size where value != code[place] {
                        var changed = code
                        changed[place] = value
                        if check.accepts(changed) { missed += 1 }
                    }
                }
            }
        }
        #expect(missed == 0)
    }

    /// Counted over all pairs of values at every neighbouring places, the check character's included.
    @Test(
        "Of swaps of neighbours all are found, or where the size has a single factor two at least 95 %",
        arguments: sizes)
    func swaps(size: Int) throws {
        let check = try #require(CheckCharacter(size: size))
        var (swaps, missed) = (0, 0)
        for length in [6, 7, 10] {
            for code in Self.codes(size, 400, length: length) {
                for place in code.indices.dropLast() where code[place] != code[place + 1] {
                    var swapped = code
                    swapped.swapAt(place, place + 1)
                    swaps += 1
                    if check.accepts(swapped) { missed += 1 }
                }
            }
        }
        #expect(swaps > 5_000)
        let isSingleTwo = size.trailingZeroBitCount == 1 && size != 10
        #expect(isSingleTwo ? Double(missed) <= 0.05 * Double(swaps) : missed == 0, "\(missed) of \(swaps)")
    }

    @Test(
        "Every pair of values that may stand side by side is told from its swap, wherever it stands", arguments: sizes)
    func everyPair(size: Int) throws {
        let check = try #require(CheckCharacter(size: size))
        var (pairs, missed) = (0, 0)
        for lead in [[], [1], [3, 5]] {
            for left in 0..<size {
                for right in 0..<left {
                    pairs += 1
                    if check.completing(lead + [left, right]) == check.completing(lead + [right, left]) {
                        missed += 1
                    }
                }
            }
        }
        let isSingleTwo = size.trailingZeroBitCount == 1 && size != 10
        #expect(isSingleTwo ? Double(missed) <= 0.05 * Double(pairs) : missed == 0, "\(missed) of \(pairs)")
    }

    @Test("Nothing is no code")
    func empty() {
        #expect(CheckCharacter.damm.accepts([]) == false)
        #expect(CheckCharacter.damm.accepts([0]))
    }
}
