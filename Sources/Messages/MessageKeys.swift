package import Crypto
package import Values

/// The keys of this room: secret paths are made of a key and the account's own, so that the store holds none of them.
package struct MessageKeys: Sendable {
    private let road: SecretKey
    private let lookup: SecretKey
    private let seal: SecretKey

    /// Derives all from the install's key.
    package init(_ master: SecretKey) {
        road = master.derived(for: "message-road")
        lookup = master.derived(for: "message-lookup")
        seal = master.derived(for: "message-seal")
    }

    /// The last part of the address to which an account's reports are sent: 128 bits that nobody can guess.
    package func token(of account: ID<SenderAccount>) -> String {
        Hex.encode(Array(hmacSHA256(account.description, key: road).prefix(16)))
    }

    /// What the store knows a secret path or the body of a report by.
    package func hash(_ text: String) -> [UInt8] { hash(Array(text.utf8)) }
    package func hash(_ bytes: [UInt8]) -> [UInt8] { Array(hmacSHA256(bytes, key: lookup).prefix(16)) }

    package func seal<Subject>(_ bytes: [UInt8], for id: ID<Subject>) -> [UInt8] {
        Seal.seal(bytes, key: seal, boundTo: Array(id.description.utf8))
    }

    /// - Throws: `SealBroken` under another install's key.
    package func open<Subject>(_ sealed: [UInt8], for id: ID<Subject>) throws(SealBroken) -> [UInt8] {
        try Seal.open(sealed, key: seal, boundTo: Array(id.description.utf8))
    }
}
