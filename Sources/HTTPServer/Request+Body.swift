package import JSON

/// The body, read as what it says it is.
extension Request {
    /// The fields of a form, url-encoded or multipart.
    ///
    /// - Throws: `RequestRefusal` for another type, for what is not UTF-8, and for a form that is broken off, nested in
    ///   a way that cannot be told, or of more than a thousand parts.
    package func form() throws -> Form {
        if let form = readForm { return form }
        let type = try contentType()
        let form =
            switch type.value {
            case "application/x-www-form-urlencoded": try Form(urlEncoded: body)
            case "multipart/form-data":
                try MultipartReader(body, boundary: type.parameters["boundary"] ?? "").form()
            default: throw RequestRefusal.unsupportedMediaType
            }
        readForm = form
        return form
    }

    /// The body as JSON.
    ///
    /// - Throws: `RequestRefusal` unless it is `application/json` or `…+json` and well formed.
    package func json() throws -> JSON {
        let type = try contentType().value
        guard type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json")) else {
            throw RequestRefusal.unsupportedMediaType
        }
        do {
            return try JSON(parsing: body)
        } catch {
            throw RequestRefusal.malformedJSON
        }
    }

    private func contentType() throws(RequestRefusal) -> HeaderField {
        guard let text = header("Content-Type") else { throw .unsupportedMediaType }
        return try HeaderField(name: "content-type", value: text)
    }
}
