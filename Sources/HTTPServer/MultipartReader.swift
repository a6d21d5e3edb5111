/// Reading of `multipart/form-data`; RFC 7578, RFC 2046 section 5.1.
///
/// Works on the whole body in hand, in one pass. Nested multiparts are parts like any other: their bytes are not read.
struct MultipartReader {
    private let body: [UInt8]
    /// `--` and the boundary.
    private let delimiter: [UInt8]

    /// Bytes that the headers of one part may have.
    private static let headLimit = 4_096

    /// `boundary` is the parameter of the content type: 1 to 70 bytes.
    init(_ body: [UInt8], boundary: String) throws(RequestRefusal) {
        guard (1...70).contains(boundary.utf8.count) else { throw .malformedForm }
        self.body = body
        delimiter = Array("--\(boundary)".utf8)
    }

    /// All fields and files.
    func form() throws(RequestRefusal) -> Form {
        var form = Form()
        guard var place = find(delimiter, from: 0) else { throw .malformedForm }
        place += delimiter.count
        while !isLast(at: place) {
            guard holds([0x0D, 0x0A], at: place) else { throw .malformedForm }
            let part = try part(from: place + 2)
            try add(part, to: &form)
            place = part.end
        }
        return form
    }

    private struct Part {
        var name: String
        var filename: String?
        var contentType: String
        var content: Range<Int>
        /// Behind the delimiter that follows.
        var end: Int
    }

    private func isLast(at place: Int) -> Bool { holds([0x2D, 0x2D], at: place) }

    private func part(from start: Int) throws(RequestRefusal) -> Part {
        var part = Part(name: "", contentType: "text/plain", content: 0..<0, end: 0)
        var hasName = false
        var line = start
        while !holds([0x0D, 0x0A], at: line) {
            guard let end = find([0x0D, 0x0A], from: line, to: start + Self.headLimit) else { throw .malformedForm }
            let field = try HeaderField(body[line..<end])
            switch field.name {
            case "content-disposition":
                guard field.value == "form-data", let name = field.parameters["name"] else { throw .malformedForm }
                part.name = name
                part.filename = field.parameters["filename"]
                hasName = true
            case "content-type": part.contentType = field.value
            default: break
            }
            line = end + 2
        }
        guard hasName, let end = find([0x0D, 0x0A] + delimiter, from: line) else { throw .malformedForm }
        // An empty part ends with the line that ends its head.
        part.content = min(line + 2, end)..<end
        part.end = end + 2 + delimiter.count
        return part
    }

    private func add(_ part: Part, to form: inout Form) throws(RequestRefusal) {
        guard let filename = part.filename else {
            guard let text = Percent.text(Array(body[part.content])) else { throw .malformedText }
            return try form.add(part.name, text)
        }
        // Browsers send an empty part for a file field that was left alone.
        if filename.isEmpty, part.content.isEmpty { return }
        let name = filename.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        try form.add(part.name, .init(filename: name, contentType: part.contentType, bytes: Array(body[part.content])))
    }

    private func holds(_ text: [UInt8], at place: Int) -> Bool {
        place + text.count <= body.count && body[place..<place + text.count].elementsEqual(text)
    }

    /// The first place of `text` in the body at or after `start`, ended by `limit`.
    private func find(_ text: [UInt8], from start: Int, to limit: Int = .max) -> Int? {
        let last = min(body.count, limit) - text.count
        guard start <= last, let first = text.first else { return nil }
        var place = start
        while place <= last {
            guard let next = body[place...last].firstIndex(of: first) else { return nil }
            if holds(text, at: next) { return next }
            place = next + 1
        }
        return nil
    }
}
