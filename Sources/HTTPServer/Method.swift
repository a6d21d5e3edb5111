/// The methods that routes can have; RFC 9110 section 9, RFC 5789.
package enum Method: Int, Sendable, CaseIterable {
    case get, head, post, put, patch, delete, options

    /// Whether the method asks for no change; RFC 9110 section 9.2.1.
    package var isSafe: Bool { self == .get || self == .head || self == .options }

    /// The name as it stands in a request line.
    package var name: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        }
    }

    /// Reads a zero-terminated name; case counts.
    init?(reading name: UnsafePointer<CChar>) {
        for method in Self.allCases where unsafe method.matches(name) {
            self = method
            return
        }
        return nil
    }

    private func matches(_ text: UnsafePointer<CChar>) -> Bool {
        let name = self.name
        for index in 0...name.utf8CodeUnitCount {
            guard unsafe UInt8(bitPattern: text[index]) == name.utf8Start[index] else { return false }
        }
        return true
    }
}
