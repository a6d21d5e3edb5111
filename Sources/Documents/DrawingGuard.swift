/// Lets only drawings through that stay inside their own text: no files, no network, no scripts, no bombs.
enum DrawingGuard {
    /// Shapes, text, gradients and clips; what is not here is refused by name.
    private static let elements: Set<String> = [
        "svg", "g", "defs", "symbol", "use", "title", "desc", "metadata", "style", "path", "rect", "circle", "ellipse",
        "line", "polyline", "polygon", "text", "tspan", "linearGradient", "radialGradient", "stop", "clipPath", "image",
    ]
    private static let maximumElements = 5_000
    private static let maximumUses = 200

    /// Checks a whole drawing.
    static func check(_ root: XMLElement, kind: DocumentError.Kind) throws(DocumentError) {
        var survey = Survey()
        try check(root, inside: [], kind: kind, survey: &survey)
        guard survey.elements <= maximumElements, survey.uses.count <= maximumUses else {
            throw DocumentError(
                kind, "the drawing has more than \(maximumElements) elements or \(maximumUses) uses; simplify it")
        }
        for use in survey.uses where survey.idsAboveUses.contains(use.target) {
            throw use.element.mistake("a <use> may not point to something that contains a <use>", kind: kind)
        }
    }

    private struct Survey {
        var elements = 0
        var uses: [(element: XMLElement, target: String)] = []
        var idsAboveUses: Set<String> = []
    }

    private static func check(
        _ element: XMLElement, inside ids: [String], kind: DocumentError.Kind, survey: inout Survey
    ) throws(DocumentError) {
        guard elements.contains(element.name) else {
            throw element.mistake(
                "the element is not allowed; draw with shapes, text, gradients, clip paths and embedded images",
                kind: kind)
        }
        survey.elements += 1
        let ids = ids + (element["id"].map { [$0] } ?? [])
        if element.name == "use", let target = element["href"]?.dropFirst() {
            survey.uses.append((element, String(target)))
            survey.idsAboveUses.formUnion(ids)
        }
        for attribute in element.attributes { try check(attribute, of: element, kind: kind) }
        for node in element.children {
            switch node {
            case .element(let child): try check(child, inside: ids, kind: kind, survey: &survey)
            case .text(let text):
                if element.name == "style" { try checkStyle(text, of: element, kind: kind) }
            }
        }
    }

    private static func check(
        _ attribute: XMLElement.Attribute, of element: XMLElement, kind: DocumentError.Kind
    ) throws(DocumentError) {
        let name = attribute.name.lowercased()
        guard !name.hasPrefix("on") else {
            throw element.mistake("scripts are not allowed: remove \(name)", kind: kind)
        }
        if name == "href" {
            let value = attribute.value
            let isEmbedded = ["data:image/png;base64,", "data:image/jpeg;base64,"].contains { value.hasPrefix($0) }
            guard value.hasPrefix("#") || (element.name == "image" && isEmbedded) else {
                throw element.mistake(
                    "the link leads out of the file; embed the image as data:image/png;base64", kind: kind)
            }
        } else if !name.hasPrefix("data-") {
            try checkStyle(attribute.value, of: element, kind: kind)
        }
    }

    /// Refuses whatever makes a style sheet load something.
    private static func checkStyle(
        _ text: String, of element: XMLElement, kind: DocumentError.Kind
    ) throws(DocumentError) {
        let lower = text.lowercased()
        guard !lower.contains("@import"), !lower.contains("\\"), !lower.contains("/*") else {
            throw element.mistake("styles may not import, comment or escape", kind: kind)
        }
        var rest = lower[...]
        while let start = rest.firstRange(of: "url(") {
            rest = rest[start.upperBound...].drop { $0.isWhitespace || $0 == "'" || $0 == "\"" }
            guard rest.first == "#" else {
                throw element.mistake("url(…) may only name a part of the same file: url(#id)", kind: kind)
            }
        }
    }
}
