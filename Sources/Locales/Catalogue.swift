import FoundationEssentials

/// One language: its description and its compiled messages.
struct Catalogue: Sendable {
    let info: LanguageInfo
    let formatters: Formatters
    let messages: [String: Message]
    /// The messages without arguments, as they are read.
    let plain: [String: String]

    /// The file of a catalogue as it is written: flat keys, and `_meta`.
    private struct File: Decodable {
        struct Meta: Decodable {
            let name: String
            let nativeName: String
            let direction: String
            let locale: String
            let note: String
        }

        enum Entry: Decodable {
            case pattern(String)
            case meta(Meta)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let pattern = try? container.decode(String.self) {
                    self = .pattern(pattern)
                } else {
                    self = .meta(try container.decode(Meta.self))
                }
            }
        }
    }

    /// Reads and compiles a catalogue; every mistake lands in `mistakes`, and nil is returned where nothing is left.
    init?(language: Language, path: String, mistakes: inout [LocaleMistake]) {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let entries: [String: File.Entry]
        do {
            entries = try JSONDecoder().decode([String: File.Entry].self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            mistakes.append(LocaleMistake(file: file, key: "", advice: "Not a flat JSON object of texts: \(error)"))
            return nil
        }
        guard case .meta(let meta) = entries["_meta"], ["ltr", "rtl"].contains(meta.direction),
            let formatters = Formatters(locale: meta.locale)
        else {
            let advice = "Needs name, nativeName, direction (ltr or rtl), locale (such as en_KE) and note"
            mistakes.append(LocaleMistake(file: file, key: "_meta", advice: advice))
            return nil
        }
        info = LanguageInfo(
            language: language, name: meta.name, nativeName: meta.nativeName, direction: meta.direction,
            locale: meta.locale, note: meta.note)
        self.formatters = formatters
        var messages: [String: Message] = [:]
        for case (let key, .pattern(let pattern)) in entries {
            do throws(PatternError) {
                messages[key] = try formatters.message(pattern)
            } catch {
                mistakes.append(LocaleMistake(file: file, key: key, advice: "Pattern refused: \(error.reason)"))
            }
        }
        self.messages = messages
        plain = messages.filter { $0.value.arguments.isEmpty }.compactMapValues { $0.format([]) }
    }
}

/// One mistake in a catalogue.
package struct LocaleMistake: Hashable, Sendable, CustomStringConvertible {
    /// The file's name, such as `sw.json`.
    package let file: String
    /// The message; empty where the whole file is meant.
    package let key: String
    /// What is wrong and what to do.
    package let advice: String

    package var description: String { "\(file): \(key.isEmpty ? "" : "\(key): ")\(advice)" }
}
