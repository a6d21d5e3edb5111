import FoundationEssentials
import Locales
import Templates
import Testing

@Suite struct PageTests {
    @Test("Every page compiles")
    func compiles() throws {
        #expect(try Portal.library.get().names.count > 15)
    }

    @Test("Every page can be drawn in every language, and is written where LANGO_PAGES says")
    func draws() throws {
        let directory = ProcessInfo.processInfo.environment["LANGO_PAGES"]
        for sample in Samples.all {
            for info in try Portal.locales.get().languages {
                let page = try sample.page(info.language)
                #expect(!page.contains("{{") && !page.contains(">t:"), "\(sample.template) \(sample.variant)")
                guard let directory else { continue }
                let name = sample.template.split(separator: "/").joined(separator: "-")
                let suffix = sample.variant.isEmpty ? "" : "-" + sample.variant
                let path = "\(directory)/\(name)\(suffix).\(info.language).html"
                try Data(page.utf8).write(to: URL(filePath: path))
            }
        }
        guard let directory, let style = try Portal.library.get().asset("office/office.css") else { return }
        try Data((style + BrandColor.standard.css).utf8).write(to: URL(filePath: directory + "/office.css"))
    }
}
