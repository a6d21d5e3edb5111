import FoundationEssentials
import Locales
import Templates
import Testing

@Suite struct PageTests {
    @Test("Every page can be drawn in every language, and is written where LANGO_PAGES says")
    func draws() throws {
        let directory = ProcessInfo.processInfo.environment["LANGO_PAGES"]
        for sample in Samples.all {
            for info in try Portal.locales.get().languages {
                let page = try sample.page(info.language)
                #expect(page.utf8.count > 60 && !page.contains("{{"), "\(sample.template) \(sample.variant)")
                guard let directory else { continue }
                let name = sample.template.split(separator: "/").joined(separator: "-")
                let suffix = sample.variant.isEmpty ? "" : "-" + sample.variant
                try Data(page.utf8).write(to: URL(filePath: "\(directory)/\(name)\(suffix).\(info.language).html"))
            }
        }
        guard let directory, let style = try Portal.library.get().asset("office/office.css") else { return }
        try Data((style + BrandColor.standard.css).utf8).write(to: URL(filePath: directory + "/office.css"))
    }

    @Test("Every template has samples that give all its names, and no name that it lacks")
    func samplesAreComplete() throws {
        let library = try Portal.library.get()
        #expect(Set(library.names) == Set(Samples.all.map(\.template)))
        for name in library.names {
            let template = try #require(library[name])
            let early = try Samples.early(name, .english)
            let given = Samples.all.filter { $0.template == name }.reduce(into: Set<String>()) { given, sample in
                given.formUnion(Self.names(sample.values))
            }
            let missing = template.names.subtracting(given).subtracting(Self.names(early))
            #expect(missing.isEmpty, "\(name) wants \(missing.sorted())")
            let useless = given.subtracting(template.names).subtracting(Samples.shared)
            #expect(useless.isEmpty, "\(name) does not know \(useless.sorted())")
        }
    }

    @Test("Every hole is explained in portal/README.md or portal/router/README.md")
    func holesAreExplained() throws {
        let library = try Portal.library.get()
        let page = try String(contentsOf: URL(filePath: Portal.root + "/portal/README.md"), encoding: .utf8)
        let router = try String(contentsOf: URL(filePath: Portal.root + "/portal/router/README.md"), encoding: .utf8)
        for name in library.names {
            let holes = library[name]?.names ?? []
            let unexplained = holes.filter { !page.contains("`\($0)`") && !router.contains("`{{\($0)}}`") }
            #expect(unexplained.isEmpty, "\(name): \(unexplained.sorted())")
        }
    }

    @Test("The login page weighs at most 14 KB, with its style, in every language and with an error")
    func loginIsLight() throws {
        for sample in Samples.all where sample.template == "captive/login" {
            for info in try Portal.locales.get().languages {
                let page = try sample.page(info.language)
                #expect(page.utf8.count <= 14 * 1_024, "\(info.language) \(sample.variant): \(page.utf8.count) bytes")
            }
        }
    }

    @Test("A page needs nothing from elsewhere: no outside address in a link to style, script, font or picture")
    func pagesAreSelfContained() throws {
        for sample in Samples.captive + Samples.payments {
            // The empty icon keeps browsers from asking for one.
            let page = try sample.page(.english).replacing("<link rel=\"icon\" href=\"data:,\">", with: "")
            for word in [
                "src=", "<link", "@import", "url(", "<iframe", "onclick=", "onload=", "javascript:", " style=",
            ] {
                #expect(!page.contains(word), "\(sample.template) \(sample.variant) has \(word)")
            }
        }
    }

    @Test("Scripts are ES5", arguments: ["captive/connecting.js", "office/office.js"])
    func scriptsAreES5(name: String) throws {
        let script = try #require(try Portal.library.get().asset(name))
        for word in [
            "=>", "let ", "const ", "`", "class ", "async ", "await ", "...", "?.", "??", "import ", "for (var of",
        ] {
            #expect(!script.contains(word), "\(name) has \(word)")
        }
        #expect(script.count { $0 == "{" } == script.count { $0 == "}" })
        #expect(!script.contains("</"), "A closing tag would end the script element")
    }

    @Test(
        "Style sheets are balanced and lay out for both directions",
        arguments: ["captive/captive.css", "captive/payment.css", "office/office.css"])
    func stylesAreSound(name: String) throws {
        let style = try #require(try Portal.library.get().asset(name))
        #expect(style.count { $0 == "{" } == style.count { $0 == "}" })
        for word in [
            "margin-left", "margin-right", "padding-left", "padding-right", "text-align:left", "text-align:right",
            "border-left", "border-right", "float:left", "float:right", "http", "<",
        ] {
            #expect(!style.contains(word), "\(name) has \(word)")
        }
    }

    private static func names(_ values: TemplateValues) -> Set<String> {
        values.keys.reduce(into: []) { names, key in
            names.insert(key.description)
            guard case .list(let items) = values[key] else { return }
            for item in items { names.formUnion(Self.names(item)) }
        }
    }
}
