import TestKit
import Testing
import Values

@testable import Templates

@Suite struct TemplateTests {
    static let partials = ["row": "<li>{{name}}</li>", "loop": "a{{>loop}}", "outer": "[{{>row}}]", "line": "x\ny\n"]

    static func template(_ source: String) throws(TemplateError) -> Template {
        try Template(named: "page", source: source) { partial in
            guard let source = partials[partial] else { throw Missing() }
            return source
        }
    }

    struct Missing: Error {}

    static let pages: [(source: String, values: TemplateValues, page: String)] = [
        ("plain", [:], "plain"),
        ("<p>{{a}}</p>", ["a": "<b> & \"c\" 'd'"], "<p>&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;</p>"),
        ("<a title=\"{{a}}\">", ["a": "\" onclick=\"x"], "<a title=\"&quot; onclick=&quot;x\">"),
        ("{{{a}}}|{{a}}", ["a": .raw("<i>")], "<i>|<i>"),
        ("{{{a}}}", ["a": .text("<i>")], "<i>"),
        ("{{ a }}{{{ a }}}", ["a": "x"], "xx"),
        ("{{missing}}.", [:], "."),
        ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", ["a": true], "yes"),
        ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", ["a": false], "no"),
        ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", [:], "no"),
        ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", ["a": ""], "no"),
        ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", ["a": .list([])], "no"),
        ("{{#a}}<{{a}}>{{/a}}", ["a": "x"], "<x>"),
        ("{{#l}}{{n}}{{o}},{{/l}}", ["o": "!", "l": .list([["n": "1"], ["n": "2"]])], "1!,2!,"),
        ("{{#l}}{{n}}{{#l2}}{{n}}{{/l2}};{{/l}}", ["l": .list([["n": "1", "l2": .list([["n": "a"]])]])], "1a;"),
        ("{{#l}}{{#m}}{{n}}{{/m}}{{/l}}", ["l": .list([["n": "1", "m": .list([[:], [:]])]])], "11"),
        ("{{! a remark }}x", [:], "x"),
        ("{{>row}}", ["name": "A&B"], "<li>A&amp;B</li>"),
        ("{{>outer}}", ["name": "x"], "[<li>x</li>]"),
        ("({{>line}})", [:], "(x\ny)"),
        ("(\n{{>line}}\n)", [:], "(\nx\ny\n)"),
        ("a\n  {{#x}}\n  b\n  {{/x}}\nc\n", ["x": true], "a\n  b\nc\n"),
        ("a\n{{! gone }}\nb", [:], "a\nb"),
        ("a {{#x}}b{{/x}}\nc", ["x": true], "a b\nc"),
        ("}} { {a} }", [:], "}} { {a} }"),
        ("é{{a}}€", ["a": "ñ"], "éñ€"),
    ]

    @Test("A page is its template with the holes filled", arguments: pages.indices)
    func renders(index: Int) throws {
        let (source, values, page) = Self.pages[index]
        let template = try Self.template(source)
        #expect(template.text(values) == page)
    }

    @Test("Folding the values early gives the same page", arguments: pages.indices)
    func specialises(index: Int) throws {
        let (source, values, page) = Self.pages[index]
        let template = try Self.template(source)
        #expect(try template.specialised(with: values, messages: { _ in nil }).text([:]) == page)
        for split in 0...values.keys.count {
            var (early, late) = (TemplateValues(), TemplateValues())
            for (position, key) in values.keys.enumerated() {
                if position < split { early[key] = values[key] } else { late[key] = values[key] }
            }
            #expect(
                try template.specialised(with: early, messages: { _ in nil }).text(late) == page, "split at \(split)")
            #expect(
                try template.specialised(with: late, messages: { _ in nil }).text(early) == page, "split at \(split)")
        }
    }

    @Test("An item's own value goes before an early one of the same name")
    func shadows() throws {
        let template = try Self.template("{{n}}:{{#l}}{{n}}{{m}}{{/l}}").specialised(with: ["n": "brand", "m": "!"]) {
            _ in nil
        }
        #expect(template.text(["l": .list([["n": "item"], [:]])]) == "brand:item!brand!")
        #expect(template.names == ["l"])
    }

    @Test("What is left in an item that was known early still sees the item")
    func keepsItems() throws {
        let template = try Self.template("{{#l}}{{#late}}{{n}}{{x}}{{/late}}{{/l}}")
        let early = try template.specialised(with: ["l": .list([["n": "1"], ["n": "2"]])]) { _ in nil }
        #expect(early.names == ["late", "x"])
        #expect(early.text(["late": true, "x": "-"]) == "1-2-")
    }

    @Test("A fully known page becomes one run of bytes")
    func merges() throws {
        let template = try Self.template("<a>{{t:hi}}{{#l}}<b>{{n}}</b>{{/l}}</a>")
        let folded = try template.specialised(with: ["l": .list([["n": "1"], ["n": "2"]])]) { $0 == "hi" ? "M&M" : nil }
        #expect(folded.segments == [.literal(Array("<a>M&amp;M<b>1</b><b>2</b></a>".utf8))])
    }

    @Test("Pages written one over the other in a buffer are whole")
    func writesOver() throws {
        let pages = try ["<a>{{n}}</a>", "<b>{{n}}", "{{n}}<c>", "<a>{{n}}</a>"].map { try Self.template($0).ready }
        let buffer = ByteBuffer(capacity: 1)
        for (number, expected) in [
            (0, "<a>1</a>"), (0, "<a>1</a>"), (1, "<b>1"), (2, "1<c>"), (1, "<b>1"), (3, "<a>1</a>"), (0, "<a>1</a>"),
        ] {
            buffer.clear()
            pages[number].render(["n": "1"], into: buffer)
            #expect(String(decoding: buffer.array, as: UTF8.self) == expected)
        }
    }

    @Test("A template knows its holes and its messages")
    func names() throws {
        let template = try Self.template("{{a}}{{{b}}}{{#c}}{{d}}{{t:x.y}}{{/c}}{{^e}}{{/e}}{{>row}}")
        #expect(template.names == ["a", "b", "c", "d", "e", "name"])
        #expect(template.messageKeys == ["x.y"])
    }

    static let mistakes: [(source: String, file: String, line: Int, words: String)] = [
        ("a\n{{b", "page", 2, "not closed"),
        ("{{{b}}", "page", 1, "not closed"),
        ("\n\n{{#a}}\nx", "page", 3, "never closed"),
        ("{{/a}}", "page", 1, "closes nothing"),
        ("{{#a}}\n{{#b}}\n{{/a}}{{/b}}", "page", 3, "{{/b}} is due"),
        ("{{}}", "page", 1, "no name"),
        ("\n{{a b}}", "page", 2, "no name"),
        ("{{aNameThatIsMuchTooLongForAHole}}", "page", 1, "1 to 24"),
        ("\n{{>nowhere}}", "page", 2, "No partial"),
        ("x\n{{>loop}}", "loop", 1, "contains itself"),
    ]

    @Test("A mistake is told with its file and line", arguments: mistakes.indices)
    func refuses(index: Int) throws {
        let (source, file, line, words) = Self.mistakes[index]
        let error = #expect(throws: TemplateError.self) { try Self.template(source) }
        #expect(error?.file == file)
        #expect(error?.line == line)
        #expect(error?.advice.contains(words) == true, "\(error?.advice ?? "")")
    }

    @Test("An unknown message is told with its file and line")
    func refusesMessages() throws {
        let template = try Self.template("a\n\n<p>{{t:no.such}}</p>")
        let error = #expect(throws: TemplateError.self) { try template.specialised(with: [:]) { _ in nil } }
        #expect(error?.line == 3)
        #expect(error?.advice.contains("no.such") == true)
    }

    @Test("Outside text never breaks out of text or attribute", arguments: 1...5 as ClosedRange<UInt64>)
    func escapes(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let template = try Self.template("<p title=\"{{a}}\" id='{{a}}'>{{a}}</p>")
        for _ in 0..<200 {
            let text = String((0..<20).compactMap { _ in "<>&\"'ab{}/é".randomElement(using: &dice) })
            let page = template.text(["a": .text(text)])
            #expect(page.count { $0 == "<" } == 2 && page.count { $0 == "\"" } == 2 && page.count { $0 == "'" } == 2)
        }
    }
}
