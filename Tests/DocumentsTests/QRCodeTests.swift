import Documents
import TestKit
import Testing

@Suite struct QRCodeTests {
    static let sizes: [(text: String, size: Int)] = [
        (text: "HELLO", size: 21),
        (text: "https://wifi.kilimani.net/v/K7QF-M2XP-9TDW", size: 29),
        (text: "HTTPS://WIFI.KILIMANI.NET/V/K7QF-M2XP-9TDW", size: 29),
    ]

    @Test("A text takes the smallest symbol it fits into", arguments: sizes)
    func size(text: String, size: Int) throws {
        #expect(try QRCode.modules(text).size == size)
    }

    @Test("The largest symbol holds 5,596 digits and not one more")
    func largest() throws {
        #expect(try QRCode.modules(String(repeating: "7", count: 5_596)).size == 177)
        #expect(throws: DocumentError.self) { try QRCode.modules(String(repeating: "7", count: 5_597)) }
    }

    @Test(
        "The mask is the one that the library chooses", arguments: QRCode.Level.allCases,
        1...3 as ClosedRange<UInt64>)
    func masks(level: QRCode.Level, seed: UInt64) throws {
        var dice = Dice(seed: seed)
        for _ in 0..<60 {
            // Plain dots give long runs, and so the wider finders that the library counts too.
            let alphabet = ["0123456789", "https://wifi.kilimani.net/v/", "ABCDEFGHJKMNP23456789-", "."].randomElement(
                using: &dice)
            let text = String(
                (0..<Int.random(in: 1...150, using: &dice)).compactMap { _ in alphabet?.randomElement(using: &dice) })
            let expected = try QRCode.modulesByLibrary(text, level: level)
            #expect(try QRCode.modules(text, level: level) == expected, "\(text)")
        }
    }

    @Test("Three corners hold the finder pattern")
    func finders() throws {
        let code = try QRCode.modules("https://wifi.kilimani.net")
        for (x, y) in [(0, 0), (code.size - 7, 0), (0, code.size - 7)] {
            #expect((0..<7).allSatisfy { code.isDark(x: x + $0, y: y) && code.isDark(x: x + $0, y: y + 6) })
            #expect((1..<6).allSatisfy { !code.isDark(x: x + $0, y: y + 1) })
            #expect(code.isDark(x: x + 3, y: y + 3))
        }
    }

    @Test("What cannot be encoded is refused", arguments: ["", "a\0b"])
    func refuses(text: String) {
        let error = #expect(throws: DocumentError.self) { try QRCode.modules(text) }
        #expect(error?.kind == .qr)
    }

    @Test("The SVG path covers exactly the dark squares", arguments: 1...8 as ClosedRange<UInt64>)
    func path(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let text = String((0..<Int.random(in: 1...80, using: &dice)).map { _ in Character("\(dice.next() % 10)") })
        let code = try QRCode.modules(text, level: [.low, .medium, .quartile, .high][Int(seed % 4)])
        var covered: Set<[Int]> = []
        for run in code.svgPath.split(separator: "M") {
            let numbers = run.split { !$0.isNumber }.compactMap { Int($0) }
            for x in numbers[0]..<(numbers[0] + numbers[2]) { covered.insert([x, numbers[1]]) }
        }
        var dark: Set<[Int]> = []
        for y in 0..<code.size { for x in 0..<code.size where code.isDark(x: x, y: y) { dark.insert([x, y]) } }
        #expect(covered == dark)
    }
}
