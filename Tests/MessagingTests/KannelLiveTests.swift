import Glibc
import HTTPClient
import Synchronization
import TestKit
import Testing
import Values
import Wires

@testable import Messaging

/// A real Kannel with a message centre that is none, started for these tests.
private final class KannelServer {
    private static let programs = ["/usr/sbin/bearerbox", "/usr/sbin/smsbox", "/usr/lib/kannel/test/fakesmsc"]
    static let isInstalled = programs.allSatisfy { (path: String) in unsafe access(path, X_OK) == 0 }
    static let reason: Comment = "Kannel is not installed; scripts/packages test does it"

    /// Where sendsms is.
    let port: UInt16
    private let link: UInt16
    private let bearerbox: Program
    private let smsbox: Program
    private var fake: Program?

    init() throws {
        let ports = try FreePort.first(of: 4)
        (port, link) = (ports + 3, ports + 2)
        let settings = """
            group = core
            admin-port = \(ports)
            admin-password = test
            smsbox-port = \(ports + 1)
            box-allow-ip = "127.0.0.1"

            group = smsc
            smsc = fake
            smsc-id = FAKE
            port = \(ports + 2)
            connect-allow-ip = 127.0.0.1

            group = smsbox
            bearerbox-host = 127.0.0.1
            sendsms-port = \(ports + 3)

            group = sendsms-user
            username = lango
            password = p&ss
            concatenation = true
            max-messages = 6

            group = sms-service
            keyword = default
            text = "x"

            """
        let path = try Scratch.directory() + "/kannel.conf"
        try Program.write(settings, to: path)
        bearerbox = try Program("/usr/sbin/bearerbox", [path])
        try #require(eventually { Self.listens(at: ports + 1) })
        smsbox = try Program("/usr/sbin/smsbox", [path])
        try #require(eventually { Self.listens(at: ports + 3) })
        try connect()
    }

    deinit {
        fake?.signal(SIGKILL)
        smsbox.signal(SIGKILL)
        bearerbox.signal(SIGKILL)
    }

    private static func listens(at port: UInt16) -> Bool { (try? Wire(port: port)) != nil }

    /// The message centre comes, or comes back.
    func connect() throws {
        let program = try Program(
            "/usr/lib/kannel/test/fakesmsc", ["-H", "127.0.0.1", "-r", "\(link)", "-i", "1", "-m", "0", "1 2 text nop"])
        fake = program
        try #require(eventually { (program.output + program.errors).contains("Connecting to") })
        usleep(300_000)
    }

    /// The message centre goes.
    func disconnect() {
        fake?.signal(SIGKILL)
        _ = fake?.end()
    }

    /// Kannel takes long to end in order, and nothing is left here to be saved.
    func end() {
        for program in [smsbox, bearerbox] {
            program.signal(SIGKILL)
            _ = program.end()
        }
    }

    /// What reached the message centre, a line a segment.
    var segments: [String] {
        let told = fake.map { $0.output + $0.errors } ?? ""
        return told.split(separator: "\n").map { String($0) }.filter { $0.contains("Got message") }
    }
}

@Suite(.serialized, .ownThreads) struct KannelLiveTests {
    @Test(
        "A real Kannel takes messages, splits them as we count, and asks us with what became of them",
        .enabled(if: KannelServer.isInstalled, KannelServer.reason))
    func sends() async throws {
        let kannel = try KannelServer()
        let (client, asked) = (HTTPClient(), Mailbox())
        let receiver = try WireServer()
        let door = try receiver.open(IPv4Address(bits: 0x7F00_0001), port: 0) { stream in
            WireHTTP.serve(stream, as: "test") { request, _ in
                asked.targets.withLock { $0.append(request.target) }
                return .answer(WireAnswer(200))
            }
        }
        defer {
            client.close()
            receiver.stop()
        }
        func account(_ password: String = "p&ss") -> Kannel {
            Kannel(
                KannelSettings(
                    address: "http://127.0.0.1:\(kannel.port)", username: "lango", password: Secret(password),
                    from: "LANGO"),
                over: MessageTransport(client))
        }
        func message(_ text: String, _ attempt: String) throws -> OutgoingMessage {
            OutgoingMessage(
                id: "m", attempt: attempt, reader: .phone(try #require(PhoneNumber(digits: "254711000001"))),
                text: text,
                reports: "http://127.0.0.1:\(door.number)/in/m/TOKEN", now: 0)
        }
        func news(_ attempt: String) -> [DeliveryReport.State] {
            asked.notices.compactMap {
                if case .report(let report) = $0, report.name == .attempt(attempt) { report.state } else { nil }
            }
        }
        #expect(await account("wrong").send(try message("x", "0")) == .refused(.credentials, code: "403"))
        #expect(await account().send(try message("Asante é €", "1")) == .taken(name: nil))
        // They come over connections of their own, and so in either order.
        #expect(eventually { Set(news("1")) == [.onItsWay, .delivered] }, "\(asked.targets.withLock { $0 })")
        #expect(asked.targets.withLock { $0 }.allSatisfy { $0.hasPrefix("/in/m/TOKEN?id=") })
        #expect(kannel.segments.count == 1 && kannel.segments[0].contains("Asante é €"))
        var expected = 1
        for (index, text) in [
            String(repeating: "a", count: 161), String(repeating: "ê", count: 71),
            String(repeating: "a", count: 152) + "€" + String(repeating: "a", count: 152),
            String(repeating: "😀", count: 36),
        ].enumerated() {
            #expect(await account().send(try message(text, "long-\(index)")) == .taken(name: nil))
            expected += SMSText(text).segments
        }
        #expect(eventually { kannel.segments.count == expected }, "\(kannel.segments.count) of \(expected)")
        // Without a link it is kept, and goes out when the link is back.
        kannel.disconnect()
        #expect(await account().send(try message("later", "2")) == .taken(name: nil))
        try kannel.connect()
        #expect(eventually { news("2").contains(.delivered) })
        kannel.end()
        #expect(await account().send(try message("nobody", "3")) == .refused(.unreachable, code: ""))
    }

    private final class Mailbox: Sendable {
        let targets = Mutex<[String]>([])
        var notices: [MessageNotice] {
            targets.withLock { $0 }.map { Kannel.notice(Array($0.drop { $0 != "?" }.dropFirst().utf8)) }
        }
    }
}
