/// A place of a design that is filled in: where it is and how it looks, in the units of the view box.
struct TextSlot: Hashable, Sendable {
    enum Source: Hashable, Sendable {
        /// The values that are there, joined; at least one name.
        case fields([CardField], joint: String)
        /// A fixed text of the design, which a batch may replace by a translation.
        case label
    }

    let source: Source
    /// The text with `{}` where the value goes; for a label its own words.
    let pattern: String
    /// The name under which a batch may replace the pattern.
    let label: String?
    let style: TextStyle
    let fit: TextStyle.Fit
    /// Where the baseline starts, ends or has its middle, after `transform`'s inverse.
    let x: Double
    let y: Double
    /// The room there is for a line.
    let width: Double
    let transform: PlaneTransform
    let condition: CardCondition

    /// The fields whose values are shown here.
    var fields: [CardField] { if case .fields(let fields, _) = source { fields } else { [] } }

    /// Whether the text is the same on many cards, so that it can be drawn once for all of them.
    var repeats: Bool { fields.allSatisfy(\.repeats) }
}

/// A rectangle of a design that a picture goes into.
struct PictureSlot: Hashable, Sendable {
    let x: Double
    let y: Double
    let width: Double
    let height: Double
    let transform: PlaneTransform
    /// Squares of white around a QR code inside the rectangle, 0 to 8.
    let quietZone: Int
    let condition: CardCondition
}

/// What must be there and what must be missing for an element to be shown: `data-when`, `data-unless`.
struct CardCondition: Hashable, Sendable {
    var present: CardContents = []
    var absent: CardContents = []

    func holds(for contents: CardContents) -> Bool {
        contents.isSuperset(of: present) && contents.isDisjoint(with: absent)
    }

    /// This condition and that of an element inside.
    func inherited(by element: XMLElement) throws(DocumentError) -> Self {
        Self(
            present: present.union(try CardContents(named: "data-when", at: element)),
            absent: absent.union(try CardContents(named: "data-unless", at: element)))
    }
}

/// Which parts a card has.
struct CardContents: OptionSet, Hashable, Sendable {
    let rawValue: UInt32

    static let qr = CardContents(rawValue: 1 << 30)
    static let logo = CardContents(rawValue: 1 << 31)

    init(rawValue: UInt32) { self.rawValue = rawValue }

    init(_ field: CardField) { rawValue = 1 << field.ordinal }

    /// Reads field names separated by spaces.
    init(named attribute: String, at element: XMLElement) throws(DocumentError) {
        self = []
        for name in (element[attribute] ?? "").split(whereSeparator: \.isWhitespace) {
            switch name {
            case "qr": insert(.qr)
            case "logo": insert(.logo)
            default: insert(Self(try CardField(String(name), in: attribute, at: element)))
            }
        }
    }
}

extension CardField {
    /// Reads a field's name in a design.
    init(_ name: String, in attribute: String, at element: XMLElement) throws(DocumentError) {
        guard let field = CardField(rawValue: name) else {
            let known = (CardField.allCases.map(\.rawValue) + ["qr", "logo"]).joined(separator: ", ")
            throw element.mistake("\(attribute) knows no “\(name.prefix(30))”; use one of \(known)")
        }
        self = field
    }
}
