import MobileMoney
import TestKit
import Testing

@Suite struct AccountReferenceTests {
    @Test(
        "Only what every provider takes is a reference",
        arguments: [
            ("ACC-1", true), ("A", true), ("123456789012", true), ("1234567890123", false), ("", false), ("abc", false),
            ("A B", false), ("A#", false), ("Ä", false),
        ])
    func references(text: String, isTaken: Bool) {
        #expect((AccountReference(text) != nil) == isTaken)
    }

    @Test(
        "What was typed is looked up without case, spaces and punctuation",
        arguments: [
            (" kq7-4x ", "KQ74X"), ("peter", "PETER"), ("Sample Transaction", "SAMPLETRANSACTION"), ("", ""),
            ("#-.", ""),
            ("2046332", "2046332"), ("ÄB1", "B1"), ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ABCDEFGHIJKLMNOPQRST"),
        ])
    func normal(typed: String, normal: String) {
        #expect(TypedReference(typed).normal == normal)
    }

    @Test("An account number survives how people type it")
    func typing() throws {
        let number = try #require(AccountNumber(body: "KQ74X9"))
        #expect(number.text.hasPrefix("KQ74X9"))
        let typed = " \(number.text.lowercased().prefix(3))-\(number.text.lowercased().dropFirst(3)) ."
        #expect(TypedReference(typed).accountNumber == number)
        #expect(AccountNumber(body: "KO") == nil)
        #expect(AccountNumber(body: "KO1") == nil)
        #expect(TypedReference("peter").accountNumber == nil)
    }

    @Test("A wrong character is found, and nearly every swap of neighbours", arguments: [1 as UInt64, 2, 3])
    func checkDigit(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        var (swaps, missed) = (0, 0)
        for _ in 0..<40 {
            let length = Int.random(in: 3...11, using: &dice)
            let body = (0..<length).map { _ in AccountNumber.alphabet.randomElement(using: &dice) ?? 50 }
            let number = try #require(AccountNumber(body: String(decoding: body, as: UTF8.self)))
            #expect(AccountNumber(typed: number.text) == number)
            let symbols = Array(number.text.utf8)
            for place in symbols.indices {
                for symbol in AccountNumber.alphabet where symbol != symbols[place] {
                    var wrong = symbols
                    wrong[place] = symbol
                    let text = String(decoding: wrong, as: UTF8.self)
                    if AccountNumber(typed: text) != nil { Issue.record("\(text) for \(number)") }
                }
                guard place > 0, symbols[place] != symbols[place - 1] else { continue }
                var swapped = symbols
                swapped.swapAt(place, place - 1)
                swaps += 1
                if AccountNumber(typed: String(decoding: swapped, as: UTF8.self)) != nil { missed += 1 }
            }
        }
        #expect(missed * 100 < swaps, "\(missed) of \(swaps)")
    }
}
