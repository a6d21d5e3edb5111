/// The colour of an ISP, with the colours that keep text readable on it and beside it.
///
/// Contrast is that of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio); every pair reaches 4.5, level AA.
package struct BrandColor: Hashable, Sendable, CustomStringConvertible {
    private let red: Int
    private let green: Int
    private let blue: Int

    /// Reads `#0b6b4f`; letters of either case; nil for anything else.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 7, text.utf8.first == UInt8(ascii: "#"),
            text.utf8.dropFirst().allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let number = Int(text.dropFirst(), radix: 16)
        else { return nil }
        self.init(number >> 16, number >> 8 & 0xFF, number & 0xFF)
    }

    private init(_ red: Int, _ green: Int, _ blue: Int) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// Lango's own green.
    package static let standard = BrandColor(0x0B, 0x6B, 0x4F)

    package var description: String {
        let number = String(0x100_0000 | red << 16 | green << 8 | blue, radix: 16)
        return "#" + number.dropFirst()
    }

    /// Black or white, whichever reads better on this colour.
    var ink: BrandColor {
        let (white, black) = (BrandColor(255, 255, 255), BrandColor(0, 0, 0))
        return contrast(with: white) >= 4.5 || contrast(with: white) > contrast(with: black) ? white : black
    }

    /// This colour, moved towards black or white until text in it reads on `ground`.
    func readable(on ground: BrandColor) -> BrandColor {
        let end = ground.luminance > 0.18 ? 0 : 255
        let steps = (0...20).map { step in
            BrandColor(
                red + (end - red) * step / 20, green + (end - green) * step / 20, blue + (end - blue) * step / 20)
        }
        return steps.first { $0.contrast(with: ground) >= 5.5 } ?? ground.ink
    }

    func contrast(with other: BrandColor) -> Double {
        let (light, dark) = (max(luminance, other.luminance), min(luminance, other.luminance))
        return (light + 0.05) / (dark + 0.05)
    }

    private var luminance: Double {
        func linear(_ channel: Int) -> Double {
            let part = Double(channel) / 255
            return part <= 0.04045 ? part / 12.92 : power24((part + 0.055) / 1.055)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// The lightest and the darkest ground that text stands on in the style sheets.
    static let (lightGround, darkGround) = (BrandColor(0xF5, 0xF4, 0xF0), BrandColor(0x1E, 0x23, 0x21))

    /// The style rule that gives this colour to a page; goes after the style sheet.
    package var css: String {
        ":root{--brand:\(self);--on-brand:\(ink);--accent:\(readable(on: Self.lightGround));"
            + "--accent-dark:\(readable(on: Self.darkGround))}"
            + "@media (prefers-color-scheme:dark){:root{--accent:var(--accent-dark)}}"
    }
}

/// The power 2.4 of a number from 0 to 1: its square times the fifth root of its square, found by Newton's method.
private func power24(_ base: Double) -> Double {
    let squared = base * base
    var root = base == 0 ? 0 : 0.5 + base / 2
    for _ in 0..<24 where root > 0 {
        let fourth = root * root * root * root
        root -= (fourth * root - squared) / (5 * fourth)
    }
    return squared * root
}
