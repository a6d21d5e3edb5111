import HTTPClient
import Testing
import Values

@testable import Messaging

/// Letters, and what mail servers say to them.
@Suite struct MailTests {
    private static func letter(_ subject: String, _ text: String, name: String = "Acme Wi-Fi") throws -> String {
        let (from, to) = (try #require(EmailAddress("wifi@acme.test")), try #require(EmailAddress("asha@example.test")))
        let letter = MailLetter(
            from: from, name: name, to: to, subject: subject, text: text, id: "019a", date: 1_795_165_200_000)
        return String(decoding: letter.bytes, as: UTF8.self)
    }

    @Test("A plain letter reads like one")
    func plain() throws {
        let letter = try Self.letter("Hello", "One\nTwo")
        #expect(
            letter == """
                From: "Acme Wi-Fi" <wifi@acme.test>\r
                To: <asha@example.test>\r
                Subject: Hello\r
                Date: Fri, 20 Nov 2026 09:00:00 +0000\r
                Message-ID: <019a@acme.test>\r
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Transfer-Encoding: quoted-printable\r
                Auto-Submitted: auto-generated\r
                \r
                One\r
                Two\r

                """)
    }

    @Test("No line is longer than 78 characters, whatever is written")
    func lines() throws {
        let long = String(repeating: "Malipo yamepokelewa – é 😀 = . ", count: 40)
        let letter = try Self.letter(long, long, name: long)
        for line in letter.split(separator: "\r\n") { #expect(line.utf8.count <= 78, "\(line)") }
        #expect(letter.utf8.allSatisfy { $0 < 0x80 })
        #expect(letter.contains("Subject: =?utf-8?B?") && letter.contains("From: =?utf-8?B?"))
    }

    @Test(
        "Nothing in a subject or a name begins another header",
        arguments: ["x\r\nBcc: all@example.test", "x\nBcc: y", "x\r\n\r\nbody", "a\u{0}b", "=?utf-8?B?eA==?="])
    func injection(text: String) throws {
        let letter = try Self.letter(text, "x", name: text)
        let (head, end) = (letter.split(separator: "\r\n\r\n")[0], letter.split(separator: "\r\n\r\n").count)
        #expect(!head.contains("\r\nBcc") && !head.contains("\nBcc") && end == 2)
        #expect(head.split(separator: "\r\n").filter { !$0.hasPrefix(" ") }.count == 9)
    }

    static let bodies: [(text: String, printed: String)] = [
        (".", "=2E\r\n"), ("..a", "=2E.a\r\n"), ("From me", "=46rom me\r\n"), ("a=b", "a=3Db\r\n"),
        ("end ", "end=20\r\n"), ("é", "=C3=A9\r\n"), ("", "\r\n"), ("a\r\nb\rc", "a\r\nb\r\nc\r\n"),
        (String(repeating: "a", count: 75) + ".b", String(repeating: "a", count: 75) + "=\r\n=2Eb\r\n"),
    ]

    @Test("Dots, equal signs and letters beyond ASCII are spelled", arguments: bodies)
    func quoted(text: String, printed: String) {
        #expect(String(decoding: MailLetter.quotedPrintable(text), as: UTF8.self) == printed)
    }

    static let replies: [(line: String, reason: MessageReason)] = [
        ("421 closing", .busy), ("450 4.2.1 busy", .busy), ("451 greylisted", .busy), ("452 full", .busy),
        ("454 4.7.0 TLS", .busy), ("530 5.7.0 auth needed", .credentials), ("535 5.7.8 bad", .credentials),
        ("535 bad", .credentials), ("550 5.1.1 no such user", .addressUnknown), ("550 no mailbox", .notDelivered),
        ("550 5.7.1 policy", .refused), ("552 too big", .messageUnfit), ("552 5.2.2 full", .notDelivered),
        ("553 bad address", .addressInvalid), ("554 rejected", .refused), ("550-5.1.10 null MX", .addressUnknown),
        ("550 5.1.8 bad sender", .senderUnfit), ("500 what?", .refused),
    ]

    @Test("A server's no is told apart by its codes", arguments: replies)
    func reply(line: String, reason: MessageReason) throws {
        #expect(SMTP.reason(try #require(MailReply(line))) == reason)
    }

    @Test("Replies are read with their enhanced code where that is one")
    func parses() {
        #expect(MailReply("250 2.0.0 OK") == MailReply(code: 250, enhanced: "2.0.0"))
        #expect(MailReply("550 10.0.0.1 blocked")?.enhanced == nil)
        #expect(MailReply("550 4.1.1 odd")?.enhanced == nil)
        #expect(MailReply("hello") == nil && MailReply("99") == nil && MailReply("") == nil)
    }

    @Test("A bounce names its letter")
    func verp() throws {
        let from = try #require(EmailAddress("wifi@acme.test"))
        func settings(_ bounces: String?) -> SMTPSettings {
            SMTPSettings(
                host: "mail.test", port: 587, privacy: .startTLS, credentials: nil, from: from, name: "",
                bounces: bounces.flatMap { EmailAddress($0) })
        }
        let id = "019a0000-0000-7000-8000-000000000001"
        #expect(settings("b@acme.test").envelope(id).full == "b+019a0000000070008000000000000001@acme.test")
        #expect(settings(nil).envelope(id) == from)
    }

    static let addresses: [(text: String, isOne: Bool)] = [
        ("asha@example.org", true), ("a.b+c@Mail.Example.ORG", true), ("a@b", false), ("a b@c.de", false),
        ("a@b.c\r\nRCPT", false), ("@b.cd", false), ("a@", false), (".a@b.cd", false), ("a..b@c.de", false),
        ("a@-b.cd", false), ("a@b_.cd", false), ("a@b@c.de", false), ("ä@b.cd", false), ("<a@b.cd>", false),
        (String(repeating: "a", count: 65) + "@b.cd", false),
    ]

    @Test("An address is one that can carry nothing else", arguments: addresses)
    func address(text: String, isOne: Bool) {
        #expect((EmailAddress(text) != nil) == isOne)
        if let address = EmailAddress(text) { #expect(!"\(address)".contains(address.local.dropFirst())) }
    }
}
