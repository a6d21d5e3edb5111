import Files
import JSON

/// One language: its description and its messages.
struct Catalogue: Sendable {
    let info: LanguageInfo
    let formatters: Formatters
    let messages: [String: Message]

    /// Reads and compiles a catalogue; every mistake lands in `mistakes`, and nil is returned where nothing is left.
    init?(language: Language, path: String, mistakes: inout [LocaleMistake]) {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let entries: JSONObject
        do {
            guard let object = try JSON(parsing: Files.bytes(of: path)).object,
                object.allSatisfy({ $0.key == "_meta" || $0.value.text != nil })
            else {
                mistakes.append(LocaleMistake(file: file, key: "", advice: "Not a flat JSON object of texts"))
                return nil
            }
            entries = object
        } catch {
            mistakes.append(LocaleMistake(file: file, key: "", advice: "Not a flat JSON object of texts: \(error)"))
            return nil
        }
        guard let meta = entries["_meta"], let name = meta["name"]?.text, let nativeName = meta["nativeName"]?.text,
            let direction = meta["direction"]?.text, ["ltr", "rtl"].contains(direction),
            let locale = meta["locale"]?.text, let note = meta["note"]?.text,
            let formatters = Formatters(locale: locale)
        else {
            let advice = "Needs name, nativeName, direction (ltr or rtl), locale (such as en_KE) and note"
            mistakes.append(LocaleMistake(file: file, key: "_meta", advice: advice))
            return nil
        }
        info = LanguageInfo(
            language: language, name: name, nativeName: nativeName, direction: direction, locale: locale, note: note)
        self.formatters = formatters
        var messages: [String: Message] = [:]
        for entry in entries {
            guard let pattern = entry.value.text else { continue }
            do throws(PatternError) {
                messages[entry.key] = try Message(pattern, formatters)
            } catch {
                mistakes.append(LocaleMistake(file: file, key: entry.key, advice: "Pattern refused: \(error.reason)"))
            }
        }
        self.messages = messages
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
