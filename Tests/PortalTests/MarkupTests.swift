import Locales
import Testing

/// A start or end tag, as a strict reader sees it.
private struct Tag {
    let name: String
    let isEnd: Bool
    let attributes: [String: String]

    /// All tags of a page; the contents of style and script are passed over.
    static func all(in page: String) -> [Tag] {
        var tags: [Tag] = []
        var rest = page[...]
        while let open = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: open)...]
            if rest.hasPrefix("!") || rest.first?.isLetter == false && rest.first != "/" { continue }
            let tag = Tag(&rest)
            tags.append(tag)
            if !tag.isEnd, ["style", "script"].contains(tag.name) { skip(to: "</\(tag.name)", &rest) }
        }
        return tags
    }

    private init(_ rest: inout Substring) {
        isEnd = rest.first == "/"
        if isEnd { rest.removeFirst() }
        name = String(rest.prefix { $0.isLetter || $0.isNumber })
        rest = rest.dropFirst(name.count)
        var attributes: [String: String] = [:]
        while let first = rest.first, first != ">" {
            let key = String(rest.prefix { $0.isLetter || $0 == "-" || $0.isNumber })
            rest = rest.dropFirst(max(key.count, 1))
            guard !key.isEmpty else { continue }
            if rest.hasPrefix("=\"") {
                let value = rest.dropFirst(2).prefix { $0 != "\"" }
                attributes[key] = String(value)
                rest = rest.dropFirst(value.count + 3)
            } else {
                attributes[key] = ""
            }
        }
        self.attributes = attributes
        rest = rest.dropFirst()
    }

    private static func skip(to mark: String, _ rest: inout Substring) {
        while !rest.isEmpty, !rest.hasPrefix(mark) { rest.removeFirst() }
    }
}

@Suite struct MarkupTests {
    private static let void: Set = ["meta", "input", "link", "path"]
    private static let pages = Samples.captive + Samples.payments + Samples.office

    @Test("Every element that is opened is closed, in order", arguments: pages.indices)
    func isBalanced(index: Int) throws {
        let sample = Self.pages[index]
        var open: [String] = []
        for tag in Tag.all(in: try sample.page(.swahili)) where !Self.void.contains(tag.name) {
            if tag.isEnd {
                #expect(open.popLast() == tag.name, "\(sample.template) \(sample.variant) at </\(tag.name)>")
            } else {
                open.append(tag.name)
            }
        }
        #expect(open.isEmpty, "\(sample.template) leaves open \(open)")
    }

    @Test("A page names its language and direction, has one first heading and a title", arguments: pages.indices)
    func hasItsFrame(index: Int) throws {
        let page = try Self.pages[index].page(.swahili)
        let tags = Tag.all(in: page).filter { !$0.isEnd }
        #expect(page.hasPrefix("<!doctype html>"))
        #expect(tags.first { $0.name == "html" }?.attributes["lang"] == "sw")
        #expect(tags.first { $0.name == "html" }?.attributes["dir"] == "ltr")
        for name in ["h1", "title", "main"] { #expect(tags.count { $0.name == name } == 1, "\(name)") }
    }

    @Test("Every field that people fill in has a label, and every id is there once", arguments: pages.indices)
    func fieldsHaveLabels(index: Int) throws {
        let sample = Self.pages[index]
        let tags = Tag.all(in: try sample.page(.english)).filter { !$0.isEnd }
        let ids = tags.compactMap { $0.attributes["id"] }
        #expect(ids.count == Set(ids).count, "\(sample.template): \(ids)")
        let labels = Set(tags.compactMap { $0.attributes["for"] })
        for field in tags where ["input", "select"].contains(field.name) && field.attributes["type"] != "hidden" {
            let id = field.attributes["id"] ?? ""
            #expect(labels.contains(id), "\(sample.template): \(id)")
        }
        for tag in tags {
            for id in (tag.attributes["aria-describedby"] ?? "").split(separator: " ") {
                #expect(ids.contains(String(id)), "\(sample.template): described by \(id)")
            }
        }
    }

    @Test("Every form that changes something in the back office carries the token", arguments: Samples.office.indices)
    func formsCarryTheToken(index: Int) throws {
        let sample = Samples.office[index]
        var isInPost = false
        var hasToken = false
        for tag in Tag.all(in: try sample.page(.english)) {
            if tag.name == "form", !tag.isEnd { (isInPost, hasToken) = (tag.attributes["method"] == "post", false) }
            if tag.attributes["name"] == "token", tag.attributes["value"] == "f0f0" { hasToken = true }
            if tag.name == "form", tag.isEnd, isInPost { #expect(hasToken, "\(sample.template)") }
        }
    }
}
