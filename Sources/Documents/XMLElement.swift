/// One element of a parsed XML document, as a plain value.
///
/// Only what a drawing needs is kept: SVG elements, attributes without a prefix and `xlink:href`, and text. Comments,
/// processing instructions and editors' private data are dropped.
struct XMLElement: Hashable, Sendable {
    enum Node: Hashable, Sendable {
        case element(XMLElement)
        case text(String)
    }

    let name: String
    /// In the order of the file; a link is always called `href`.
    var attributes: [Attribute]
    var children: [Node] = []
    /// The line of the start tag, counted from 1.
    let line: Int

    struct Attribute: Hashable, Sendable {
        let name: String
        var value: String
    }

    subscript(_ name: String) -> String? { attributes.first { $0.name == name }?.value }

    /// The child elements.
    var elements: [XMLElement] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// All text inside, white space made single.
    var text: String {
        let pieces = children.map { node in
            switch node {
            case .text(let text): text
            case .element(let element): element.text
            }
        }
        return pieces.joined().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// How error messages name the element.
    var label: String {
        for key in ["data-field", "data-label", "id"] {
            if let value = self[key] { return "<\(name) \(key)=\"\(value.prefix(40))\">" }
        }
        return "<\(name)>"
    }

    /// A copy with each element and attribute value passed through; nil drops the element.
    func rewritten(
        keep: (XMLElement) -> Bool, value: (String) -> String
    ) -> XMLElement? {
        guard keep(self) else { return nil }
        var copy = self
        copy.attributes = attributes.map { Attribute(name: $0.name, value: value($0.value)) }
        copy.children = children.compactMap { node in
            switch node {
            case .text(let text): .text(name == "style" ? value(text) : text)
            case .element(let element): element.rewritten(keep: keep, value: value).map(Node.element)
            }
        }
        return copy
    }

    /// The element as an SVG document of its own.
    var document: [UInt8] {
        var output: [UInt8] = []
        write(to: &output, isRoot: true)
        return output
    }

    private func write(to output: inout [UInt8], isRoot: Bool) {
        output += "<\(name)".utf8
        if isRoot {
            output += #" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink""#.utf8
        }
        for attribute in attributes {
            output += (attribute.name == "href" ? " xlink:href=\"" : " \(attribute.name)=\"").utf8
            Self.escape(attribute.value, to: &output)
            output.append(UInt8(ascii: "\""))
        }
        output.append(UInt8(ascii: ">"))
        for child in children {
            switch child {
            case .text(let text): Self.escape(text, to: &output)
            case .element(let element): element.write(to: &output, isRoot: false)
            }
        }
        output += "</\(name)>".utf8
    }

    private static func escape(_ text: String, to output: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): output += "&amp;".utf8
            case UInt8(ascii: "<"): output += "&lt;".utf8
            case UInt8(ascii: ">"): output += "&gt;".utf8
            case UInt8(ascii: "\""): output += "&quot;".utf8
            case 0x0A, 0x0D, 0x09: output += "&#\(byte);".utf8
            default: output.append(byte)
            }
        }
    }
}
