import Files
package import Values

/// The words of every language, compiled: one catalogue a file, `locales/<tag>.json`.
///
/// Patterns are ICU MessageFormat (https://unicode-org.github.io/icu/userguide/format_parse/messages/). Safe to share
/// between threads.
package struct Locales: Sendable {
    /// Everything that is wrong with the catalogues, in one list.
    package struct Mistakes: Error, CustomStringConvertible {
        package let mistakes: [LocaleMistake]
        package var description: String { mistakes.map(\.description).joined(separator: "\n") }
    }

    /// The languages there are, English first, the others by tag.
    package let languages: [LanguageInfo]
    let catalogues: [Language: Catalogue]
    let english: Catalogue

    /// Reads every catalogue of the directory; English must be among them.
    ///
    /// - Throws: `Mistakes`: patterns that ICU refuses, keys that are missing or unknown against English, arguments that
    ///   English does not have.
    package init(directory: String) throws(Mistakes) {
        var mistakes: [LocaleMistake] = []
        var catalogues: [Language: Catalogue] = [:]
        let names = (try? Files.names(in: directory)) ?? []
        for name in names where name.hasSuffix(".json") {
            guard let language = Language(name.dropLast(5)) else { continue }
            catalogues[language] = Catalogue(language: language, path: directory + "/" + name, mistakes: &mistakes)
        }
        guard let english = catalogues[.english] else {
            mistakes.append(LocaleMistake(file: "en.json", key: "", advice: "English is missing from \(directory)"))
            throw Mistakes(mistakes: mistakes)
        }
        for (language, catalogue) in catalogues where language != .english {
            mistakes += Self.differences(of: catalogue, from: english)
        }
        guard mistakes.isEmpty else {
            throw Mistakes(mistakes: mistakes.sorted { ($0.file, $0.key) < ($1.file, $1.key) })
        }
        self.english = english
        self.catalogues = catalogues
        languages = catalogues.values.map(\.info).sorted {
            ($0.language == .english ? 0 : 1, $0.language.tag) < ($1.language == .english ? 0 : 1, $1.language.tag)
        }
    }

    private static func differences(of catalogue: Catalogue, from english: Catalogue) -> [LocaleMistake] {
        let file = catalogue.info.language.tag + ".json"
        var mistakes: [LocaleMistake] = []
        for key in english.messages.keys where catalogue.messages[key] == nil {
            mistakes.append(LocaleMistake(file: file, key: key, advice: "Missing: translate the text of en.json"))
        }
        for (key, message) in catalogue.messages {
            guard let original = english.messages[key] else {
                mistakes.append(
                    LocaleMistake(file: file, key: key, advice: "Not in en.json: remove it, or add it there"))
                continue
            }
            for name in message.arguments.keys.sorted() where original.arguments[name] == nil {
                let known = original.arguments.keys.sorted().joined(separator: ", ")
                mistakes.append(LocaleMistake(file: file, key: key, advice: "Unknown {\(name)}; English has: \(known)"))
            }
        }
        return mistakes
    }

    /// What is known about a language, English for one without a catalogue.
    package func info(_ language: Language) -> LanguageInfo { catalogue(language).info }

    /// The language of a tag, where there is a catalogue for it.
    package func language(_ tag: some StringProtocol) -> Language? {
        Language(tag).flatMap { catalogues[$0] == nil ? nil : $0 }
    }

    /// The keys of all messages, sorted.
    package var keys: [String] { english.messages.keys.sorted() }

    /// The arguments of a message, sorted.
    package func arguments(_ key: String) -> [String] { english.messages[key]?.arguments.keys.sorted() ?? [] }

    /// A message without arguments; nil for an unknown key and for a message that needs values.
    package func plain(_ key: String, _ language: Language) -> String? { catalogue(language).messages[key]?.plain }

    /// A message with its values; an unknown key stands for itself, and a missing value stays in braces.
    ///
    /// An instant under a plain argument is written as day and time, under `{x, date, …}` or `{x, time, …}` as the
    /// pattern says; both in `zone`.
    package func format(
        _ key: String, _ language: Language, _ facts: [(String, Fact)], zone: TimeZoneID = .utc
    ) -> String {
        let catalogue = catalogue(language)
        guard let message = catalogue.messages[key] else { return key }
        if let plain = message.plain { return plain }
        let values = facts.map { name, fact in
            (name: name, value: argument(fact, under: message.arguments[name], catalogue, zone))
        }
        return message.format(values) ?? key
    }

    /// A message with the facts of a refusal.
    package func format(
        _ key: String, _ language: Language, _ facts: [String: Fact], zone: TimeZoneID = .utc
    ) -> String {
        format(key, language, facts.map { ($0.key, $0.value) }, zone: zone)
    }

    /// What a person is told about a refusal: what happened, and what to do about it.
    package func problem(
        _ refusal: any Refusal, _ language: Language, zone: TimeZoneID = .utc
    ) -> (title: String, advice: String) {
        let key = "problem." + refusal.code
        return (
            format(key, language, refusal.facts, zone: zone),
            format(key + ".advice", language, refusal.facts, zone: zone)
        )
    }

    func catalogue(_ language: Language) -> Catalogue { catalogues[language] ?? english }

    private func argument(
        _ fact: Fact, under type: String?, _ catalogue: Catalogue, _ zone: TimeZoneID
    ) -> Message.Argument {
        switch fact {
        case .number(let number): .number(number)
        case .instant(let instant) where type == "date" || type == "time": .wallTime(zone.wallTime(of: instant))
        default: .text(catalogue.words(fact, zone))
        }
    }
}
