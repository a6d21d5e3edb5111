import CXML2
import Files

/// An XML file of any size, an event at a time, with libxml2's text reader.
///
/// Nothing but the file is read: the network is off, entities are not put in, and a document type, which can name files
/// and multiply a small text into a huge one, ends it. Names are told without their namespaces.
/// Source: https://gnome.pages.gitlab.gnome.org/libxml2/html/ (xmlreader).
@safe final class XMLPull {
    enum Event: Hashable {
        case start(String)
        case text(String)
        case end(String)
    }

    private let file: FileReader
    // Used by one caller at a time: the class is not `Sendable`.
    private let reader: xmlTextReaderPtr
    /// What stands in an attribute of the element that has just begun is asked for by this name alone.
    private var endsNext: String?

    init(_ file: FileReader) throws(StatementTrouble) {
        self.file = file
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        guard
            let reader = unsafe xmlReaderForFd(
                file.descriptor, nil, nil, Int32(options | XML_PARSE_NOCDATA.rawValue))
        else { throw .unreadable("libxml2: no memory") }
        unsafe self.reader = reader
    }

    deinit { unsafe xmlFreeTextReader(reader) }

    /// The next event; nil at the end.
    func next() throws(StatementTrouble) -> Event? {
        if let name = endsNext {
            endsNext = nil
            return .end(name)
        }
        while true {
            switch unsafe xmlTextReaderRead(reader) {
            case 1: break
            case 0: return nil
            default: throw .notWellFormed(line: max(1, unsafe Int(xmlTextReaderGetParserLineNumber(reader))))
            }
            switch unsafe xmlReaderTypes(UInt32(xmlTextReaderNodeType(reader))) {
            case XML_READER_TYPE_ELEMENT:
                let name = name
                if unsafe xmlTextReaderIsEmptyElement(reader) == 1 { endsNext = name }
                return .start(name)
            case XML_READER_TYPE_END_ELEMENT: return .end(name)
            case XML_READER_TYPE_TEXT, XML_READER_TYPE_CDATA:
                guard let value = unsafe xmlTextReaderConstValue(reader) else { continue }
                return unsafe .text(String(cString: value))
            case XML_READER_TYPE_DOCUMENT_TYPE, XML_READER_TYPE_ENTITY_REFERENCE, XML_READER_TYPE_ENTITY:
                throw .declaresType
            default: continue
            }
        }
    }

    /// An attribute of the element that has just begun.
    func attribute(_ name: String) -> String? {
        guard let value = unsafe xmlTextReaderGetAttribute(reader, name) else { return nil }
        defer { unsafe xmlFreeText(value) }
        return unsafe String(cString: value)
    }

    /// Where the element that has just begun stands; exact up to line 65,534, near it afterwards.
    var line: Int {
        let exact = unsafe Int(xmlGetLineNo(xmlTextReaderCurrentNode(reader)))
        return exact > 0 && exact < 65_535 ? exact : unsafe Int(xmlTextReaderGetParserLineNumber(reader))
    }

    private var name: String {
        unsafe xmlTextReaderConstLocalName(reader).map { unsafe String(cString: $0) } ?? ""
    }
}
