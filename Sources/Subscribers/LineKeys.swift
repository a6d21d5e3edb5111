package import Crypto
package import Values

/// Seals the passwords of lines: a stolen dump dials in nowhere.
package struct LineKeys: Sendable {
    private static let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
    private let key: SecretKey

    package init(_ masterKey: SecretKey) { key = masterKey.derived(for: "line-password") }

    package func seal(_ password: Secret, of line: ID<Line>) -> [UInt8] {
        Seal.seal(password, key: key, boundTo: Array(line.description.utf8))
    }

    /// The password of a line; nil where it has none.
    ///
    /// - Throws: `SealBroken` under another install's key.
    package func password(of line: Line) throws(SealBroken) -> Secret? {
        guard let sealed = line.passwordSealed else { return nil }
        return try Seal.openText(sealed, key: key, boundTo: Array(line.id.description.utf8))
    }

    /// A password that can be read aloud.
    package static func drawn() -> Secret { Secret(SystemRandom.text(10, from: alphabet)) }
}
