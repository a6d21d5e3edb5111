/// A voucher card's drawing, read and checked: fixed art and the places that values go to.
///
/// A design is an SVG file. Elements with `data-field` are places: `<text>` for values, `<rect>` for `qr` and `logo`.
/// `vouchers/README.md` describes the attributes.
package struct CardDesign: Hashable, Sendable {
    /// The file's name without `.svg`.
    package let name: String
    /// The size of the card in millimetres, as the root element says.
    package let widthMillimetres: Double
    package let heightMillimetres: Double
    /// The values the design has a place for.
    package let fields: Set<CardField>
    /// Whether there is a place for a QR code.
    package var hasQR: Bool { qr != nil }
    /// Whether there is a place for the tenant's logo.
    package var hasLogo: Bool { logo != nil }

    /// The drawing without its places.
    let art: XMLElement
    let viewBox: ViewBox
    let texts: [TextSlot]
    let qr: PictureSlot?
    let logo: PictureSlot?

    struct ViewBox: Hashable, Sendable {
        let x: Double
        let y: Double
        let width: Double
        let height: Double
    }

    /// Reads `<directory>/<name>.svg`.
    ///
    /// - Throws: `.design` with file, line and element, and what to do.
    package init(directory: String, name: String) throws(DocumentError) {
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte) else {
            throw DocumentError(.design, "“\(name.prefix(40))” is no name of a design; use a-z, 0-9 and hyphens")
        }
        let path = "\(directory)/\(name).svg"
        do throws(DocumentError) {
            try self.init(name: name, svg: FileBytes.read(path, kind: .design, maximum: 1 << 20))
        } catch {
            throw error.inFile(path)
        }
    }

    /// Reads a design from the bytes of an SVG file.
    package init(name: String, svg: [UInt8]) throws(DocumentError) {
        let root = try XMLReader.svg(svg, kind: .design)
        try DrawingGuard.check(root, kind: .design)
        self.name = name
        widthMillimetres = try Self.millimetres("width", of: root)
        heightMillimetres = try Self.millimetres("height", of: root)
        viewBox = try Self.viewBox(of: root)
        guard abs(viewBox.width * heightMillimetres / (viewBox.height * widthMillimetres) - 1) < 0.01 else {
            throw root.mistake("width and height must have the same proportions as the viewBox")
        }
        let places = try CardPlaces(of: root, viewBox: viewBox)
        texts = places.texts
        qr = places.qr
        logo = places.logo
        fields = Set(places.texts.flatMap(\.fields))
        guard fields.contains(.code) else {
            throw DocumentError(.design, #"there is no place for the code; add <text data-field="code" …>"#)
        }
        art =
            root.rewritten(keep: { $0["data-field"] == nil && $0["data-label"] == nil && $0.name != "metadata" }) { $0 }
            ?? root
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
    }

    private static func millimetres(_ name: String, of root: XMLElement) throws(DocumentError) -> Double {
        let text = root[name] ?? ""
        guard text.hasSuffix("mm"), let value = Double(text.dropLast(2)), (10...420).contains(value) else {
            throw root.mistake(#"the card's \#(name) must be given in millimetres, 10 to 420: \#(name)="50mm""#)
        }
        return value
    }

    private static func viewBox(of root: XMLElement) throws(DocumentError) -> ViewBox {
        let numbers = (root["viewBox"] ?? "").split { $0 == "," || $0.isWhitespace }.compactMap { Double($0) }
        guard numbers.count == 4, numbers.allSatisfy({ $0.isFinite && $0.magnitude < 1e6 }), numbers[2] > 0,
            numbers[3] > 0
        else { throw root.mistake(#"the root needs a viewBox of four numbers: viewBox="0 0 50 28""#) }
        return ViewBox(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    }
}
