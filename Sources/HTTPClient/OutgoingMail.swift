package import Values

/// One letter for one reader, with everything that bounds its sending.
package struct OutgoingMail: Sendable {
    /// How the connection to the server is kept private.
    package enum Privacy: String, Sendable, CaseIterable {
        /// TLS from the first byte; RFC 8314, port 465.
        case tls
        /// STARTTLS before anything else, or nothing is sent; RFC 3207, port 587.
        case startTLS = "starttls"
        /// None: for a server on this computer. Credentials are not sent over it.
        case none
    }

    package struct Credentials: Sendable {
        package let user: String
        package let password: Secret

        package init(user: String, password: Secret) {
            self.user = user
            self.password = password
        }
    }

    /// A name or an address; a server's own, without scheme.
    package let host: String
    package let port: UInt16
    package let privacy: Privacy
    package let credentials: Credentials?
    /// Where bounces go.
    package let sender: EmailAddress
    package let reader: EmailAddress
    /// Headers and body with CRLF at each line's end; a leading dot is doubled on the way.
    package let letter: [UInt8]
    package var trust = CertificateTrust.system
    package var connectLimit = Span.seconds(10)
    package var totalLimit = Span.seconds(60)

    package init(
        host: String, port: UInt16, privacy: Privacy, credentials: Credentials?, from sender: EmailAddress,
        to reader: EmailAddress, letter: [UInt8]
    ) {
        self.host = host
        self.port = port
        self.privacy = privacy
        self.credentials = credentials
        self.sender = sender
        self.reader = reader
        self.letter = letter
    }
}

/// What a mail server said last; RFC 5321 section 4.2, and RFC 3463 for the enhanced code.
package struct MailReply: Hashable, Sendable {
    /// 200 to 599.
    package let code: Int
    /// Such as `5.1.1`; nil where the server gives none.
    package let enhanced: String?

    package init(code: Int, enhanced: String? = nil) {
        self.code = code
        self.enhanced = enhanced
    }

    /// Reads `550 5.1.1 no such user`, or one of several lines, `550-5.1.1 …`.
    package init?(_ line: some StringProtocol) {
        let bytes = Array(line.utf8.prefix(40))
        guard bytes.count >= 3, let code = Int(String(decoding: bytes[..<3], as: UTF8.self)), (200...599).contains(code)
        else { return nil }
        self.code = code
        let word = bytes.dropFirst(4).prefix { $0 > 0x20 }
        let parts = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isCode =
            parts.count == 3 && parts[0].first == bytes[0]
            && parts.allSatisfy { (1...3).contains($0.count) && $0.allSatisfy { (48...57).contains($0) } }
        enhanced = isCode ? String(decoding: word, as: UTF8.self) : nil
    }
}

/// What became of a letter.
package enum MailOutcome: Hashable, Sendable {
    /// The server has taken it over.
    case taken
    /// The server said no, to the letter, the reader or us.
    case refused(MailReply)
    /// It was handed over, and the server's word is missing: it was possibly sent.
    case unknown
    /// Nothing was handed over.
    case unsent(HTTPClientError)
}
