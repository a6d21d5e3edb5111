import Testing
import Values

@Suite struct PhoneNumberTests {
    @Test(
        "Only the canonical form is a number",
        arguments: [
            ("+254712345678", true), ("254712345678", false), ("+0712345678", false), ("+2547123", false),
            ("+1234567890123456", false), ("+25471234567x", false), ("+", false), ("", false), ("+12345678", true),
        ])
    func canonical(text: String, isTaken: Bool) {
        #expect((PhoneNumber(e164: text) != nil) == isTaken)
    }

    @Test("A number is covered wherever it is printed")
    func masked() throws {
        let number = try #require(PhoneNumber(digits: "254712345678"))
        #expect(number.international == "+254712345678")
        let printed = [
            "\(number)", String(reflecting: number), String(describing: [number]), "\(Optional(number) as Any)",
        ]
        for text in printed { #expect(!text.contains("12345"), "\(text)") }
        #expect("\(number)" == "+2547•••••678")
        var dumped = ""
        dump(number, to: &dumped)
        #expect(!dumped.contains("12345"))
    }
}
