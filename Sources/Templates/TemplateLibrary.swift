import Files

/// Every page below one directory, compiled.
///
/// Templates are the `.html` files, named by their path without the ending (`captive/login`), and the `.json` and
/// `.txt` files, named with it (`router/api.json`). A file whose name starts with `_` is a partial only. Style sheets,
/// scripts and drawings (`.css`, `.js`, `.svg`) are assets: text that goes into a page as a raw value.
package struct TemplateLibrary: Sendable {
    /// Everything that is wrong with a directory, in one list.
    package struct Mistakes: Error, CustomStringConvertible {
        package let mistakes: [TemplateError]
        package var description: String { mistakes.map(\.description).joined(separator: "\n") }
    }

    private let templates: [String: Template]
    private let assets: [String: String]

    /// Reads and compiles the directory.
    ///
    /// - Throws: `Mistakes` with every mistake of every file.
    package init(directory: String) throws(Mistakes) {
        let files = try Self.read(directory)
        var templates: [String: Template] = [:]
        var mistakes: [TemplateError] = []
        for (name, source) in files.templates where !Self.isPartial(name) {
            do throws(TemplateError) {
                templates[name] = try Template(named: name, source: source) { partial in
                    guard let source = files.templates[partial] else { throw NoSuchPartial() }
                    return source
                }
            } catch {
                mistakes.append(error)
            }
        }
        guard mistakes.isEmpty else {
            throw Mistakes(mistakes: Array(Set(mistakes)).sorted { ($0.file, $0.line) < ($1.file, $1.line) })
        }
        self.templates = templates
        assets = files.assets
    }

    /// The template of a name such as `captive/login`.
    package subscript(_ name: String) -> Template? { templates[name] }

    /// The text of a style sheet, script or drawing, such as `captive/captive.css`.
    package func asset(_ name: String) -> String? { assets[name] }

    /// The names of all templates, sorted.
    package var names: [String] { templates.keys.sorted() }

    /// The names of all assets, sorted.
    package var assetNames: [String] { assets.keys.sorted() }

    private struct NoSuchPartial: Error {}

    private static func isPartial(_ name: String) -> Bool {
        name.split(separator: "/").last?.first == "_"
    }

    private static func read(
        _ directory: String
    ) throws(Mistakes) -> (templates: [String: String], assets: [String: String]) {
        var templates: [String: String] = [:]
        var assets: [String: String] = [:]
        do {
            for path in try Files.tree(below: directory) {
                let text = { try Files.text(of: directory + "/" + path) }
                switch path.split(separator: ".").last {
                case "html": templates[String(path.dropLast(5))] = try text()
                case "json", "txt": templates[path] = try text()
                case "css", "js", "svg": assets[path] = try text()
                default: break
                }
            }
        } catch {
            let place = Place(file: directory, line: 0)
            throw Mistakes(mistakes: [TemplateError(place, "The directory cannot be read as UTF-8 text: \(error)")])
        }
        return (templates, assets)
    }
}
