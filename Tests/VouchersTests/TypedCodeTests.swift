import Crypto
import TestKit
import Testing

@testable import Vouchers

@Suite struct TypedCodeTests {
    static func code(_ format: CodeFormat) -> VoucherCode {
        var picker = RandomPicker(alphabet: format.alphabet.symbols)
        return format.makeCode(&picker)
    }

    /// What a thumb, a keyboard, a scanner or another script makes of a code.
    static let forgiven: [@Sendable (String) -> String] = [
        { $0 }, { $0.lowercased() }, { $0.map { "\($0) " }.joined() }, { "  \($0)\n" },
        { $0.map { "\($0)-" }.joined() }, { $0.map { "\($0)." }.joined() }, { $0.map { "\($0)_" }.joined() },
        { $0.map { "\($0)\u{00A0}" }.joined() }, { $0.map { "\($0)\u{2011}" }.joined() }, { "\u{FEFF}\($0)\u{200B}" },
        { $0.map { "\($0)\u{2013}" }.joined() },
        { mapped($0, digits: 0xFF10, letters: 0xFF21) }, { mapped($0.lowercased(), digits: 0xFF10, letters: 0xFF41) },
        { mapped($0, digits: 0x0660) }, { mapped($0, digits: 0x06F0) }, { mapped($0, digits: 0x0966) },
    ]

    private static func mapped(_ text: String, digits: UInt32, letters: UInt32? = nil) -> String {
        var mapped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let base: (UInt32, UInt32)? =
                switch scalar.value {
                case 48...57: (digits, 48)
                case 65...90: letters.map { ($0, 65) }
                case 97...122: letters.map { ($0, 97) }
                default: nil
                }
            let other = base.flatMap { Unicode.Scalar(scalar.value - $0.1 + $0.0) }
            mapped.append(other ?? scalar)
        }
        return String(mapped)
    }

    @Test("Case, spaces, hyphens, width and script are forgiven", arguments: [Alphabet.standard, .digits])
    func forgiving(alphabet: Alphabet) throws {
        let format = try CodeFormat(alphabet: alphabet, length: 12)
        for _ in 0..<40 {
            let code = Self.code(format)
            for (number, change) in Self.forgiven.enumerated() {
                let typed = try? TypedCode(change(code.text), formats: [format])
                #expect(typed?.candidates == [code], "\(number)")
            }
            #expect(try TypedCode(format.printed(code), formats: [format]).candidates == [code])
        }
    }

    @Test("Look-alikes of symbols are forgiven")
    func lookAlikes() throws {
        let swaps: [Character: Character] = ["5": "S", "6": "G", "2": "Z", "8": "B", "U": "V"]
        let format = try CodeFormat()
        for _ in 0..<200 {
            let code = Self.code(format)
            let typed = String(code.text.map { swaps[$0] ?? $0 })
            #expect(try TypedCode(typed, formats: [format]).candidates == [code])
        }
    }

    @Test("A prefix may be typed, left out, or typed in lower case; half of one is no code")
    func prefix() throws {
        let format = try CodeFormat(length: 10, prefix: "wifi")
        let code = Self.code(format)
        let body = String(code.text.dropFirst(4))
        for typed in [code.text, body, "wifi-" + body, "WiFi \(body.lowercased())", format.printed(code)] {
            #expect(try TypedCode(typed, formats: [format]).candidates == [code])
        }
        for typed in ["fi" + body, "wif" + body, body + "wifi", "wlan" + body] {
            #expect(throws: TypedCode.Flaw.malformed) { try TypedCode(typed, formats: [format]) }
        }
    }

    @Test(
        "What is no code at all is malformed",
        arguments: [
            "", " ", "-", "A", "ABCDEFGHI", "ABCDEFGHJKM", String(repeating: "A", count: 41),
            String(repeating: " ", count: 300),
            "ABCDEFGHJ\0", "ABCDE\u{1}GHJK", "ABCDE'GHJK", "ABCDEéGHJK", "ABCDEДGHJK", "ABCDE😀GHJK", "<b>ABCDEFG",
            "ABCDE\u{202E}+HJK",
        ])
    func malformed(text: String) throws {
        #expect(throws: TypedCode.Flaw.malformed) { try TypedCode(text, formats: [CodeFormat()]) }
    }

    @Test("Without a format nothing is a code")
    func noFormat() {
        #expect(throws: TypedCode.Flaw.malformed) { try TypedCode("ABCDEFGHJK", formats: []) }
    }

    @Test("One wrong character is mistyped, for every character and place; no store is asked")
    func mistyped() throws {
        for alphabet in [Alphabet.standard, .digits] {
            let format = try CodeFormat(alphabet: alphabet, length: 8)
            for _ in 0..<5 {
                let code = Self.code(format)
                for place in 0..<8 {
                    for symbol in alphabet.symbols where symbol != code.bytes[place] {
                        var bytes = code.bytes
                        bytes[place] = symbol
                        #expect(throws: TypedCode.Flaw.mistyped) {
                            try TypedCode(String(decoding: bytes, as: UTF8.self), formats: [format])
                        }
                    }
                }
            }
        }
    }

    @Test("A character that no alphabet holds is mistyped, not malformed, in a text of the right length")
    func foreignSymbol() throws {
        let format = try CodeFormat(alphabet: .digits, length: 8)
        #expect(throws: TypedCode.Flaw.mistyped) { try TypedCode("1234567X", formats: [format]) }
    }

    @Test("Where formats overlap each that fits gives a candidate, each code once")
    func overlapping() throws {
        let formats = try [
            CodeFormat(alphabet: .digits, length: 8), CodeFormat(alphabet: .digits, length: 8, prefix: "AB"),
            CodeFormat(alphabet: Alphabet("0123456789ABCDEF"), length: 8),
            CodeFormat(alphabet: .digits, length: 8, grouping: 4),
        ]
        var several = 0
        for _ in 0..<2_000 {
            let code = Self.code(formats[0])
            let typed = try TypedCode(code.text, formats: formats)
            #expect(typed.candidates.contains(code))
            #expect(Set(typed.candidates).count == typed.candidates.count)
            if typed.candidates.count == 2 { several += 1 }
        }
        #expect(several == 2_000)
    }
}
