package import Templates

/// The hotspot files of a router, filled in for one site.
package struct RouterPages: Sendable {
    private let library: TemplateLibrary
    private let values: TemplateValues

    /// Fills the files in for the gateway at `portal`, which ends in no slash, and the site's pages below `path`.
    package init(library: TemplateLibrary, portal: String, path: String) {
        self.library = library
        let authority = portal.split(separator: "/").last.map(String.init) ?? portal
        values = ["portal": .raw(portal), "site": .raw(path), "portalHost": .raw(authority)]
    }

    /// The names of the files: `login.html`, `api.json`.
    package var names: [String] { Self.names(in: library) }

    package static func names(in library: TemplateLibrary) -> [String] {
        library.names.filter { $0.hasPrefix("router/") }.map { name in
            let file = name.dropFirst("router/".count)
            return file.contains(".") ? String(file) : file + ".html"
        }
    }

    /// What stands in a file; nil where there is none of that name.
    package subscript(name: String) -> String? {
        guard names.contains(name) else { return nil }
        let template = library["router/\(name)"] ?? library["router/\(name.dropLast(".html".count))"]
        return template?.text(values)
    }
}
