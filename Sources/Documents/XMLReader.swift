import CXML2

/// Reads XML into values with libxml2, without touching files or the network.
///
/// Document types and entities are refused: they can name files and multiply a small text into a huge one.
/// Source: https://gnome.pages.gitlab.gnome.org/libxml2/html/ (xmlParserOption).
enum XMLReader {
    /// The namespace whose elements are kept.
    private static let svgNamespace = "http://www.w3.org/2000/svg"
    private static let linkNamespace = "http://www.w3.org/1999/xlink"
    private static let maximumBytes = 1 << 20

    /// Reads the root element of an SVG document of at most 1 MiB.
    static func svg(_ bytes: [UInt8], kind: DocumentError.Kind) throws(DocumentError) -> XMLElement {
        guard bytes.count <= maximumBytes else {
            throw DocumentError(kind, "the drawing is larger than 1 MiB; simplify its paths or shrink its images")
        }
        guard let parser = unsafe xmlNewParserCtxt() else { throw DocumentError(.library, "libxml2: no memory") }
        defer { unsafe xmlFreeParserCtxt(parser) }
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        let parsed = unsafe bytes.withUnsafeBytes { buffer in
            unsafe xmlCtxtReadMemory(
                parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), nil, nil,
                Int32(options | XML_PARSE_NOCDATA.rawValue))
        }
        guard let document = unsafe parsed else { throw unsafe failure(of: parser, kind: kind) }
        defer { unsafe xmlFreeDoc(document) }
        guard unsafe document.pointee.intSubset == nil, unsafe document.pointee.extSubset == nil else {
            throw DocumentError(kind, "remove the <!DOCTYPE …> line; entities are not read", line: 1)
        }
        guard let root = unsafe xmlDocGetRootElement(document), let element = unsafe element(root),
            element.name == "svg"
        else { throw DocumentError(kind, #"the root must be <svg xmlns="\#(svgNamespace)">"#) }
        return element
    }

    private static func failure(of parser: xmlParserCtxtPtr, kind: DocumentError.Kind) -> DocumentError {
        guard let error = unsafe xmlCtxtGetLastError(parser) else { return DocumentError(kind, "this is not XML") }
        let words = unsafe error.pointee.message.map { unsafe String(cString: $0) } ?? "this is not XML"
        let line = unsafe Int(error.pointee.line)
        return DocumentError(kind, "this is not XML: " + words.filter { !$0.isNewline }, line: line > 0 ? line : nil)
    }

    /// The node as a value; nil for elements of other namespaces.
    ///
    /// The parser bounds the depth at 256.
    private static func element(_ node: xmlNodePtr) -> XMLElement? {
        guard let namespace = unsafe node.pointee.ns?.pointee.href,
            unsafe text(namespace) == svgNamespace
        else { return nil }
        let line = unsafe Int(xmlGetLineNo(node))
        var element = unsafe XMLElement(name: text(node.pointee.name), attributes: attributes(node), line: line)
        var child = unsafe node.pointee.children
        while let current = unsafe child {
            switch unsafe current.pointee.type {
            case XML_ELEMENT_NODE:
                if let nested = unsafe Self.element(current) { element.children.append(.element(nested)) }
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
                if let content = unsafe current.pointee.content {
                    unsafe element.children.append(.text(text(content)))
                }
            default: break
            }
            unsafe child = current.pointee.next
        }
        return element
    }

    private static func attributes(_ node: xmlNodePtr) -> [XMLElement.Attribute] {
        var found: [XMLElement.Attribute] = []
        var attribute = unsafe node.pointee.properties
        while let current = unsafe attribute {
            defer { unsafe attribute = current.pointee.next }
            if let namespace = unsafe current.pointee.ns?.pointee.href {
                guard unsafe text(namespace) == linkNamespace, unsafe text(current.pointee.name) == "href" else {
                    continue
                }
            }
            guard let value = unsafe xmlNodeListGetString(node.pointee.doc, current.pointee.children, 1) else {
                continue
            }
            unsafe found.append(XMLElement.Attribute(name: text(current.pointee.name), value: text(value)))
            unsafe xmlFreeText(value)
        }
        return found
    }

    private static func text(_ pointer: UnsafePointer<xmlChar>) -> String { unsafe String(cString: pointer) }
}
