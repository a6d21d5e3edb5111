import Phones
import TestKit
import Testing
import Values

@Suite struct TypedPhoneTests {
    static let taken: [(text: String, digits: String)] = [
        ("0712345678", "254712345678"), ("0712 345 678", "254712345678"), ("0712-345-678", "254712345678"),
        ("(0712) 345.678", "254712345678"), ("712345678", "254712345678"), ("254712345678", "254712345678"),
        ("+254712345678", "254712345678"), ("+254 (0) 712 345678", "254712345678"),
        ("00254712345678", "254712345678"), ("000254712345678", "254712345678"), ("  0112345678\t", "254112345678"),
        ("0100 123456", "254100123456"), ("+254\u{A0}712\u{A0}345\u{A0}678", "254712345678"),
        ("+256 772 123456", "256772123456"), ("+44 7911 123456", "447911123456"), ("0763000000", "254763000000"),
        ("\u{202A}+254 712 345678\u{202C}", "254712345678"),
    ]

    @Test("What people type is the number that they mean", arguments: taken)
    func takes(text: String, digits: String) throws {
        let number = try TypedPhone.read(text)
        #expect(number.digits == digits)
    }

    static let refused: [(text: String, flaw: PhoneFlaw)] = [
        ("", .empty), ("  - ", .empty), ("abc", .malformed), ("0722000***", .malformed), ("2547 ***** 126", .malformed),
        ("07123", .tooShort), ("071234567", .tooShort), ("07123456789", .tooLong), ("+999123456789", .unknownCountry),
        ("0712345678; drop", .malformed), ("٠٧١٢٣٤٥٦٧٨", .malformed), ("07+12345678", .malformed),
        (String(repeating: "1", count: 200), .tooLong), ("+", .malformed),
    ]

    @Test("What is no number is refused with the reason", arguments: refused)
    func refuses(text: String, flaw: PhoneFlaw) {
        #expect(throws: flaw) { try TypedPhone.read(text) }
    }

    @Test(
        "A number without a country's code belongs to the region of the provider",
        arguments: [
            ("UG", "0772123456", "256772123456"), ("TZ", "0754 123 456", "255754123456"),
            ("RW", "0788123456", "250788123456"),
        ])
    func regions(region: String, text: String, digits: String) throws {
        let number = try TypedPhone.read(text, region: region)
        #expect(number.digits == digits)
    }

    static let operators: [(text: String, operator: KenyanOperator?)] = [
        ("0722000000", .safaricom), ("0110000000", .safaricom), ("0740123456", .safaricom), ("0757123456", .safaricom),
        ("0799999999", .safaricom), ("0733000000", .airtel), ("0100000000", .airtel), ("0756123456", .airtel),
        ("0785000000", .airtel), ("0770000000", .telkom), ("0764000000", .equitel), ("0747000000", .faiba),
        ("0204222000", nil), ("+256772123456", nil),
    ]

    @Test("The prefix tells who gave a Kenyan number out", arguments: operators)
    func givers(text: String, expected: KenyanOperator?) throws {
        let found = KenyanOperator(of: try TypedPhone.read(text))
        #expect(found == expected)
        #expect(found?.hasMpesa ?? false == (expected == .safaricom))
    }

    @Test("Reading never fails in another way", arguments: [1 as UInt64])
    func fuzz(seed: UInt64) {
        let corpus = Self.taken.map { Array($0.text.utf8) } + Self.refused.map { Array($0.text.utf8) }
        let flaws = Fuzz(corpus, words: ["+254", "00", "07", " "]).run("typed phones", inputs: 2_000) { bytes in
            do throws(PhoneFlaw) {
                let number = try TypedPhone.read(String(decoding: bytes, as: UTF8.self))
                return PhoneNumber(e164: number.international) == number ? nil : "not canonical"
            } catch {
                return nil
            }
        }
        #expect(flaws == [])
    }
}
