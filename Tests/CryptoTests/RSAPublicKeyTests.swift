import Crypto
import TestKit
import Testing

@Suite struct RSAPublicKeyTests {
    @Test(
        "What is no RSA key is refused",
        arguments: [
            "", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            // Ed25519, made for this test.
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n",
        ])
    func refuses(pem: String) {
        #expect(RSAPublicKey(pem: pem) == nil)
    }

    @Test("The openssl program takes the encryption off again")
    func decrypts() throws {
        let folder = try Scratch.directory()
        let make =
            "openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 2 -subj /CN=test 2>/dev/null"
        _ = try run("cd \(folder) && \(make) && openssl x509 -in c.pem -pubkey -noout > p.pem")
        for name in ["c", "p"] {
            let key = try #require(RSAPublicKey(pem: Program.read("\(folder)/\(name).pem")))
            let hidden = try #require(key.encryptPKCS1(Array("Safaricom999!*!".utf8)))
            #expect(hidden.count == 256 && key.encryptPKCS1(Array("Safaricom999!*!".utf8)) != hidden)
            try Program.write(Base64.encode(hidden), to: folder + "/hidden")
            let open =
                "openssl base64 -d -A -in hidden | openssl pkeyutl -decrypt -inkey k.pem -pkeyopt rsa_padding_mode:pkcs1"
            let shown = try run("cd \(folder) && \(open)")
            #expect(shown == "Safaricom999!*!")
            #expect(key.encryptPKCS1([UInt8](repeating: 1, count: 246)) == nil)
        }
    }

    private func run(_ line: String) throws -> String {
        try Program.run("/bin/sh", ["-c", line]).output
    }
}
