import Crypto
import HTTPServer
import Templates
import Values

/// Style sheet and script, each under an address that changes when its content does.
struct OfficeAssets: Sendable {
    private let style: String
    private let script: String
    /// Sixteen hexadecimal digits of the digest of both.
    private let version: String

    init(library: TemplateLibrary) throws {
        guard let style = library.asset("office/office.css") else { throw TemplateError(missing: "office/office.css") }
        guard let script = library.asset("office/office.js") else { throw TemplateError(missing: "office/office.js") }
        self.style = style
        self.script = script
        version = Hex.encode(SHA256.hash(style + "\0" + script).prefix(8))
    }

    private var folder: String { "\(BackOffice.path)/assets/\(version)" }

    var scriptHref: String { folder + "/office.js" }

    /// The style sheet with a brand's colour, `#0b6e4f`; any text that is no colour gives Lango's own.
    func styleHref(colour: String) -> String {
        let colour = BrandColor(colour) ?? .standard
        return "\(folder)/\(colour.description.dropFirst()).css"
    }

    /// The file of a link above; a link of another version gets the present file, which may not be kept then.
    func response(version: String, file: String) throws(RequestRefusal) -> Response {
        let content: (text: String, type: String)
        if file == "office.js" {
            content = (script, "text/javascript; charset=utf-8")
        } else if file.hasSuffix(".css"), let colour = BrandColor("#" + file.dropLast(4)) {
            content = (style + colour.css, "text/css; charset=utf-8")
        } else {
            throw .notFound
        }
        return .bytes(Array(content.text.utf8), type: content.type)
            .cached(version == self.version ? .immutable : .revalidate).compressed()
    }
}

extension BackOffice {
    func asset(_ request: Request) throws -> Response {
        try assets.response(version: request.parameter("version"), file: request.parameter("file"))
    }
}
