import CWire
package import Values
import Wires

/// The key to which initiators' passwords are encrypted; its certificate is what an ISP is given.
package struct CredentialKey: Sendable {
    private let pem: String

    /// Makes a fresh one; nil where the system cannot.
    package init?(at now: Instant) {
        guard let pem = TLSIdentity.generate("Simulated M-PESA", at: now, withRSA: true) else { return nil }
        self.pem = pem
    }

    /// The certificate alone, as PEM.
    package var certificate: String {
        let end = "-----END CERTIFICATE-----\n"
        guard let range = pem.firstRange(of: end) else { return "" }
        return String(pem[..<range.upperBound])
    }

    /// The password inside a credential; nil where it cannot be read.
    func password(in credential: String) -> String? {
        guard let hidden = WireBase64.decode(credential) else { return nil }
        let key = Array(pem.utf8)
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 512) { output, count in
            count = unsafe wire_rsa_decrypt(key, Int32(key.count), hidden, hidden.count, output.baseAddress, 512)
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
