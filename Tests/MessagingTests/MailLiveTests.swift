import Crypto
import HTTPClient
import JSON
import TestKit
import Testing
import Values

@testable import Messaging

/// A real mail server (aiosmtpd), started for these tests.
private final class MailServer {
    static let python = PythonHouse("mail-venv", for: "MailServers")
    static let reason: Comment = "aiosmtpd cannot be installed here"

    let program: Program
    let ports: JSON
    let certificate: CertificateFingerprint

    init() throws {
        let folder = try Scratch.directory()
        let make = try Program.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=mail.test", "-keyout", "\(folder)/key.pem", "-out", "\(folder)/certificate.pem",
            ])
        try #require(make.code == 0, "\(make.errors)")
        let print = try Program.run(
            "/usr/bin/openssl", ["x509", "-in", "\(folder)/certificate.pem", "-noout", "-fingerprint", "-sha256"])
        let digits = print.output.drop { $0 != "=" }.dropFirst().filter { $0.isHexDigit }
        certificate = try #require(CertificateFingerprint(digits))
        let program = try Self.python.start("server.py", ["\(folder)/certificate.pem", "\(folder)/key.pem"])
        try #require(eventually { program.output.contains("\n") }, "\(program.errors)")
        self.program = program
        let line = program.output.split(separator: "\n")[0]
        ports = try JSON(parsing: Array(line.utf8))
    }

    func port(_ privacy: OutgoingMail.Privacy) throws -> UInt16 {
        try #require(ports[privacy.rawValue]?.integer.flatMap { UInt16(exactly: $0) })
    }

    /// The letters that it has taken.
    func letters() throws -> [JSON] {
        try program.output.split(separator: "\n").dropFirst().map { try JSON(parsing: Array($0.utf8)) }
    }

    func settings(
        _ privacy: OutgoingMail.Privacy, password: String? = "siméba", trust: CertificateTrust? = nil,
        bounces: String? = nil
    ) throws -> SMTPSettings {
        let user = password.map { OutgoingMail.Credentials(user: "wifi", password: Secret($0)) }
        return SMTPSettings(
            host: "127.0.0.1", port: try port(privacy), privacy: privacy,
            credentials: privacy == .none ? nil : user, from: try #require(EmailAddress("wifi@acme.test")),
            name: "Akmé Wi-Fi", bounces: bounces.flatMap { EmailAddress($0) },
            trust: trust ?? (privacy == .none ? .system : .pinned(certificate)))
    }
}

@Suite(.serialized, .ownThreads) struct MailLiveTests {
    private static let text = "Malipo – 50 €\n.\n..dots\nFrom here = on \(String(repeating: "é", count: 90))\n"

    private static func message(_ reader: String, id: String = "019a0000-0000-7000-8000-000000000001") throws
        -> OutgoingMessage
    {
        OutgoingMessage(
            id: id, attempt: "a", reader: .email(try #require(EmailAddress("\(reader)@example.test"))),
            subject: "Risiti – \(String(repeating: "malipo ", count: 20))😀", text: text, reports: "",
            now: 1_795_165_200_000)
    }

    @Test(
        "A letter arrives as it was written, by each kind of connection",
        .enabled(if: MailServer.python.python != nil, MailServer.reason))
    func arrives() async throws {
        let server = try MailServer()
        let client = MailClient()
        defer { client.close() }
        for privacy in OutgoingMail.Privacy.allCases {
            let smtp = SMTP(try server.settings(privacy, bounces: "b@acme.test")) { await client.send($0) }
            #expect(await smtp.send(try Self.message("asha")) == .taken(name: nil), "\(privacy)")
        }
        let letters = try server.letters()
        #expect(letters.count == 3)
        for letter in letters {
            #expect(letter["text"]?.text == Self.text + "\n" || letter["text"]?.text == Self.text, "\(letter)")
            #expect(letter["subject"]?.text == "Risiti – \(String(repeating: "malipo ", count: 20))😀")
            #expect(
                letter["from"]?.text == "Akmé Wi-Fi <wifi@acme.test>"
                    || letter["from"]?.text == "\"Akmé Wi-Fi\" <wifi@acme.test>")
            #expect(letter["sender"]?.text == "b+019a0000000070008000000000000001@acme.test")
            #expect(letter["readers"] == ["asha@example.test"] && letter["to"]?.text == "asha@example.test")
            #expect(letter["id"]?.text == "<019a0000-0000-7000-8000-000000000001@acme.test>")
            #expect(letter["headers"]?.integer == 9 && letter["defects"]?.integer == 0)
            #expect(letter["greeting"]?.text == "acme.test")
        }
        // Of TLS from the first byte on the server itself knows nothing.
        #expect(letters.map { $0["secure"]?.boolean } == [false, true, false])
        #expect(letters.count { $0["user"]?.boolean == true } == 2)
    }

    static let readers: [(reader: String, answer: SendAnswer)] = [
        ("nobody", .refused(.addressUnknown, code: "550 5.1.1")), ("full", .refused(.busy, code: "452 4.2.2")),
        ("policy", .refused(.refused, code: "550 5.7.1")), ("plain", .refused(.notDelivered, code: "550 ")),
        ("later", .refused(.busy, code: "451 4.3.0")), ("spam", .refused(.refused, code: "554 5.7.1")),
        ("lost", .unknown(.broken)),
    ]

    @Test(
        "Each no of the server is told apart, and a letter without an answer is in doubt",
        .enabled(if: MailServer.python.python != nil, MailServer.reason))
    func refusals() async throws {
        let server = try MailServer()
        let client = MailClient()
        defer { client.close() }
        let smtp = SMTP(try server.settings(.startTLS)) { await client.send($0) }
        for (reader, answer) in Self.readers {
            #expect(await smtp.send(try Self.message(reader)) == answer, "\(reader)")
        }
        // The one in doubt had arrived; sent again it has the same name.
        _ = await smtp.send(try Self.message("lost"))
        let lost = try server.letters().filter { $0["readers"] == ["lost@example.test"] }
        #expect(lost.count == 2 && Set(lost.map { $0["id"]?.text }).count == 1)
        #expect(try server.letters().count == 2)
    }

    @Test(
        "Wrong passwords, other certificates, missing TLS and nobody there: nothing is handed over",
        .enabled(if: MailServer.python.python != nil, MailServer.reason))
    func trouble() async throws {
        let server = try MailServer()
        let client = MailClient()
        defer { client.close() }
        func send(_ settings: SMTPSettings) async throws -> SendAnswer {
            await SMTP(settings) { await client.send($0) }.send(try Self.message("asha"))
        }
        #expect(
            try await send(server.settings(.startTLS, password: "wrong")) == .refused(.credentials, code: "535 5.7.8"))
        #expect(try await send(server.settings(.tls, password: "wrong")) == .refused(.credentials, code: "535 5.7.8"))
        #expect(try await send(server.settings(.startTLS, trust: .system)) == .refused(.unreachable, code: ""))
        let other = CertificateTrust.pinned(try #require(CertificateFingerprint(String(repeating: "ab", count: 32))))
        #expect(try await send(server.settings(.tls, trust: other)) == .refused(.unreachable, code: ""))
        // A server that offers no STARTTLS gets neither password nor letter.
        var settings = try server.settings(.startTLS)
        settings = SMTPSettings(
            host: "127.0.0.1", port: try server.port(.none), privacy: .startTLS, credentials: settings.credentials,
            from: settings.from, name: "", trust: settings.trust)
        #expect(try await send(settings) == .refused(.unreachable, code: ""))
        let closed = SMTPSettings(
            host: "127.0.0.1", port: try FreePort.first(), privacy: .none, credentials: nil, from: settings.from,
            name: "")
        #expect(try await send(closed) == .refused(.unreachable, code: ""))
        #expect(try server.letters().isEmpty)
    }

    @Test(
        "A server that takes a letter and says nothing is waited for no longer than agreed",
        .enabled(if: MailServer.python.python != nil, MailServer.reason))
    func silent() async throws {
        let server = try MailServer()
        let client = MailClient()
        defer { client.close() }
        let smtp = SMTP(try server.settings(.none)) { mail in
            var mail = mail
            mail.totalLimit = .seconds(1)
            return await client.send(mail)
        }
        #expect(await smtp.send(try Self.message("silent")) == .unknown(.broken))
    }
}
