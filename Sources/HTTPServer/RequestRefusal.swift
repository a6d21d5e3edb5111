package import Values

/// A request that cannot be read, each with the status that HTTP gives it; RFC 9110 section 15.5.
package enum RequestRefusal: String, Refusal, CaseIterable {
    case malformed = "request.malformed"
    case malformedText = "request.malformed-text"
    case malformedForm = "request.malformed-form"
    case malformedJSON = "request.malformed-json"
    case tooLarge = "request.too-large"
    case headTooLarge = "request.head-too-large"
    case targetTooLong = "request.target-too-long"
    case unsupportedMediaType = "request.unsupported-media-type"
    case methodNotAllowed = "request.method-not-allowed"
    case methodUnknown = "request.method-unknown"
    case notFound = "request.not-found"
    case crossSite = "request.cross-site"
    case shuttingDown = "request.shutting-down"
    case tookTooLong = "request.took-too-long"

    package var kind: RefusalKind {
        switch self {
        case .notFound: .notFound
        case .crossSite: .forbidden
        default: .invalid
        }
    }

    /// The status of the answer.
    package var status: Int {
        switch self {
        case .malformed, .malformedText, .malformedForm, .malformedJSON: 400
        case .crossSite: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .tooLarge: 413
        case .targetTooLong: 414
        case .unsupportedMediaType: 415
        case .headTooLarge: 431
        case .methodUnknown: 501
        case .shuttingDown, .tookTooLong: 503
        }
    }
}
