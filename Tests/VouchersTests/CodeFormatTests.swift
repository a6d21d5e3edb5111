import Crypto
import Testing

@testable import Vouchers

@Suite struct CodeFormatTests {
    @Test(
        "A code is printed in groups, never with a lone last character",
        arguments: [
            (10, "", 5, "AAAAA-AAAAA"), (11, "", 5, "AAAAA-AAAAAA"), (12, "", 5, "AAAAA-AAAAA-AA"),
            (6, "", 5, "AAAAAA"),
            (8, "", 0, "AAAAAAAA"), (8, "net", 0, "NET-AAAAAAAA"), (10, "WIFI", 5, "WIFI-AAAAA-AAAAA"),
            (9, "", 2, "AA-AA-AA-AAA"), (6, "", 8, "AAAAAA"), (24, "", 8, "AAAAAAAA-AAAAAAAA-AAAAAAAA"),
        ])
    func printed(length: Int, prefix: String, grouping: Int, wanted: String) throws {
        let format = try CodeFormat(length: length, prefix: prefix, grouping: grouping)
        let code = VoucherCode(canonical: Array((format.prefix + String(repeating: "A", count: length)).utf8))
        #expect(format.printed(code) == wanted)
    }

    @Test(
        "A table groups anew what a spreadsheet would take for a number or a date, and nothing else",
        arguments: [
            ("", 0, "123456789012", "12345-67890-12"), ("", 5, "123456", "123-456"), ("", 0, "1234567", "12345-67"),
            ("", 4, "199912", "199-912"), ("", 2, "120524", "120-524"), ("", 5, "1234567890", "12345-67890"),
            ("", 0, "123E456789", "123E4-56789"), ("", 4, "123E4567", "123E4-567"),
            ("", 5, "1234E56789", "1234-E567-89"),
            ("12", 0, "123456", "12-123456"), ("7", 2, "123456", "7-12-34-56"), ("12", 2, "199999", "12-19-99-99"),
            ("", 0, "K7QFM2XP9T", "K7QFM2XP9T"), ("WIFI", 0, "123456", "WIFI-123456"),
            ("", 0, "12345678901234567890", "12345-67890-12345-67890"),
        ])
    func tabulated(prefix: String, grouping: Int, characters: String, wanted: String) throws {
        let format = try CodeFormat(
            alphabet: Alphabet("0123456789EFKMPQTWX"), length: characters.count, prefix: prefix, grouping: grouping)
        let code = VoucherCode(canonical: Array((prefix + characters).utf8))
        let text = format.tabulated(code)
        #expect(text == wanted)
        #expect(Double(text) == nil && text.filter { $0 != "-" } == prefix + characters)
    }

    @Test("No code of digits is a number or a date in a table, however long and however grouped")
    func tabulatedDigits() throws {
        var picker = RandomPicker(alphabet: Alphabet.digits.symbols)
        for length in 6...24 {
            for grouping in [0] + Array(2...8) {
                let format = try CodeFormat(alphabet: .digits, length: length, grouping: grouping)
                let text = format.tabulated(format.makeCode(&picker))
                let groups = text.split(separator: "-")
                let hasNoMonth = groups.count(where: { $0.count > 2 }) > 1
                #expect(groups.count > 1 && (groups.count > 3 || hasNoMonth || groups[0].count > 4), "\(text)")
            }
        }
    }

    @Test(
        "What cannot serve is refused with its reason",
        arguments: [
            (5, "", 5, .length), (25, "", 5, .length), (10, "NINELETTR", 5, .prefix), (10, "A-B", 5, .prefix),
            (10, "É", 5, .prefix), (10, "ß", 5, nil), (10, "", 1, .grouping), (10, "", 9, .grouping),
            (10, "", -1, .grouping),
            (6, "12345678", 0, nil), (24, "", 8, nil),
        ] as [(Int, String, Int, CodeFormat.Flaw?)])
    func refused(length: Int, prefix: String, grouping: Int, flaw: CodeFormat.Flaw?) {
        var found: CodeFormat.Flaw?
        do throws(CodeFormat.Flaw) {
            _ = try CodeFormat(length: length, prefix: prefix, grouping: grouping)
        } catch {
            found = error
        }
        #expect(found == flaw)
    }

    @Test(
        "A batch of which one code in ten thousand would be good is refused",
        arguments: [
            (Alphabet.digits, 6, 10, true), (.digits, 6, 11, false), (.digits, 7, 100, true), (.digits, 7, 101, false),
            (.digits, 8, 1_000, true), (.digits, 11, 1_000_000, true), (.digits, 10, 1_000_000, false),
            (.standard, 10, 1_000_000, true), (.standard, 6, 976, true),
            (.standard, 6, 977, false), (.standard, 24, 1_000_000, true),
        ])
    func guessable(alphabet: Alphabet, length: Int, count: Int, isTaken: Bool) throws {
        let format = try CodeFormat(alphabet: alphabet, length: length)
        if isTaken {
            try format.checkRoom(for: count)
        } else {
            #expect(throws: CodeFormat.Flaw.guessable) { try format.checkRoom(for: count) }
        }
    }

    /// Chi-square of each place against even chances.
    ///
    /// With k - 1 degrees of freedom the figure has a mean of k - 1 and
    /// a deviation of √(2(k - 1)); eight deviations are never passed by chance, and always by a lame picker.
    @Test(
        "Every place of a code is picked evenly, the check character's too",
        arguments: [
            Alphabet.standard, .digits, try Alphabet("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"), try Alphabet("ABCDEFGH"),
        ])
    func evenness(alphabet: Alphabet) throws {
        let format = try CodeFormat(alphabet: alphabet, length: 9)
        let (count, size) = (40_000, alphabet.symbols.count)
        var picker = RandomPicker(alphabet: alphabet.symbols)
        var tallies = [[Int]](repeating: [Int](repeating: 0, count: size), count: 9)
        for _ in 0..<count {
            for (place, byte) in format.makeCode(&picker).bytes.enumerated() {
                tallies[place][try #require(alphabet.symbols.firstIndex(of: byte))] += 1
            }
        }
        let expected = Double(count) / Double(size)
        let freedom = Double(size - 1)
        for tally in tallies {
            let chiSquare = tally.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
            #expect(chiSquare < freedom + 8 * (2 * freedom).squareRoot())
        }
    }

    @Test("A hundred thousand codes are all different")
    func uniqueness() throws {
        let format = try CodeFormat()
        var picker = RandomPicker(alphabet: format.alphabet.symbols)
        var seen: Set<VoucherCode> = []
        for _ in 0..<100_000 { seen.insert(format.makeCode(&picker)) }
        // 25^9 codes: even one pair alike would be luck of one in seven hundred.
        #expect(seen.count >= 99_999)
    }
}
