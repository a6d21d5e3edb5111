/// A place on a card that a value goes to; the raw value is what a design writes in `data-field`.
package enum CardField: String, CaseIterable, Hashable, Sendable {
    /// What the customer types; the one field each design must have.
    case code
    /// The name of what was bought.
    case `package`
    /// With its currency, ready to print.
    case price
    /// Until when the voucher can be used.
    case validity
    /// How long access lasts once used.
    case duration
    /// The data volume.
    case data
    case speed
    /// How many devices may share it.
    case devices
    case brand
    case site
    case serial
    case note
    /// Where the code is typed.
    case url

    /// The place in the list above; hashing it is much cheaper than hashing the name.
    var ordinal: UInt32 {
        switch self {
        case .code: 0
        case .package: 1
        case .price: 2
        case .validity: 3
        case .duration: 4
        case .data: 5
        case .speed: 6
        case .devices: 7
        case .brand: 8
        case .site: 9
        case .serial: 10
        case .note: 11
        case .url: 12
        }
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(ordinal) }

    /// Whether the value is the same on many cards of a batch, so that it can be drawn once for all of them.
    var repeats: Bool {
        switch self {
        case .code, .serial: false
        default: true
        }
    }
}

/// What is printed on one card.
package struct Card: Hashable, Sendable {
    /// Texts ready to print, in the customer's language; a missing or empty one hides what the design ties to it.
    package var fields: [CardField: String]
    /// What the QR code says, at best the address that redeems the voucher; empty for no QR code.
    package var qr: String {
        didSet { matrix = nil }
    }
    /// The symbol of `qr` where it was made beforehand.
    private(set) var matrix: QRMatrix?

    /// Takes texts as they are; what cannot be printed is refused when the card is added.
    package init(fields: [CardField: String], qr: String = "") {
        self.fields = fields
        self.qr = qr
    }

    /// The same with its symbol made: it takes as long as drawing, and any thread may do it.
    ///
    /// A text that is too long is refused where the card is added, if its design has a symbol at all.
    package var prepared: Card {
        var card = self
        card.matrix = try? QRCode.modules(qr)
        return card
    }
}

/// How a tenant looks on paper.
package struct CardBrand: Hashable, Sendable {
    /// Fills the field `brand` of each card that does not bring its own.
    package let name: String
    /// What a design's `var(--brand)` becomes.
    package let colour: CardColour
    /// A PNG image or an SVG drawing, or nil.
    package let logo: [UInt8]?

    /// Takes the logo as it is; it is checked when a document starts.
    package init(name: String, colour: CardColour = .black, logo: [UInt8]? = nil) {
        self.name = name
        self.colour = colour
        self.logo = logo
    }
}

/// A colour of 8 bits a channel.
package struct CardColour: Hashable, Sendable {
    /// 0 to 255, sRGB; the same for the others.
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    package static let black = CardColour(red: 0, green: 0, blue: 0)
    package static let white = CardColour(red: 255, green: 255, blue: 255)

    package init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// Reads `#rrggbb` or `#rgb`.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.first == UInt8(ascii: "#"), let value = UInt32(text.dropFirst(), radix: 16),
            text.utf8.dropFirst().allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") })
        else { return nil }
        switch text.utf8.count {
        case 7:
            self.init(red: UInt8(value >> 16), green: UInt8(value >> 8 & 0xFF), blue: UInt8(value & 0xFF))
        case 4:
            self.init(red: UInt8(value >> 8) * 17, green: UInt8(value >> 4 & 0xF) * 17, blue: UInt8(value & 0xF) * 17)
        default: return nil
        }
    }

    /// `#rrggbb`.
    package var text: String {
        let value = UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
        return "#" + String(0x100_0000 + value, radix: 16).dropFirst()
    }

    /// This colour moved towards `other` by `percent` of the way.
    func mixed(_ percent: Int, with other: CardColour) -> CardColour {
        func mix(_ from: UInt8, _ to: UInt8) -> UInt8 { UInt8((Int(from) * (100 - percent) + Int(to) * percent) / 100) }
        return CardColour(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
    }

    /// Black or white, whichever reads better on this colour.
    ///
    /// Source: WCAG 2.2, relative luminance and contrast ratio, with the curve approximated by a square.
    var ink: CardColour {
        luminance > 30 ? .black : .white
    }

    /// This colour, darkened until text in it reads well on white: a contrast of 4.5 or more.
    var readableOnWhite: CardColour {
        var colour = self
        while colour.luminance > 18 { colour = colour.mixed(8, with: .black) }
        return colour
    }

    /// 0 to 100.
    private var luminance: Int {
        func linear(_ channel: UInt8) -> Int { Int(channel) * Int(channel) }
        return (linear(red) * 213 + linear(green) * 715 + linear(blue) * 72) / 650_250
    }
}
