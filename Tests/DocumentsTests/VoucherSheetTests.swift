import Documents
import Glibc
import TestKit
import Testing
import Values

@Suite(.ownThreads) struct VoucherSheetTests {
    static let presets = [
        "classic-a4", "classic-letter", "wallet-a4", "large-a4", "large-letter", "labels-a4", "receipt-58",
        "receipt-80",
    ]

    static let counts: [(preset: String, cards: Int, pages: Int)] = [
        ("classic-a4", 1, 1), ("classic-a4", 40, 1), ("classic-a4", 41, 2), ("classic-a4", 500, 13),
        ("classic-letter", 81, 3), ("wallet-a4", 11, 2), ("large-a4", 8, 1), ("large-letter", 13, 3),
        ("labels-a4", 66, 2),
        ("receipt-58", 3, 3), ("receipt-80", 2, 2),
    ]

    @Test("Cards fill so many pages", arguments: counts)
    func pages(preset: String, cards: Int, pages: Int) throws {
        guard Workshop.has("pdfinfo") else { return }
        let (count, pdf) = try Workshop.print((1...cards).map { Workshop.card($0) }, preset: preset)
        #expect(count == pages)
        try Workshop.inFolder { folder in
            try Workshop.save(pdf, to: "\(folder)/a.pdf")
            #expect(Workshop.output(of: "pdfinfo \(folder)/a.pdf").contains("Pages:           \(pages)\n"))
        }
    }

    static let papers: [(preset: String, size: String)] = [
        ("classic-a4", "595.276 x 841.89 pts (A4)"), ("classic-letter", "612 x 792 pts (letter)"),
        ("receipt-58", "164.409 x 306.142 pts"), ("receipt-80", "226.772 x 331.654 pts"),
    ]

    @Test("The page is as large as the paper", arguments: papers)
    func paper(preset: String, size: String) throws {
        guard Workshop.has("pdfinfo") else { return }
        let (_, pdf) = try Workshop.print([Workshop.card(1)], preset: preset)
        try Workshop.inFolder { folder in
            try Workshop.save(pdf, to: "\(folder)/a.pdf")
            let info = Workshop.output(of: "pdfinfo \(folder)/a.pdf")
            #expect(info.contains("Page size:       \(size)\n"), "\(info)")
        }
    }

    @Test("Every QR code on a sheet is read from a print of 150 dots an inch", arguments: presets)
    func scans(preset: String) throws {
        guard Workshop.has("pdftoppm", "zbarimg") else { return }
        let sheet = try Workshop.preset(preset).format.cardsPerSheet
        let (_, pdf) = try Workshop.print((1...sheet).map { Workshop.card($0) }, preset: preset)
        let read = try Workshop.inFolder { folder in
            try Workshop.save(pdf, to: "\(folder)/a.pdf")
            return Workshop.output(
                of: "cd \(folder) && pdftoppm -r 150 -gray -png -singlefile a.pdf a && zbarimg -q --raw a.png")
        }
        #expect(Set(read.split(separator: "\n").map(String.init)) == Set((1...sheet).map { Workshop.address($0) }))
    }

    @Test("A long price is made smaller, never cut", arguments: presets)
    func longPrice(preset: String) throws {
        guard Workshop.has("pdftotext") else { return }
        let (_, pdf) = try Workshop.print([Workshop.card(1, [.price: "Ksh 1,234,567.50"])], preset: preset)
        let text = try Workshop.text(of: pdf)
        #expect(text.contains("Ksh 1,234,567.50"), "\(text)")
    }

    @Test("Code, price and package can be read and copied", arguments: presets)
    func texts(preset: String) throws {
        guard Workshop.has("pdftotext") else { return }
        let (_, pdf) = try Workshop.print([Workshop.card(1)], preset: preset)
        let text = try Workshop.text(of: pdf)
        for words in [Workshop.code(1), "1 day unlimited", "KES 50", "Kilimani Fibre", "31 Dec 2026", "270001"] {
            #expect(text.contains(words), "\(words) is not in \(text)")
        }
    }

    static let scripts: [(name: String, words: String, letters: ClosedRange<UInt32>)] = [
        ("Arabic", "باقة يوم واحد غير محدودة", 0x0600...0x06FF),
        ("Devanagari", "एक दिन असीमित", 0x0900...0x097F),
        ("Ethiopic", "የአንድ ቀን ያልተገደበ", 0x1200...0x137F),
        ("Bengali", "একদিন সীমাহীন", 0x0980...0x09FF),
        ("Greek", "Μία ημέρα", 0x0370...0x03FF),
    ]

    @Test("Text is shaped in its script and stays text", arguments: scripts)
    func shapes(name: String, words: String, letters: ClosedRange<UInt32>) throws {
        guard Workshop.has("pdftotext", "fc-list"), Workshop.output(of: "fc-list").contains("Noto") else { return }
        let (_, pdf) = try Workshop.print([Workshop.card(1, [.package: words])], preset: "large-a4")
        let found = try Workshop.text(of: pdf).unicodeScalars.filter { letters.contains($0.value) }
        let wanted = words.unicodeScalars.filter { letters.contains($0.value) }
        #expect(Set(found).isSuperset(of: Set(wanted)))
    }

    @Test("The foot tells page, cards and totals in the caller's words")
    func foot() throws {
        guard Workshop.has("pdftotext") else { return }
        let footer = SheetFooter(title: "Batch 27") { page in
            "page \(page.number) of \(page.count) · cards \(page.firstCard)–\(page.lastCard) of \(page.cards)"
        }
        let (_, pdf) = try Workshop.print((1...90).map { Workshop.card($0) }, footer: footer)
        let text = try Workshop.text(of: pdf)
        for words in [
            "page 1 of 3 · cards 1–40 of 90", "page 2 of 3 · cards 41–80 of 90", "page 3 of 3 · cards 81–90 of 90",
        ] {
            #expect(text.contains(words))
        }
        #expect(text.contains("Batch 27"))
    }

    @Test("Labels speak the language of the batch")
    func labels() throws {
        guard Workshop.has("pdftotext") else { return }
        let labels = ["scan": "Skani kuunganisha", "validity": "Tumia kabla ya {}"]
        let text = try Workshop.text(of: Workshop.print([Workshop.card(1)], labels: labels).pdf)
        #expect(text.contains("Skani kuunganisha"))
        #expect(text.contains("Tumia kabla ya 31 Dec 2026"))
        #expect(!text.contains("Scan to connect"))
    }

    @Test("What a card does not have is not printed")
    func missing() throws {
        guard Workshop.has("pdftotext", "pdfimages") else { return }
        let (_, pdf) = try Workshop.print([Card(fields: [.code: "ABCD"])])
        let text = try Workshop.text(of: pdf)
        #expect(text.contains("ABCD") && text.contains("Kilimani Fibre"))
        #expect(!text.contains("Scan") && !text.contains("before") && !text.contains("№"))
    }

    @Test("A page of forty cards stays below 25 kB, fonts shared by the document aside")
    func size() throws {
        let one = try Workshop.print((1...40).map { Workshop.card($0) }).pdf.count
        let many = try Workshop.print((1...800).map { Workshop.card($0) }).pdf.count
        #expect((many - one) / 19 < 25_000)
    }

    @Test("A batch of many kinds of cards comes out whole")
    func mixed() throws {
        guard Workshop.has("pdftotext") else { return }
        let cards = (1...120).map { Workshop.card($0, [.price: "KES \($0)", .note: $0 % 3 == 0 ? "" : "some"]) }
        let words = try Workshop.text(of: Workshop.print(cards).pdf).split(whereSeparator: \.isNewline)
        for number in 1...120 {
            #expect(words.contains("KES \(number)"))
            #expect(words.contains { $0 == Workshop.code(number) })
        }
    }

    @Test(
        "A code that would not be printed letter by letter is refused",
        arguments: [
            "", " \n", "AB\u{E000}", "A\nB", "A\u{202E}B", "A\u{10FFFF}", String(repeating: "A", count: 301),
        ])
    func refusesCode(code: String) throws {
        let error = #expect(throws: DocumentError.self) { try Workshop.print([Workshop.card(1, [.code: code])]) }
        #expect(error?.kind == .content)
    }

    @Test("A code is never cut: one too long for the design is refused")
    func longCode() throws {
        let card = Workshop.card(1, [.code: "K7QF-M2XP-9TDW-ABCD-EFGH"])
        let error = #expect(throws: DocumentError.self) { try Workshop.print([card], preset: "labels-a4") }
        #expect(error?.kind == .content)
        #expect(try Workshop.print([card], preset: "large-a4").pages == 1)
    }

    @Test("A pictograph that no font has is left out of a text, and refused in a code")
    func emoji() throws {
        guard Workshop.has("pdftotext", "fc-list"), !Workshop.output(of: "fc-list :charset=1f9ff").contains(":") else {
            return
        }
        let text = try Workshop.text(
            of: Workshop.print([Workshop.card(1, [.package: "1 day \u{1F9FF} unlimited"])]).pdf)
        #expect(text.contains("1 day unlimited"))
        #expect(throws: DocumentError.self) { try Workshop.print([Workshop.card(1, [.code: "A\u{1F9FF}"])]) }
    }

    @Test("A card that cannot be printed is refused and leaves no trace")
    func refuses() throws {
        let design = try CardDesign(directory: Workshop.designs, name: "classic")
        let format = try Workshop.preset("classic-a4").format
        let buffer = ByteBuffer()
        let writer = try VoucherSheetWriter(
            design: design, format: format, brand: CardBrand(name: "K"), cards: 1, title: "", to: .buffer(buffer))
        #expect(throws: DocumentError.self) { try writer.add(Card(fields: [.code: " \n"])) }
        let error = #expect(throws: DocumentError.self) {
            try writer.add(Card(fields: [.code: "A"], qr: String(repeating: "x", count: 3_000)))
        }
        #expect(error?.kind == .qr)
        try writer.add(Workshop.card(7))
        #expect(throws: DocumentError.self) { try writer.add(Workshop.card(8)) }
        #expect(try writer.finish() == 1)
        guard Workshop.has("pdftotext") else { return }
        #expect(try Workshop.text(of: buffer.array).contains(Workshop.code(7)))
    }

    @Test("Fewer cards than announced is an error, since the feet would lie")
    func tooFew() throws {
        let design = try CardDesign(directory: Workshop.designs, name: "classic")
        let writer = try VoucherSheetWriter(
            design: design, format: SheetFormat(paper: .a4), brand: CardBrand(name: "K"), cards: 2, title: "",
            to: .chunks { _ in })
        try writer.add(Workshop.card(1))
        let error = #expect(throws: DocumentError.self) { try writer.finish() }
        #expect(error?.kind == .content)
    }

    @Test("Hostile texts still make a document that a reader opens", arguments: 1...12 as ClosedRange<UInt64>)
    func hostile(seed: UInt64) throws {
        guard Workshop.has("pdfinfo") else { return }
        var dice = Dice(seed: seed)
        let pieces = [
            "\u{0}", "\u{202E}", "\u{1F468}\u{200D}\u{1F469}", "العربية", "देवनागरी", "<b>&amp;", "\u{301}\u{301}",
            "\n\r\t", "\u{FFFD}",
            "x", " ", "{}", "\u{E000}", "🇰🇪", "\u{FEFF}", String(repeating: "W", count: 400),
            String(repeating: "a\u{301}", count: 90),
        ]
        let cards = (1...30).map { number in
            var fields: [CardField: String] = [:]
            for field in CardField.allCases where field != .code && Bool.random(using: &dice) {
                fields[field] = (0..<Int.random(in: 0...8, using: &dice))
                    .map { _ in pieces.randomElement(using: &dice) ?? "" }.joined()
            }
            return Workshop.card(number, fields)
        }
        let (_, pdf) = try Workshop.print(cards, preset: Self.presets[Int(seed) % Self.presets.count])
        try Workshop.inFolder { folder in
            try Workshop.save(pdf, to: "\(folder)/a.pdf")
            #expect(Workshop.output(of: "pdfinfo \(folder)/a.pdf").contains("Pages:"))
            let text = Workshop.output(of: "pdftotext \(folder)/a.pdf -")
            #expect(!text.contains("\u{202E}"))
            #expect(text.contains(Workshop.code(1)))
        }
    }

    @Test("Several threads print at once, each the same as alone")
    func threads() async throws {
        let cards = (1...80).map { Workshop.card($0, [.package: "باقة \($0 % 3) देव"]) }
        func print(_ preset: String) throws -> [UInt8] {
            Self.withoutDate(try Workshop.print(cards, preset: preset).pdf)
        }
        let alone = try Self.presets.map { try print($0) }
        let together = try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            for _ in 0..<3 {
                for (index, preset) in Self.presets.enumerated() { group.addTask { (index, try print(preset)) } }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(together.count == 3 * Self.presets.count)
        for (index, pdf) in together { #expect(pdf == alone[index], "\(Self.presets[index]) differs") }
    }

    /// The bytes up to the information dictionary, which holds the time.
    private static func withoutDate(_ pdf: [UInt8]) -> [UInt8] {
        let mark = Array("/CreationDate".utf8)
        let start = pdf.indices.last { pdf[$0] == mark[0] && pdf[$0...].starts(with: mark) } ?? pdf.endIndex
        return Array(pdf[..<start])
    }
}
