import Documents
import Testing
import Values

@Suite struct LogoTests {
    /// One red pixel.
    static let png: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
        2, 0, 0, 0,
        0x90, 0x77, 0x53, 0xDE, 0, 0, 0, 12, 0x49, 0x44, 0x41, 0x54, 0x08, 0xD7, 0x63, 0xF8, 0xCF, 0xC0, 0, 0, 3, 1, 1,
        0, 0x18, 0xDD,
        0x8D, 0xB0, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ]

    static func colours(_ logo: [UInt8]) throws -> String {
        let brand = CardBrand(name: "K", colour: .white, logo: logo)
        let (_, pdf) = try Workshop.print([Workshop.card(1)], preset: "large-a4", brand: brand)
        return try Workshop.inFolder { folder in
            try Workshop.save(pdf, to: "\(folder)/a.pdf")
            return Workshop.output(
                of:
                    "cd \(folder) && pdftoppm -r 72 -singlefile a.pdf a && tail -c +16 a.ppm | od -An -v -tu1 -w3 | sort -u"
            )
        }
    }

    @Test("A PNG logo is drawn")
    func drawsPNG() throws {
        guard Workshop.has("pdftoppm") else { return }
        #expect(try Self.colours(Self.png).contains("255   0   0"))
    }

    @Test("An SVG logo is drawn")
    func drawsSVG() throws {
        guard Workshop.has("pdftoppm") else { return }
        let logo =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 2 1\"><rect width=\"2\" height=\"1\" fill=\"#0000ff\"/></svg>"
        #expect(try Self.colours(Array(logo.utf8)).contains("  0   0 255"))
    }

    static let bad: [[UInt8]] = [
        [], Array("hello".utf8), Array(png.prefix(20)), Array(png.prefix(50)),
        Array(png[..<16]) + [0, 1, 0, 0, 0, 1, 0, 0] + Array(png[24...]), [UInt8](repeating: 32, count: 1 << 21),
        Array("<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"file:///etc/passwd\"/></svg>".utf8),
        Array("<!DOCTYPE svg><svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8),
        Array("<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>".utf8),
    ]

    @Test("A bad logo is refused before the first card", arguments: bad.indices)
    func refuses(index: Int) throws {
        let design = try CardDesign(directory: Workshop.designs, name: "classic")
        let brand = CardBrand(name: "K", logo: Self.bad[index])
        let error = #expect(throws: DocumentError.self) {
            try VoucherSheetWriter(
                design: design, format: SheetFormat(paper: .a4), brand: brand, cards: 1, title: "", to: .chunks { _ in }
            )
        }
        #expect(error?.kind == .logo)
    }

    @Test("A design without a place for the logo does without", arguments: ["labels-a4"])
    func noPlace(preset: String) throws {
        #expect(
            try Workshop.print([Workshop.card(1)], preset: preset, brand: CardBrand(name: "K", logo: Self.png)).pages
                == 1)
    }
}
