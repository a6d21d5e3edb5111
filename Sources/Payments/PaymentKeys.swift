package import Crypto
import MobileMoney
package import Values

/// The keys of this room: secret paths are made of a key and the row's own, so that the store holds none of them.
package struct PaymentKeys: Sendable {
    private let road: SecretKey
    private let lookup: SecretKey
    private let seal: SecretKey

    /// Derives all from the install's key.
    package init(_ master: SecretKey) {
        road = master.derived(for: "payment-road")
        lookup = master.derived(for: "payment-lookup")
        seal = master.derived(for: "payment-seal")
    }

    /// The last part of the address to which news of a row is posted: 128 bits that nobody can guess.
    ///
    /// In hexadecimal digits: letters by chance would spell a word that Daraja refuses in one address of some hundred.
    package func token<Subject>(of id: ID<Subject>) -> String {
        Hex.encode(Array(hmacSHA256(id.description, key: road).prefix(16)))
    }

    /// What the store knows a secret text by: a path, the name of a prompt, the body of a notice.
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
