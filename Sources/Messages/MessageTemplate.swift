package import Locales
package import Values

/// What messages are about; each has its words in every language, and a tenant may have its own.
package enum MessageTemplate: String, Hashable, Sendable, CaseIterable {
    /// A package was paid and has begun.
    case paid
    /// The same where the provider has not told its receipt yet.
    case paidUnnumbered = "paid-unnumbered"
    /// Too little came; what is missing.
    case paidShort = "paid-short"
    /// It came when the package could no longer be bought.
    case paidLate = "paid-late"
    /// Money that lies in the wallet now.
    case paidWallet = "paid-wallet"
    /// Money was taken out of the wallet for a package.
    case spent
    /// The fair share of a period is used, where that is only told.
    case fairUse = "fair-use"
    /// Digits that show that whoever asks for a free trial has the number.
    case trialCode = "trial-code"

    /// Where its words are in `locales/`.
    package var key: String { "message.\(rawValue)" }

    /// What stands in the place of holes where nothing real is at hand.
    package static let samples: [String: Fact] = [
        "provider": .text("Kilimani Net"), "package": .text("1 hour"), "receipt": .text("UJ62T8IYOU"),
        "number": .text("K7M2P9X4"), "amount": .money(Money(minorUnits: 5_000, in: .kes)),
        "price": .money(Money(minorUnits: 8_000, in: .kes)), "missing": .money(Money(minorUnits: 3_000, in: .kes)),
        "left": .money(Money(minorUnits: 1_000, in: .kes)),
        "link": .text("http://10.5.50.1"), "code": .text("482913"), "volume": .volume(DataVolume(bytes: 5_000_000_000)),
    ]
}

/// Words of a tenant's own, with holes such as `{amount}`.
package struct MessagePattern: Hashable, Sendable {
    private enum Piece: Hashable, Sendable {
        case words(String)
        case hole(String)
    }

    package let text: String
    private let pieces: [Piece]

    /// The longest text: about six segments.
    package static let longest = 900

    /// Reads a text; every hole in it must be known.
    package init(_ text: String, holes: [String]) throws(MessageRefusal) {
        let trimmed: String
        do throws(CleanText.Flaw) {
            trimmed = try CleanText.line(text, maximum: Self.longest)
        } catch {
            throw .templateUnfit
        }
        var (pieces, rest) = ([Piece](), trimmed[...])
        while !rest.isEmpty {
            let words = rest.prefix { $0 != "{" && $0 != "}" }
            if !words.isEmpty { pieces.append(.words(String(words))) }
            rest = rest[words.endIndex...]
            guard rest.first == "{" else {
                guard rest.isEmpty else { throw .templateBroken }
                break
            }
            let name = String(rest.dropFirst().prefix { $0 != "}" })
            rest = rest.dropFirst(name.count + 1)
            guard rest.popFirst() == "}" else { throw .templateBroken }
            guard holes.contains(name) else { throw .holeUnknown(name, known: holes) }
            pieces.append(.hole(name))
        }
        (self.text, self.pieces) = (trimmed, pieces)
    }

    /// The text with its holes filled; what is not given stays empty.
    func filled(_ words: (String) -> String?) -> String {
        pieces.map { piece in
            switch piece {
            case .words(let text): text
            case .hole(let name): words(name) ?? ""
            }
        }.joined()
    }
}

/// Puts messages into words.
package struct MessageWords: Sendable {
    package let locales: Locales

    package init(_ locales: Locales) { self.locales = locales }

    /// The holes of a template, whoever's words it has.
    package func holes(of template: MessageTemplate) -> [String] { locales.arguments(template.key) }

    /// The language of a tag, or English.
    package func language(_ tag: String) -> Language { locales.language(tag) ?? .english }

    /// A template in a language, in a tenant's own words where there are any.
    ///
    /// Own words that no longer fit, since a hole went, give way to ours.
    package func text(
        _ template: MessageTemplate, _ facts: [String: Fact], own: String?, in language: Language
    ) -> String {
        if let own, let pattern = try? MessagePattern(own, holes: holes(of: template)) {
            return pattern.filled { name in facts[name].map { locales.words($0, language) } }
        }
        return locales.format(template.key, language, facts)
    }

    /// What e-mail has as its subject.
    package func subject(of provider: String, in language: Language) -> String {
        locales.format("message.subject", language, [("provider", .text(provider))])
    }
}
