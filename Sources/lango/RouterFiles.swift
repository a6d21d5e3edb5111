import Templates
import Values

/// The hotspot files of a router, filled in for one site.
struct RouterFiles {
    private let library: TemplateLibrary
    private let values: TemplateValues

    /// Fills the files in for the gateway at `portal`, which ends in no slash, and the site's pages below `path`.
    init(library: TemplateLibrary, portal: String, path: String) {
        self.library = library
        let authority = portal.split(separator: "/").last.map(String.init) ?? portal
        values = ["portal": .raw(portal), "site": .raw(path), "portalHost": .raw(authority)]
    }

    /// The names of the templates: `router/login`, `router/api.json`.
    var names: [String] { library.names.filter { $0.hasPrefix("router/") } }

    /// Writes every file into a folder, made where it is missing.
    func write(to folder: String) throws {
        try TextFile.makeFolder(folder)
        for name in names {
            guard let template = library[name] else { continue }
            let file = name.dropFirst("router/".count)
            try TextFile.write(template.text(values), to: "\(folder)/\(file.contains(".") ? file : file + ".html")")
        }
    }
}
