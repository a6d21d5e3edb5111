import Locales
import Templates

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
        let early = try template.specialised(with: Samples.early(self.template, language)) { locales.plain($0, language) }
        return early.text(try values.in(language))
    }
}

extension TemplateValues {
    /// The values with every text that starts with `t:` replaced by that message, in lists too.
    func `in`(_ language: Language) throws -> TemplateValues {
        let locales = try Portal.locales.get()
        var translated = TemplateValues()
        for key in keys {
            switch self[key] {
            case .text(let text) where text.hasPrefix("t:"):
                translated[key] = .text(locales.plain(String(text.dropFirst(2)), language) ?? text)
            case .list(let items): translated[key] = .list(try items.map { try $0.in(language) })
            case let value: translated[key] = value
            }
        }
        return translated
    }
}
