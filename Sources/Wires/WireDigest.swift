import CWire

/// SHA-256, for simulators.
package enum WireDigest {
    /// The digest of a text in lower-case hexadecimal digits.
    package static func sha256(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let digest = unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            unsafe EVP_Digest(bytes, bytes.count, buffer.baseAddress, nil, EVP_sha256(), nil)
            count = 32
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
