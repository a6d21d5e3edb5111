import FoundationEssentials
import TestKit
import Testing

@testable import Templates

@Suite struct TemplateLibraryTests {
    /// Writes files below a fresh directory, runs the body with it, and removes it.
    private func with(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.path + "/lango-templates-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (name, text) in files {
            let path = root + "/" + name
            let folder = path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: path))
        }
        try body(root)
    }

    @Test("Pages are found by their path, partials only inside pages, assets as text")
    func loads() throws {
        let files = [
            "a/page.html": "<{{>a/_part}}>{{x}}", "a/_part.html": "part\n", "api.json": "{\"k\": {{x}}}",
            "a/s.css": "b{}",
            "notes.md": "{{#open}}",
        ]
        try with(files) { root in
            let library = try TemplateLibrary(directory: root)
            #expect(library.names == ["a/page", "api.json"])
            #expect(library["a/page"]?.text(["x": "&"]) == "<part>&amp;")
            #expect(library["api.json"]?.text(["x": "1"]) == "{\"k\": 1}")
            #expect(library.asset("a/s.css") == "b{}" && library.assetNames == ["a/s.css"])
            #expect(library["a/_part"] == nil && library["nowhere"] == nil)
        }
    }

    @Test("Every mistake of every file is told at once")
    func tellsMistakes() throws {
        let files = [
            "one.html": "\n{{#a}}", "two.html": "{{>gone}}", "three.html": "{{>_bad}}", "four.html": "{{>_bad}}",
            "_bad.html": "\n\n{{/x}}", "good.html": "",
        ]
        try with(files) { root in
            let error = #expect(throws: TemplateLibrary.Mistakes.self) { try TemplateLibrary(directory: root) }
            #expect(error?.mistakes.map { "\($0.file):\($0.line)" } == ["_bad:3", "one:2", "two:1"])
        }
    }

    @Test("A directory that is not there is told, not trapped over")
    func needsDirectory() {
        #expect(throws: TemplateLibrary.Mistakes.self) { try TemplateLibrary(directory: "/nowhere/at/all") }
    }

    @Test("No source traps the compiler", arguments: 1...4 as ClosedRange<UInt64>)
    func survivesAnything(seed: UInt64) {
        var dice = Dice(seed: seed)
        let pieces = [
            "{{", "}}", "{{{", "}}}", "{{#a}}", "{{/a}}", "{{^a}}", "{{!", "{{>p}}", "{{t:k}}", "a", "\n", "\r\n", " ",
            "é",
        ]
        for _ in 0..<2_000 {
            let source = (0..<12).compactMap { _ in pieces.randomElement(using: &dice) }.joined()
            guard let template = try? Template(named: "x", source: source, partials: { _ in "p" }) else { continue }
            let page = template.text(["a": "1"])
            let early = try? template.specialised(with: ["a": "1"], messages: { _ in "" })
            #expect(early?.text([:]) == page, "\(source)")
        }
    }
}
