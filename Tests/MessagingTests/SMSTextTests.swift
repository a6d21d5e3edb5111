import FoundationEssentials
import JSON
import TestKit
import Testing
import Values

@testable import Messaging

/// What others captured, beside the package and not part of it.
enum MessageFixture {
    static let folder =
        #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/shared/payments/fixtures"
    static let isPresent = FileManager.default.fileExists(atPath: folder + "/kannel")
    static let reason: Comment = "The captured payloads (../shared/payments) are not on this machine"

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
    }

    static func document(_ name: String) throws -> JSON { try JSON(parsing: bytes(name)) }

    static func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(Self.folder)/\(folder)").map { "\(folder)/\($0)" }
            .sorted()
    }
}

@Suite struct SMSTextTests {
    struct Vector: Sendable {
        let text: String
        let alphabet: SMSText.Alphabet
        let segments: Int
    }

    private static func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

    static let vectors: [Vector] = [
        Vector(text: "", alphabet: .gsm7, segments: 1),
        Vector(text: times(160, "a"), alphabet: .gsm7, segments: 1),
        Vector(text: times(161, "a"), alphabet: .gsm7, segments: 2),
        Vector(text: times(306, "a"), alphabet: .gsm7, segments: 2),
        Vector(text: times(307, "a"), alphabet: .gsm7, segments: 3),
        Vector(text: times(80, "€"), alphabet: .gsm7, segments: 1),
        Vector(text: times(81, "€"), alphabet: .gsm7, segments: 2),
        Vector(text: times(152, "a") + "€" + times(152, "a"), alphabet: .gsm7, segments: 3),
        Vector(text: times(70, "é"), alphabet: .gsm7, segments: 1),
        Vector(text: times(70, "ê"), alphabet: .ucs2, segments: 1),
        Vector(text: times(71, "ê"), alphabet: .ucs2, segments: 2),
        Vector(text: times(134, "ê"), alphabet: .ucs2, segments: 2),
        Vector(text: times(135, "ê"), alphabet: .ucs2, segments: 3),
        Vector(text: times(35, "😀"), alphabet: .ucs2, segments: 1),
        Vector(text: times(36, "😀"), alphabet: .ucs2, segments: 2),
        // Neither half of a pair moves over: 66 units fit, not 67.
        Vector(text: times(67, "😀"), alphabet: .ucs2, segments: 3),
        Vector(text: "`", alphabet: .ucs2, segments: 1), Vector(text: "ç", alphabet: .ucs2, segments: 1),
        Vector(text: "Ç@£_Δ\n{}[]~|^\\", alphabet: .gsm7, segments: 1),
    ]

    @Test("Texts are counted as networks count them", arguments: vectors)
    func counts(vector: Vector) {
        let text = SMSText(vector.text)
        #expect(text.alphabet == vector.alphabet && text.segments == vector.segments, "\(text.units) units")
    }

    @Test(
        "What Kannel sent in so many messages counts as many",
        .enabled(if: MessageFixture.isPresent, MessageFixture.reason))
    func recorded() throws {
        let vectors = try #require(try MessageFixture.document("kannel/recorded-segment-counts.json")["vectors"]?.array)
        #expect(vectors.count == 13)
        for vector in vectors {
            // Written as "152 x 'a' + '€' + 152 x 'a'".
            let words = try #require(vector["text"]?.text)
            let text = try words.split(separator: " + ").map { part in
                let halves = part.split(separator: " x ")
                let letter = halves[halves.count - 1].filter { $0 != "'" }
                return Self.times(halves.count == 2 ? try #require(Int(halves[0])) : 1, letter)
            }.joined()
            let counted = SMSText(text)
            #expect(Int64(counted.segments) == vector["segments"]?.integer, "\(words)")
            #expect((counted.alphabet == .gsm7 ? 0 : 2) == vector["coding"]?.integer, "\(words)")
        }
    }

    static let normalised: [(from: String, to: String)] = [
        ("‘Paid’ “now” – done — ok…", "'Paid' \"now\" - done - ok..."),
        ("Ksh\u{A0}50\u{202F}000", "Ksh 50 000"),
        ("Karibu 😀 sana 👨‍👩‍👧!", "Karibu sana !"),
        ("❤️ from us ☎️", "from us"),
        ("5 * 3 # 1", "5 * 3 # 1"),
        ("a  b", "a b"), ("«x»", "\"x\""), ("soft\u{AD}hyphen", "softhyphen"),
        ("Ñandú ç", "Ñandú ç"), ("ሰላም", "ሰላም"), ("🇰🇪 Kenya", "Kenya"), ("`x`", "'x'"),
    ]

    @Test("What only looks finer is made plain before it is counted", arguments: normalised)
    func normalises(from: String, to: String) {
        #expect(SMSText(normalising: from).text == to)
        #expect(SMSText.normal(to) == to)
    }

    @Test("Segments never hold more than there is room for", arguments: 1...8 as ClosedRange<UInt64>)
    func property(seed: UInt64) {
        var dice = Dice(seed: seed)
        let letters = Array("aé€^ê😀 ")
        for _ in 0..<200 {
            let text = String(
                (0..<Int.random(in: 0...400, using: &dice)).map { _ in letters.randomElement(using: &dice) ?? "a" })
            let counted = SMSText(text)
            let room = counted.alphabet == .gsm7 ? (160, 153) : (70, 67)
            #expect(counted.segments == 1 ? counted.units <= room.0 : counted.units <= counted.segments * room.1)
            // At most one place is lost at each border.
            #expect(counted.segments == 1 || counted.units > (counted.segments - 1) * (room.1 - 1))
        }
    }
}
