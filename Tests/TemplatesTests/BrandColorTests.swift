import TestKit
import Testing

@testable import Templates

@Suite struct BrandColorTests {
    @Test(
        "A colour is read from six digits only",
        arguments: ["", "#fff", "0b6b4f", "#0b6b4", "#0b6b4ff", "#0b6b4g", "#+b6b4f", "#é6b4"])
    func refuses(text: String) {
        #expect(BrandColor(text) == nil)
    }

    @Test("Contrast is that of WCAG")
    func contrast() throws {
        let cases: [(String, String, Double)] = [
            ("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#0b6b4f", "#ffffff", 6.5),
            ("#ff0000", "#000000", 5.25),
        ]
        for (first, second, ratio) in cases {
            let (first, second) = (try #require(BrandColor(first)), try #require(BrandColor(second)))
            #expect(
                abs(first.contrast(with: second) - ratio) < 0.01, "\(first) \(second) \(first.contrast(with: second))")
        }
    }

    @Test("Text on and in any colour can be read", arguments: 1...4 as ClosedRange<UInt64>)
    func isReadable(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        for _ in 0..<500 {
            let digits = String(Int.random(in: 0x100_0000...0x1FF_FFFF, using: &dice), radix: 16).dropFirst()
            let color = try #require(BrandColor("#\(digits)"))
            #expect(color.description == "#\(digits)")
            #expect(color.contrast(with: color.ink) >= 4.5)
            for ground in [BrandColor.lightGround, BrandColor.darkGround] {
                #expect(color.readable(on: ground).contrast(with: ground) >= 4.5, "\(color) on \(ground)")
            }
        }
    }
}
