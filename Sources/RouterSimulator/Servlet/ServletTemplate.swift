/// A page of the hotspot servlet with its `$(…)` language.
///
/// Source: FACTS 6 point 2 and fixture `hotspot_servlet.jsonl`. `$(name)`, `$(name-esc)`,
/// `$(if a == b)…$(elif c)…$(else)…$(endif)`; `$(if http-status == 302)reason$(endif)` and
/// `$(if http-header == "Name")value$(endif)` set the answer's head and leave nothing in the page.
struct ServletTemplate: Sendable {
    /// What a page turned into.
    struct Rendered: Sendable {
        var text = ""
        var status: (code: Int, reason: String)?
        var headers: [(name: String, value: String)] = []
    }

    private indirect enum Node: Sendable {
        case text(String)
        case variable(String)
        case choice([(condition: Condition, nodes: [Node])])
    }

    private let nodes: [Node]

    init(_ source: String) {
        var parser = Parser(Array(source.utf8))
        nodes = parser.nodes()
    }

    /// Fills the page.
    func render(_ variables: ServletVariables) -> Rendered {
        var rendered = Rendered()
        Self.render(nodes, variables, &rendered)
        return rendered
    }

    private static func render(_ nodes: [Node], _ variables: ServletVariables, _ rendered: inout Rendered) {
        for node in nodes {
            switch node {
            case .text(let text): rendered.text += text
            case .variable(let name): rendered.text += variables[name]
            case .choice(let branches): choose(branches, variables, &rendered)
            }
        }
    }

    private static func choose(
        _ branches: [(condition: Condition, nodes: [Node])], _ variables: ServletVariables, _ rendered: inout Rendered
    ) {
        for (condition, nodes) in branches {
            if condition.name == "http-status" || condition.name == "http-header" {
                var inner = Rendered()
                render(nodes, variables, &inner)
                let words = inner.text.split(whereSeparator: \.isNewline).joined(separator: " ")
                if condition.name == "http-header" {
                    rendered.headers.append((condition.value, words))
                } else if let code = Int(condition.value), (100...599).contains(code) {
                    rendered.status = (code, words)
                }
                return
            }
            guard condition.holds(variables) else { continue }
            return render(nodes, variables, &rendered)
        }
    }

    /// `name`, `name == value`, `name != value`; an empty name always holds.
    private struct Condition: Sendable {
        let name: String
        let value: String
        let order: Order

        enum Order: Sendable { case present, equal, unequal }

        init(_ text: some StringProtocol) {
            let text = String(text)
            for (mark, order) in [("==", Order.equal), ("!=", .unequal)] {
                guard let place = text.firstRange(of: mark) else { continue }
                name = Self.bare(text[..<place.lowerBound])
                value = Self.bare(text[place.upperBound...])
                self.order = order
                return
            }
            name = Self.bare(text)
            value = ""
            order = .present
        }

        func holds(_ variables: ServletVariables) -> Bool {
            switch order {
            case .present: name.isEmpty || !variables[name].isEmpty
            case .equal: variables[name] == value
            case .unequal: variables[name] != value
            }
        }

        private static func bare(_ text: some StringProtocol) -> String {
            var text = text.drop { $0 == " " }
            while text.last == " " { text = text.dropLast() }
            if let first = text.first, first == "'" || first == "\"", text.count >= 2, text.last == first {
                text = text.dropFirst().dropLast()
            }
            return String(text)
        }
    }

    private struct Parser {
        private let source: [UInt8]
        private var position = 0
        /// The word that ended the innermost list of nodes.
        private var stop = ""

        init(_ source: [UInt8]) { self.source = source }

        /// Reads up to the end, or to an `elif`, `else` or `endif`, which is left in `stop`.
        mutating func nodes() -> [Node] {
            var nodes: [Node] = []
            var start = position
            stop = ""
            while position < source.count {
                guard let (word, next) = placeholder(at: position) else {
                    position += 1
                    continue
                }
                append(start..<position, to: &nodes)
                position = next
                start = next
                if word.hasPrefix("if ") {
                    nodes.append(choice(word.dropFirst(3)))
                    start = position
                } else if word == "else" || word == "endif" || word.hasPrefix("elif ") {
                    stop = word
                    return nodes
                } else {
                    nodes.append(.variable(word))
                }
            }
            append(start..<position, to: &nodes)
            return nodes
        }

        private mutating func choice(_ first: some StringProtocol) -> Node {
            var branches = [(condition: Condition(first), nodes: nodes())]
            while stop == "else" || stop.hasPrefix("elif ") {
                let condition = stop == "else" ? Condition("") : Condition(stop.dropFirst(5))
                branches.append((condition, nodes()))
            }
            stop = ""
            return .choice(branches)
        }

        private func append(_ range: Range<Int>, to nodes: inout [Node]) {
            guard !range.isEmpty else { return }
            nodes.append(.text(String(decoding: source[range], as: UTF8.self)))
        }

        /// The inside of `$(…)` at a position and where it ends; brackets inside quotes do not count.
        private func placeholder(at position: Int) -> (String, Int)? {
            guard source[position] == UInt8(ascii: "$"), position + 1 < source.count,
                source[position + 1] == UInt8(ascii: "(")
            else { return nil }
            var quote: UInt8?
            for index in position + 2..<min(source.count, position + 300) {
                let byte = source[index]
                if let open = quote {
                    if byte == open { quote = nil }
                } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                    quote = byte
                } else if byte == UInt8(ascii: ")") {
                    return (String(decoding: source[position + 2..<index], as: UTF8.self), index + 1)
                } else if byte == 0x0A {
                    return nil
                }
            }
            return nil
        }
    }
}
