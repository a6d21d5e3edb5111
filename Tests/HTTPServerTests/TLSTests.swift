import Glibc
import HTTPServer
import Testing

@Suite struct TLSTests {
    /// Makes a key and a certificate for `name` with the openssl program.
    static func makeCertificate(_ name: String, in folder: StaticFilesTests.Folder) -> Bool {
        run(
            """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=\(name) \
            -keyout \(folder.path)/key.pem -out \(folder.path)/cert.pem >/dev/null 2>&1
            """) == ""
    }

    static func run(_ command: String) -> String {
        guard let pipe = unsafe popen(command, "r") else { return "" }
        var text: [UInt8] = []
        while case let byte = unsafe fgetc(pipe), byte >= 0 { text.append(UInt8(truncatingIfNeeded: byte)) }
        unsafe pclose(pipe)
        return String(decoding: text, as: UTF8.self)
    }

    func harness(_ folder: StaticFilesTests.Folder) throws -> Harness {
        try Harness {
            $0.tls = .init(certificatePath: "\(folder.path)/cert.pem", keyPath: "\(folder.path)/key.pem")
        }
    }

    static func subject(_ port: UInt16) -> String {
        run("echo | timeout 5 openssl s_client -connect 127.0.0.1:\(port) 2>/dev/null | grep ^subject")
    }

    @Test("Pages come over TLS, with cookies and headers that fit it")
    func pages() throws {
        let folder = try StaticFilesTests.Folder([:])
        try #require(Self.makeCertificate("one.test", in: folder))
        let harness = try harness(folder)
        let text = Self.run("curl -sk -m 5 -D- https://127.0.0.1:\(harness.server.port)/cookie")
        #expect(text.hasSuffix("none"))
        #expect(text.contains("Strict-Transport-Security: max-age=31536000"))
        #expect(text.contains("Set-Cookie: __Host-session="))
        #expect(Self.run("curl -sk -m 5 --tls-max 1.1 https://127.0.0.1:\(harness.server.port)/; echo $?") == "35\n")
        let plain = try harness.client()
        try plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(!plain.readToEnd().contains("200 OK"))
    }

    @Test("A new certificate is taken without dropping anybody; a bad one is refused and the old one stays")
    func reload() throws {
        let folder = try StaticFilesTests.Folder([:])
        try #require(Self.makeCertificate("one.test", in: folder))
        let harness = try harness(folder)
        #expect(Self.subject(harness.server.port).contains("one.test"))
        // A connection that is open before and used after.
        let slow = Thread { [port = harness.server.port, path = folder.path] in
            _ = Self.run(
                """
                (printf 'GET /hello/all HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'; sleep 1.5; \
                printf 'GET /hello/again HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'; sleep 0.5) \
                | timeout 8 openssl s_client -quiet -connect 127.0.0.1:\(port) > \(path)/kept 2>/dev/null
                """)
        }
        usleep(500_000)
        try #require(Self.makeCertificate("two.test", in: folder))
        try harness.server.reloadCertificate()
        #expect(Self.subject(harness.server.port).contains("two.test"))
        slow.join()
        let kept = Self.run("cat \(folder.path)/kept")
        #expect(kept.contains("everybody") && kept.contains("hello again"))
        try StaticFilesTests.Folder.write("nonsense", to: "\(folder.path)/cert.pem")
        let error = #expect(throws: ServerError.self) { try harness.server.reloadCertificate() }
        #expect(error?.kind == .certificate)
        #expect(Self.subject(harness.server.port).contains("two.test"))
    }

    @Test("A key that does not belong to the certificate stops the start")
    func mismatch() throws {
        let folder = try StaticFilesTests.Folder([:])
        let other = try StaticFilesTests.Folder([:])
        try #require(Self.makeCertificate("one.test", in: folder) && Self.makeCertificate("two.test", in: other))
        let error = #expect(throws: ServerError.self) {
            try Harness {
                $0.tls = .init(certificatePath: "\(folder.path)/cert.pem", keyPath: "\(other.path)/key.pem")
            }
        }
        #expect(error?.kind == .certificate)
        #expect(error?.description.contains("do not belong together") == true)
    }

    @Test(
        "What is wrong with certificate or key is told with the name of the file",
        arguments: [
            ("rm cert.pem", "cert.pem cannot be read: No such file"),
            ("rm key.pem", "key.pem cannot be read: No such file"),
            (": > cert.pem", "cert.pem is empty"), (": > key.pem", "key.pem is empty"),
            ("echo hello > cert.pem", "cert.pem holds no certificate in PEM"),
            (
                "openssl pkey -in key.pem -outform DER -out key.der && mv key.der key.pem",
                "key.pem holds no private key in PEM"
            ),
            ("mv cert.pem x && mv key.pem cert.pem && mv x key.pem", "cert.pem holds a key"),
            ("cp cert.pem key.pem", "key.pem holds a certificate"),
            ("head -n 4 cert.pem > x && mv x cert.pem", "cert.pem holds a certificate that cannot be read"),
            ("head -n 2 key.pem > x && mv x key.pem", "key.pem holds a key that cannot be read"),
            (
                "openssl pkey -in key.pem -aes256 -passout pass:abcd -out x && mv x key.pem",
                "key.pem is locked with a passphrase"
            ),
            ("openssl genpkey -algorithm ed25519 -out key.pem", "do not belong together"),
        ])
    func explained(spoil: String, words: String) throws {
        let folder = try StaticFilesTests.Folder([:])
        try #require(Self.makeCertificate("one.test", in: folder))
        #expect(Self.run("cd \(folder.path) && { \(spoil); } 2>&1") == "")
        let error = #expect(throws: ServerError.self) { try self.harness(folder) }
        #expect(error?.kind == .certificate)
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        #expect(error?.description.hasSuffix(".") == true)
    }
}
