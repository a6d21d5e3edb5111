/// Reads the source of one template into pieces.
struct Compiler {
    let name: String
    let partials: (String) throws -> String
    /// The templates being compiled around this one, outermost first.
    let opened: [String]
    private var scanner: TagScanner

    init(name: String, source: String, partials: @escaping (String) throws -> String, opened: [String]) {
        self.name = name
        self.partials = partials
        self.opened = opened
        scanner = TagScanner(file: name, source: Array(source.utf8))
    }

    /// Compiles to the end of the source.
    mutating func compile() throws(TemplateError) -> [Segment] {
        Segment.merged(try block(of: nil))
    }

    /// Compiles to the end of the section `open`, or of the source.
    private mutating func block(of open: (key: TemplateKey, place: Place)?) throws(TemplateError) -> [Segment] {
        var segments: [Segment] = []
        while let (literal, tag) = try scanner.next() {
            segments.append(.literal(literal))
            switch tag?.kind {
            case nil, .remark: break
            case .escaped(let name): segments.append(.escaped(try key(name, tag)))
            case .raw(let name): segments.append(.raw(try key(name, tag)))
            case .message(let name): segments.append(.message(name, scanner.place(of: tag)))
            case .partial(let name):
                segments += try partial(name, at: scanner.place(of: tag), isAlone: tag?.isAlone == true)
            case .section(let name):
                let key = try key(name, tag)
                segments.append(.section(key, try block(of: (key, scanner.place(of: tag)))))
            case .inverted(let name):
                let key = try key(name, tag)
                segments.append(.inverted(key, try block(of: (key, scanner.place(of: tag)))))
            case .end(let name):
                let key = try key(name, tag)
                guard let open else {
                    throw TemplateError(
                        scanner.place(of: tag), "{{/\(name)}} closes nothing: remove it or open it above")
                }
                guard open.key == key else {
                    throw TemplateError(
                        scanner.place(of: tag),
                        "{{/\(name)}} stands where {{/\(open.key)}} is due (line \(open.place.line))")
                }
                return segments
            }
        }
        if let open { throw TemplateError(open.place, "{{#\(open.key)}} is never closed: add {{/\(open.key)}}") }
        return segments
    }

    private func key(_ name: String, _ tag: TagScanner.Tag?) throws(TemplateError) -> TemplateKey {
        guard let key = TemplateKey(name) else {
            throw TemplateError(
                scanner.place(of: tag), "\"\(name)\" is no name: use 1 to 24 letters, digits, \"_\" or \".\"")
        }
        return key
    }

    /// A partial inside a line comes without the end of its last line.
    private func partial(_ partial: String, at place: Place, isAlone: Bool) throws(TemplateError) -> [Segment] {
        guard !opened.contains(partial) else {
            throw TemplateError(
                place, "{{>\(partial)}} contains itself: \((opened + [partial]).joined(separator: " > "))")
        }
        var source: String
        do {
            source = try partials(partial)
        } catch {
            throw TemplateError(place, "No partial \"\(partial)\": name a file below portal/ without \".html\"")
        }
        if !isAlone, source.utf8.last == UInt8(ascii: "\n") { source.removeLast() }
        var compiler = Compiler(name: partial, source: source, partials: partials, opened: opened + [partial])
        return try compiler.compile()
    }
}
