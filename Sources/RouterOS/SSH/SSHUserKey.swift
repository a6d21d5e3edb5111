import Crypto
package import Values

/// A key with which we log in at a router over SSH instead of the password.
///
/// RouterOS takes RSA, and Ed25519 from 7.12 on; ECDSA it refuses. A user with a key cannot use a password over SSH any
/// more (FACTS 3). Source of the form: OpenSSH's PROTOCOL.key.
package struct SSHUserKey: Sendable {
    /// Why a text is no key for us.
    package enum Flaw: Error, Hashable, CustomStringConvertible {
        case unreadable
        /// It wants a passphrase, and nobody would be there to type it.
        case locked
        case unsupported(String)

        package var description: String {
            switch self {
            case .unreadable: "this is no private key in OpenSSH's form"
            case .locked: "the key is locked by a passphrase; give one without: ssh-keygen -p -N \"\""
            case .unsupported(let kind): "RouterOS takes no key of the kind \(kind); use ed25519, or rsa before 7.12"
            }
        }
    }

    /// The private key as a file of OpenSSH.
    package let secret: Secret
    /// The public key as a line, `ssh-ed25519 AAAA… lango`; nil where the file does not tell it.
    package let open: String?

    private static let begin = "-----BEGIN OPENSSH PRIVATE KEY-----"
    private static let end = "-----END OPENSSH PRIVATE KEY-----"
    private static let mark = Array("openssh-key-v1\0".utf8)
    private static let kinds = ["ssh-ed25519", "ssh-rsa"]

    /// Reads a file of `ssh-keygen`, or RSA in the older form.
    package init(file text: String) throws(Flaw) {
        if text.contains("-----BEGIN RSA PRIVATE KEY-----") {
            guard !text.contains("ENCRYPTED") else { throw .locked }
            open = nil
        } else {
            open = try Self.publicLine(text)
        }
        secret = Secret(text)
    }

    /// A fresh Ed25519 key.
    package init() {
        // 32 bytes are always a key.
        guard let key = Ed25519Key(seed: SystemRandom.bytes(32)) else { preconditionFailure("32 bytes are no seed") }
        let kind = Array("ssh-ed25519".utf8)
        let blob = Self.text(kind) + Self.text(key.open)
        let check = SystemRandom.bytes(4)
        var inner =
            check + check + Self.text(kind) + Self.text(key.open) + Self.text(key.seed + key.open)
            + Self.text(Array("lango".utf8))
        inner += (1...8).prefix((8 - inner.count % 8) % 8).map { UInt8($0) }
        let none = Self.text(Array("none".utf8))
        let bytes = Self.mark + none + none + Self.text([]) + [0, 0, 0, 1] + Self.text(blob) + Self.text(inner)
        let digits = Array(Base64.encode(bytes))
        let lines = stride(from: 0, to: digits.count, by: 70).map { String(digits[$0..<min($0 + 70, digits.count)]) }
        secret = Secret(([Self.begin] + lines + [Self.end]).joined(separator: "\n") + "\n")
        open = "ssh-ed25519 \(Base64.encode(blob)) lango"
    }

    /// What makes a router take this key for a user; nil where the public part is not known.
    ///
    /// The router removes the file by itself.
    package func commands(for user: String) -> String? {
        open.map { line in
            let file = ConsoleLine.quoted("lango-key.pub")
            return """
                /file add name=\(file) contents=\(ConsoleLine.quoted(line))
                /user ssh-keys import public-key-file=\(file) user=\(ConsoleLine.quoted(user))
                """
        }
    }

    // MARK: OpenSSH's form

    private static func publicLine(_ text: String) throws(Flaw) -> String {
        guard let head = text.firstRange(of: begin), let tail = text.firstRange(of: end),
            head.upperBound <= tail.lowerBound, text.utf8.count <= 16_384
        else { throw .unreadable }
        let digits = text[head.upperBound..<tail.lowerBound].filter { !$0.isWhitespace && $0 != "=" }
            .map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }
        guard let bytes = Base64URL.decode(String(digits)), bytes.starts(with: mark) else { throw .unreadable }
        var rest = bytes.dropFirst(mark.count)
        let cipher = try string(&rest)
        _ = try string(&rest)
        _ = try string(&rest)
        guard rest.prefix(4).elementsEqual([0, 0, 0, 1]) else { throw .unreadable }
        rest = rest.dropFirst(4)
        let blob = try string(&rest)
        var inside = blob[...]
        let kind = String(decoding: try string(&inside), as: UTF8.self)
        guard kinds.contains(kind) else { throw .unsupported(String(kind.prefix(40).filter(\.isASCII))) }
        guard cipher == Array("none".utf8) else { throw .locked }
        return "\(kind) \(Base64.encode(blob)) lango"
    }

    /// Bytes behind their length, RFC 4251 section 5.
    private static func text(_ bytes: [UInt8]) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (24 - 8 * $0)) } + bytes
    }

    private static func string(_ rest: inout ArraySlice<UInt8>) throws(Flaw) -> [UInt8] {
        guard rest.count >= 4 else { throw .unreadable }
        let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(4)
        guard count <= rest.count else { throw .unreadable }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}
