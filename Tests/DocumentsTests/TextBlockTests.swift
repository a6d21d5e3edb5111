import TestKit
import Testing

@testable import Documents

@Suite struct TextBlockTests {
    static func style(_ anchor: TextStyle.Anchor = .start) -> TextStyle {
        var style = TextStyle()
        style.size = 3
        style.anchor = anchor
        return style
    }

    @Test("A text that fits keeps its size")
    func fits() throws {
        let block = try TextSetter().block(Self.style(), scale: 3, width: 200, fit: .shrink(to: 0.5))
        block.set("KES 50")
        #expect(block.factor == 1)
    }

    @Test("A text too wide is made smaller, and cut at the smallest size")
    func shrinks() throws {
        let block = try TextSetter().block(Self.style(), scale: 3, width: 40, fit: .shrink(to: 0.5))
        block.set("Kilimani Fibre")
        #expect((0.51..<0.99).contains(block.factor))
        block.set("Kilimani Fibre and Broadband")
        #expect(block.factor == 0.5)
        #expect(block.extents().width <= 40)
    }

    static let names = [
        "Kilimani Fibre and Broadband of the Coast", "مقهى النور Café Lumière في شارع الميناء الكبير",
        "Café مقهى النور للإنترنت السريع والاتصالات", "א Coffee ב Internet ג Broadband ד",
    ]

    @Test("A text is cut at its end in reading order, whichever way its scripts run", arguments: names)
    func cutsTheEnd(name: String) throws {
        let block = try TextSetter().block(Self.style(), scale: 3, width: 60, fit: .shrink(to: 1))
        block.set(name)
        #expect(block.isCut && block.extents().width <= 60)
        let shown = try #require(block.shown)
        #expect(shown.hasSuffix("…") && shown.count > 4 && name.hasPrefix(shown.dropLast()), "\(shown)")
    }

    @Test("What stood in a place before does not change what comes after", arguments: 1...10 as ClosedRange<UInt64>)
    func order(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let setter = try TextSetter()
        let words = ["W", "i", "Kilimani", "باقة", "देवनागरी", "a b", "KES 50", "…"]
        let used = setter.block(Self.style(.middle), scale: 2.8, width: 60, fit: .shrink(to: 0.6))
        for _ in 0..<40 {
            let text = (0..<Int.random(in: 0...7, using: &dice))
                .map { _ in words.randomElement(using: &dice) ?? "" }.joined(separator: " ")
            let fresh = setter.block(Self.style(.middle), scale: 2.8, width: 60, fit: .shrink(to: 0.6))
            used.set(text)
            fresh.set(text)
            #expect(abs(used.factor - fresh.factor) < 0.004, "\(text)")
            #expect(used.extents().width <= 60.01)
        }
    }

    static let dirty: [(text: String, clean: String)] = [
        ("plain", "plain"), ("two\nlines", "two lines"), ("a\u{0}b", "a b"), ("a\u{202E}b\u{2069}", "ab"),
        ("\u{E000}x\u{10FFFF}", "x"), ("باقة\u{200F}", "باقة\u{200F}"), ("e\u{301}", "e\u{301}"),
        (String(repeating: "x", count: 400), String(repeating: "x", count: 300)),
        (String(repeating: "\u{301}", count: 9_000), String(repeating: "\u{301}", count: 2_400)),
    ]

    @Test("Texts are cleaned before they are set", arguments: dirty.indices)
    func cleans(index: Int) {
        #expect(PrintableText.clean(Self.dirty[index].text) == Self.dirty[index].clean)
    }
}
