import TestKit
import Testing

@testable import RouterOS

@Suite struct WireTextTests {
    private static func bytes(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        WireText.append(text, to: &bytes)
        return bytes
    }

    static let texts: [(bytes: [UInt8], text: String, readable: String)] = [
        (Array("plain".utf8), "plain", "plain"), (Array("été 日本 🙂".utf8), "été 日本 🙂", "été 日本 🙂"),
        ([0x63, 0x61, 0x66, 0xE9], "caf\u{EFE9}", "café"), ([0x80, 0x31], "\u{EF80}1", "€1"),
        ([0xE2, 0x82], "\u{EFE2}\u{EF82}", "â‚"), ([0xC0, 0x80], "\u{EFC0}\u{EF80}", "À€"),
        ([0xEE, 0xBE, 0x80], "\u{EFEE}\u{EFBE}\u{EF80}", "î¾€"),
        ([0, 1, 0x7F], "\u{0}\u{1}\u{7F}", "\u{0}\u{1}\u{7F}"),
        ([0xED, 0xA0, 0x80], "\u{EFED}\u{EFA0}\u{EF80}", "í\u{A0}€"), ([], "", ""),
    ]

    @Test("Bytes that are no UTF-8 survive, and can be shown", arguments: texts)
    func survives(bytes: [UInt8], text: String, readable: String) {
        #expect(WireText.decode(bytes.span) == text)
        #expect(Self.bytes(text) == bytes)
        #expect(WireText.readable(text) == readable)
    }

    @Test("Any bytes come back as they were, and no two look alike", arguments: 1...10 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) {
        var dice = Dice(seed: seed)
        var seen: [String: [UInt8]] = [:]
        for _ in 0..<2_000 {
            // Mostly bytes around which sequences of several begin and end.
            let bytes = (0..<Int.random(in: 0...12, using: &dice)).map { _ in
                Bool.random(using: &dice)
                    ? UInt8.random(in: 0...255, using: &dice)
                    : [0x7F, 0x80, 0xBE, 0xBF, 0xC2, 0xE2, 0xED, 0xEE, 0xEF, 0xF4].randomElement(using: &dice) ?? 0
            }
            let text = WireText.decode(bytes.span)
            #expect(Self.bytes(text) == bytes)
            // Compared by their code points: Swift holds canonically equal texts for the same.
            let key = text.unicodeScalars.map { String($0.value) }.joined(separator: " ")
            #expect(seen.updateValue(bytes, forKey: key).map { $0 == bytes } ?? true)
        }
    }
}
