package import Values

/// One request to another machine, with everything that bounds it.
package struct OutgoingRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// Who asks.
    package enum Authorization: Sendable {
        case none
        /// RFC 7617; sent with the first request, never to a server whose certificate was refused.
        case basic(user: String, password: Secret)
        /// RFC 6750.
        case bearer(Secret)
    }

    package var method: Method
    /// An absolute `http` or `https` address, percent-encoded.
    package var url: String
    /// Header fields besides those that follow from the rest.
    package var headers: [(name: String, value: String)] = []
    package var authorization = Authorization.none
    package var body: [UInt8]?
    /// Whether a GET changes something on the other side all the same, and so must never go out twice by itself.
    package var actsOnce = false
    /// Where it is `system`, plain `http` is taken too.
    package var trust = CertificateTrust.system
    /// The longest wait for a connection, TLS included.
    package var connectLimit = Span.seconds(5)
    /// The longest wait for the whole answer.
    package var totalLimit = Span.seconds(30)
    /// The longest body that is taken, in bytes.
    package var maximumResponse = 4 << 20

    package init(_ method: Method, _ url: String) {
        self.method = method
        self.url = url
    }
}

/// What came back, whatever its status.
package struct IncomingResponse: Sendable {
    package let status: Int
    /// Header fields in their order, names in lower case.
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    /// An answer made by hand, for stand-ins of a server.
    package init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first field of that name, which is given in lower case.
    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
