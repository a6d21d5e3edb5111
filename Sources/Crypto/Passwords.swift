import CArgon2
package import Values

/// Passwords of people, as argon2id hashes in PHC form: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
///
/// One hash takes 20 to 55 ms and 19 MiB: call it on own threads, never in a Task.
/// Source of the parameters: OWASP Password Storage Cheat Sheet (m=19456, t=2, p=1).
package enum Passwords {
    private static let memoryKiB: UInt32 = 19_456
    private static let passes: UInt32 = 2
    private static let saltLength = 16
    private static let hashLength = 32

    /// The hash of a password under a fresh salt.
    package static func hash(_ password: Secret) -> String {
        let text = Array(password.revealed.utf8)
        let salt = SystemRandom.bytes(saltLength)
        var encoded = [CChar](repeating: 0, count: 160)
        let code = unsafe argon2id_hash_encoded(
            passes, memoryKiB, 1, text, text.count, salt, salt.count, hashLength, &encoded, encoded.count)
        precondition(code == ARGON2_OK.rawValue, "argon2id failed with \(code)")
        return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether the password is the one behind the hash; false for anything that is no hash made here.
    ///
    /// A stored hash that asks for more memory or time than ours is refused, so that a row cannot exhaust the machine.
    package static func verify(_ password: Secret, against hash: String) -> Bool {
        guard hash.hasPrefix("$argon2id$v=19$m=\(memoryKiB),t=\(passes),p=1$") else { return false }
        let text = Array(password.revealed.utf8)
        return unsafe argon2id_verify(hash, text, text.count) == ARGON2_OK.rawValue
    }
}
