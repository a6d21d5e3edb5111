package import Values

/// RouterOS over SSH: the console, one line a channel, without a terminal; for every version.
///
/// One connection is kept for a router and made again at the next use. Operations run one after another.
package struct SSHTransport: ConsoleTransport {
    /// Which host is believed to be the router.
    package enum Trust: Hashable, Sendable {
        /// The host key with this SHA-256 and no other.
        case pinned(CertificateFingerprint)
        /// None yet: nothing is sent, and the error tells which key was seen, for a person to confirm.
        case firstUse
    }

    /// How the user proves who it is.
    package enum Credential: Hashable, Sendable {
        case password(Secret)
        /// A private key in OpenSSH's form without a passphrase: Ed25519 from RouterOS 7.12 on, RSA before.
        case key(Secret)
    }

    /// Where a router is, who asks, and how its host key is known.
    package struct Access: Sendable {
        package var host: String
        package var port: UInt16 = 22
        package var user: String
        package var credential: Credential
        package var trust = Trust.firstUse

        package init(host: String, user: String, credential: Credential) {
            self.host = host
            self.user = user
            self.credential = credential
        }
    }

    /// The longest wait for an answer.
    package static let patience = Span.seconds(55)
    /// The longest answer taken, in bytes.
    package static let maximumAnswer = 32 << 20

    private let link: SSHLink
    private let lane: Lane

    /// A transport with its way to rest after an exchange that was given up; its connection ends after `idle`.
    package init(
        _ access: Access, idle: Span = .seconds(60), patience: Span = Self.patience,
        rest: @escaping @Sendable () async -> Void
    ) {
        link = SSHLink(access, idle: idle, patience: patience)
        lane = Lane(rest: rest)
    }

    package var printing: ConsolePrinting { .shown }

    package func output(_ line: String, _ menu: Menu?) async throws(RouterError) -> [UInt8] {
        try await output(line, menu, within: nil)
    }

    /// What a line prints; `limit` where it takes longer than others.
    func output(_ line: String, _ menu: Menu?, within limit: Span?) async throws(RouterError) -> [UInt8] {
        ConsoleReply.withoutEchoes(try await perform(.line(line), menu, within: limit))
    }

    /// What a line prints, without the end of its last line; `limit` as above.
    func text(_ line: String, _ menu: Menu, within limit: Span) async throws(RouterError) -> String {
        Self.withoutLastEnd(try await output(line, menu, within: limit))
    }

    /// What comes of one piece of work.
    func perform(_ work: SSHWork, _ menu: Menu?, within limit: Span? = nil) async throws(RouterError) -> [UInt8] {
        try await lane.run { () throws(RouterError) in
            do throws(RouterError) {
                return try await link.run(work, within: limit)
            } catch {
                throw RouterError(error.kind, in: menu)
            }
        }
    }
}
