import Locales
import Templates
import Values

/// The repository's own pages and words.
enum Portal {
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
    static let library = Result { try TemplateLibrary(directory: root + "/portal") }
    static let locales = Result { try Locales(directory: root + "/locales") }
}

/// One page with values as a handler would give them.
struct Sample: Sendable {
    let template: String
    /// What is special about these values.
    let variant: String
    let values: TemplateValues

    init(_ template: String, _ variant: String = "", _ values: TemplateValues) {
        self.template = template
        self.variant = variant
        self.values = values
    }

    /// The page in a language, folded in two steps as the server does it.
    func page(_ language: Language) throws -> String {
        let (library, locales) = (try Portal.library.get(), try Portal.locales.get())
        guard let template = library[template] else { return "" }
        let early = try template.specialised(with: Samples.early(self.template, language)) {
            locales.plain($0, language)
        }
        return early.text(try values.in(language))
    }
}

extension TemplateValues {
    /// The values with every text that stands for words replaced by them, in lists too.
    func `in`(_ language: Language) throws -> TemplateValues {
        let locales = try Portal.locales.get()
        var translated = TemplateValues()
        for key in keys {
            switch self[key] {
            case .text(let text): translated[key] = .text(Self.words(text, locales, language))
            case .list(let items): translated[key] = .list(try items.map { try $0.in(language) })
            case let value: translated[key] = value
            }
        }
        return translated
    }

    /// `t:key name=5` is a message with numbers; `span:`, `bytes:`, `cents:` and `at:` are facts; all else stays.
    private static func words(_ text: String, _ locales: Locales, _ language: Language) -> String {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return text }
        if parts[0] == "t" {
            let words = parts[1].split(separator: " ")
            let facts = words.dropFirst().map { $0.split(separator: "=") }
            return locales.format(
                String(words[0]), language, facts.map { (String($0[0]), Fact.number(Int64($0[1]) ?? 0)) })
        }
        guard let number = Int64(parts[1]) else { return text }
        let zone = TimeZoneID(validating: "Africa/Nairobi") ?? .utc
        switch parts[0] {
        case "span": return locales.words(.span(.seconds(number)), language)
        case "bytes": return locales.words(.volume(DataVolume(bytes: number)), language)
        case "cents": return locales.words(.money(Money(minorUnits: number, in: .kes)), language)
        case "at": return locales.words(.instant(Instant(milliseconds: number * 1_000)), language, zone: zone)
        default: return text
        }
    }
}
