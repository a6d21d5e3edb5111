import Testing

@testable import Vouchers

@Suite struct AlphabetTests {
    @Test("The standard alphabet holds no two that look alike")
    func standard() throws {
        let symbols = Alphabet.standard.description
        #expect(symbols.utf8.count == 25)
        #expect(try Alphabet(symbols) == .standard)
        for group in ["0OQ", "1IL", "2Z", "5S", "6G", "8B", "UV"] {
            #expect(group.filter { symbols.contains($0) }.count <= 1, "\(group)")
        }
        #expect(try Alphabet("0123456789") == .digits)
    }

    @Test(
        "A look-alike stands for the one of its group that the alphabet holds",
        arguments: [
            ("5", "S"), ("5", "s"), ("6", "G"), ("6", "g"), ("2", "Z"), ("8", "B"), ("U", "V"), ("u", "v"), ("a", "A"),
        ])
    func lookAlikes(right: Character, typed: Character) throws {
        let values = try [right, typed].map { Alphabet.standard.value(try #require($0.asciiValue)) }
        #expect(values[0] != nil)
        #expect(values[0] == values[1])
    }

    @Test(
        "In digits an O is a zero and an l is a one; what looks like none of them is none",
        arguments: [
            ("O", 0), ("Q", 0), ("o", 0), ("I", 1), ("l", 1), ("Z", 2), ("S", 5), ("G", 6), ("B", 8), ("A", nil),
            ("7", 7),
            ("-", nil), ("\u{7F}", nil),
        ] as [(Character, Int?)])
    func digits(typed: Character, value: Int?) throws {
        #expect(Alphabet.digits.value(try #require(typed.asciiValue)) == value)
    }

    @Test("Where both of a group are symbols each stands for itself")
    func bothOfAGroup() throws {
        let hex = try Alphabet("0123456789ABCDEF")
        #expect(hex.value(UInt8(ascii: "8")) == 8)
        #expect(hex.value(UInt8(ascii: "B")) == 11)
        #expect(hex.value(UInt8(ascii: "O")) == 0)
        let both = try Alphabet("0OABCDEF")
        #expect(both.value(UInt8(ascii: "Q")) == nil)
    }

    @Test(
        "What cannot serve is refused with its reason",
        arguments: [
            ("ABCDEFG", .size), ("", .size), ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0", .characters),
            ("AABCDEFGH", .characters),
            ("ABCDEFG-H", .characters), ("ABCDEFGÉ", .characters), ("ABCDEFG٣", .characters),
            ("ABCDEFGHJKMNPQ", .unsuited), ("ABCDEFGHJKMNPQRTUW", .unsuited), ("AaBCDEFGH", .characters),
            ("ABCDEFG\0", .characters),
        ] as [(String, Alphabet.Flaw)])
    func refused(text: String, flaw: Alphabet.Flaw) {
        #expect(throws: flaw) { try Alphabet(text) }
    }

    @Test("Every size from 8 to 36 but 14 and 18 is taken, in either case", arguments: 8...36)
    func sizes(size: Int) throws {
        let text = String("0123456789abcdefghijklmnopqrstuvwxyz".prefix(size))
        guard size != 14, size != 18 else {
            #expect(throws: Alphabet.Flaw.unsuited) { try Alphabet(text) }
            return
        }
        #expect(try Alphabet(text).symbols.count == size)
    }
}
