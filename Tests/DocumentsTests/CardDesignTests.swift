import Testing

@testable import Documents

@Suite struct CardDesignTests {
    static let place: String = #"<text data-field="code" x="2" y="9" font-size="3">X</text>"#

    static func svg(_ inside: String, root: String = #"width="50mm" height="28mm" viewBox="0 0 50 28""#) -> [UInt8] {
        Array(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \(root)>\n\(inside)</svg>"
                .utf8)
    }

    static let mistakes: [(inside: String, line: Int?, words: String)] = [
        ("<rect/>", nil, "no place for the code"),
        (place + "<text data-field=\"cod\" font-size=\"3\"/>", 2, "knows no “cod”"),
        (place + "\n<text data-field=\"price\" x=\"1\" y=\"2\"/>", 3, "font-size"),
        (place + "<text data-field=\"price\" font-size=\"3mm\"/>", 2, "plain number"),
        (place + "<text data-field=\"price\" font-size=\"nan\"/>", 2, "plain number"),
        (place + "<text data-field=\"price\" font-size=\"3\" fill=\"teal\"/>", 2, "fill must be"),
        (place + "<text data-field=\"price\" class=\"big\" font-size=\"3\"/>", 2, "class"),
        (place + "<rect data-field=\"price\"/>", 2, "must be a <text>"),
        (place + "<text data-field=\"qr\" font-size=\"3\"/>", 2, "must be a <rect>"),
        (place + "<rect data-field=\"qr\" width=\"0\" height=\"9\"/>", 2, "width and a height"),
        (place + "<rect data-field=\"qr\" width=\"9\" height=\"9\" data-quiet=\"9\"/>", 2, "0 to 8"),
        (place + "<defs><text data-field=\"price\" font-size=\"3\"/></defs>", 2, "may not stand inside"),
        (place + "<g transform=\"skewX(3)\"><text data-field=\"price\" font-size=\"3\"/></g>", 2, "transform"),
        (place + "<g data-when=\"nothing\"/>", 2, "knows no “nothing”"),
        (place + "<image href=\"file:///etc/passwd\"/>", 2, "out of the file"),
        (place + "<image xlink:href=\"http://example.com/a.png\"/>", 2, "out of the file"),
        (place + "<image href=\"data:image/svg+xml;base64,AAAA\"/>", 2, "out of the file"),
        (place + "<use href=\"other.svg#a\"/>", 2, "out of the file"),
        (place + "<rect fill=\"url(http://example.com/a)\"/>", 2, "url("),
        (place + "<rect style=\"fill: URL( 'a.svg#b' )\"/>", 2, "url("),
        (place + "<style>@import 'a.css';</style>", 2, "import"),
        (place + "<style>rect { fill: u\\72l(a) }</style>", 2, "escape"),
        (place + "<script>alert(1)</script>", 2, "not allowed"),
        (place + "<foreignObject/>", 2, "not allowed"),
        (place + "<filter id=\"f\"/>", 2, "not allowed"),
        (place + "<rect onclick=\"alert(1)\"/>", 2, "scripts"),
        (place + "<g id=\"a\"><use href=\"#b\"/></g><use href=\"#a\"/>", 2, "contains a <use>"),
        (place + "<rect>", 2, "not XML"),
        (place + "&nothing;", 2, "not XML"),
        (place + String(repeating: "<g>", count: 300) + String(repeating: "</g>", count: 300), 2, "not XML"),
        (place + String(repeating: "<rect/>", count: 5_001), nil, "more than 5000 elements"),
    ]

    @Test("A mistake in a design is named with its place", arguments: mistakes)
    func refuses(inside: String, line: Int?, words: String) {
        let error = #expect(throws: DocumentError.self) { try CardDesign(name: "x", svg: Self.svg(inside)) }
        #expect(error?.kind == .design)
        #expect(error?.line == line)
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test(
        "The root says the size",
        arguments: [
            "", #"width="50mm" height="28mm""#, #"width="50" height="28mm" viewBox="0 0 50 28""#,
            #"width="5mm" height="28mm" viewBox="0 0 5 28""#, #"width="50mm" height="28mm" viewBox="0 0 50""#,
            #"width="50mm" height="28mm" viewBox="0 0 nan 28""#, #"width="50mm" height="28mm" viewBox="0 0 28 50""#,
        ])
    func refusesRoot(root: String) {
        #expect(throws: DocumentError.self) { try CardDesign(name: "x", svg: Self.svg(Self.place, root: root)) }
    }

    static let documents: [String] = [
        "", "not xml", "<html/>", "<svg/>", "\u{0}",
        "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><svg xmlns=\"http://www.w3.org/2000/svg\">&x;</svg>",
        "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\"><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;\">]><x>&c;</x>",
        String(repeating: "x", count: 1 << 21),
    ]

    @Test("What is no drawing is refused", arguments: documents)
    func refusesDocument(text: String) {
        let error = #expect(throws: DocumentError.self) { try CardDesign(name: "x", svg: Array(text.utf8)) }
        #expect(error?.kind == .design)
    }

    @Test("A missing file is named")
    func missing() {
        let error = #expect(throws: DocumentError.self) { try CardDesign(directory: "/nowhere", name: "classic") }
        #expect(error?.description == "/nowhere/classic.svg: cannot be read: No such file or directory")
    }

    @Test("A name cannot lead out of the folder", arguments: ["../classic", "", "a/b", "A", "a.b"])
    func names(name: String) {
        #expect(throws: DocumentError.self) { try CardDesign(directory: Workshop.designs, name: name) }
    }

    @Test("Position and style come from editors' habits too")
    func editors() throws {
        let design = try CardDesign(
            name: "x",
            svg: Self.svg(
                """
                <g transform="translate(10 5) scale(2)" style="font-family: 'DejaVu Sans'; text-anchor:middle"
                   xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" inkscape:label="Layer">
                <text data-field="code" style="font-size:3px;font-weight:bold"><tspan x="2" y="4" style="fill:#ff0000">X</tspan></text>
                </g>
                """))
        let slot = try #require(design.texts.first)
        #expect(slot.style.family == "DejaVu Sans")
        #expect(slot.style.anchor == .middle)
        #expect(slot.style.weight == 700)
        #expect(slot.style.fill == "#ff0000")
        let (x, y) = slot.transform(slot.x, slot.y)
        #expect(x == 14)
        #expect(y == 13)
    }

    @Test("The art that librsvg sees has no places, comments or foreign elements")
    func art() throws {
        let design = try CardDesign(
            name: "x",
            svg: Self.svg(
                "<!-- c -->\(Self.place)<?pi x?><rect width=\"1\" fill=\"&lt;&quot;\"/><i xmlns=\"urn:x\"/><text>a &amp; b</text>"
            ))
        let text = String(decoding: design.art.document, as: UTF8.self)
        #expect(text.contains(#"<rect width="1" fill="&lt;&quot;"></rect>"#))
        #expect(text.contains("<text>a &amp; b</text>"))
        #expect(
            !text.contains("data-field") && !text.contains("<!--") && !text.contains("<?pi") && !text.contains("<i"))
        #expect(try XMLReader.svg(design.art.document, kind: .design).document == design.art.document)
    }

    static let transforms: [(text: String, x: Double, y: Double)] = [
        ("translate(3)", 4, 2), ("translate(3,4)", 4, 6), ("scale(2)", 2, 4), ("scale(2 3)", 2, 6),
        ("rotate(90)", -2, 1), ("rotate(90 1 2)", 1, 2), ("matrix(1 0 0 1 5 6)", 6, 8),
        ("translate(10, 0) scale(2)", 12, 4), ("scale(2), translate(10 0)", 22, 4),
    ]

    @Test("Transforms are applied as SVG says", arguments: transforms)
    func transformed(text: String, x: Double, y: Double) throws {
        let transform = try #require(PlaneTransform(svg: text))
        let point = transform(1, 2)
        #expect(abs(point.x - x) < 1e-9 && abs(point.y - y) < 1e-9)
    }

    @Test(
        "Unreadable transforms are refused",
        arguments: ["scale(0)", "rotate(1 2)", "skewX(1)", "scale(inf)", "x", "scale 2", "scale(a)"])
    func badTransforms(text: String) { #expect(PlaneTransform(svg: text) == nil) }

    static let colours: [(token: String, brand: String, colour: String)] = [
        ("var(--brand)", "#0b6e4f", "#0b6e4f"), ("var(--brand, #123456)", "#0b6e4f", "#0b6e4f"),
        ("var( --brand-ink )", "#0b6e4f", "#ffffff"), ("var(--brand-ink)", "#ffd400", "#000000"),
        ("var(--brand-text)", "#0b6e4f", "#0b6e4f"), ("fill: var(--brand); x", "#fff", "fill: #ffffff; x"),
        ("var(--other, red)", "#fff", "var(--other, red)"), ("var(--brand", "#fff", "var(--brand"),
    ]

    @Test("Tokens become the brand's colours", arguments: colours)
    func tokens(token: String, brand: String, colour: String) throws {
        let brand = try #require(CardColour(brand))
        #expect(BrandToken.replaced(in: token, by: brand) == colour)
    }

    @Test("Colours are written with a hash", arguments: ["", "#", "0b6e4f", "#0b6e4", "#+b6e4f", "#gggggg", "red"])
    func badColours(text: String) { #expect(CardColour(text) == nil) }
}
