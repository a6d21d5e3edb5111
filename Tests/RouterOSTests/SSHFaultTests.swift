import Glibc
import RouterSimulator
import Testing
import Values

@testable import RouterOS

@Suite struct SSHFaultTests {
    private static func read(_ transport: SSHTransport) async -> RouterError.Kind? {
        await kind { try await transport.readRecord(.systemIdentity, properties: ["name"]) }
    }

    @Test("The first host key waits for a person, another one is refused, before any password is sent")
    func hostKeys() async throws {
        let bench = try SSHBench()
        defer { bench.host.stop() }
        let first = try #require(CertificateFingerprint(bench.host.router.hostKey?.fingerprint ?? ""))
        let stranger = bench.transport { $0.trust = .firstUse }
        #expect(await Self.read(stranger) == .hostKeyUnknown(seen: first))
        try bench.host.changeHostKey()
        let second = try #require(CertificateFingerprint(bench.host.router.hostKey?.fingerprint ?? ""))
        #expect(await Self.read(bench.transport) == .hostKeyChanged(expected: first, seen: second))
        let log = bench.host.router.with { machine, _ in machine.records(of: "/log") }
        #expect(!log.contains { $0["topics"]?.contains("account") == true })
    }

    @Test("A wrong password, a door that is off or closed, and no router at all")
    func refusals() async throws {
        let bench = try SSHBench()
        defer { bench.host.stop() }
        #expect(await Self.read(bench.transport { $0.credential = .password(Secret("wrong")) }) == .unauthorized)
        #expect(
            await Self.read(
                bench.transport {
                    $0.host = "127.0.0.1"; $0.port = 1
                }) == .unreachable)
        try bench.host.router.perform(RouterCommand("/ip/service", "set", ["numbers": "ssh", "disabled": "yes"]))
        #expect(await Self.read(bench.transport) == .notAdmitted)
        bench.host.closeSSH()
        #expect(await Self.read(bench.transport) == .unreachable)
    }

    @Test("A kept connection that has gone is made again without anyone noticing")
    func reconnects() async throws {
        let bench = try SSHBench()
        defer { bench.host.stop() }
        #expect(await Self.read(bench.transport) == nil)
        bench.host.closeSSH()
        try bench.host.reopenSSH()
        try await Task.sleep(for: .milliseconds(100))
        #expect(await Self.read(bench.transport) == nil)
    }

    @Test("What broke after the line was sent was possibly carried out")
    func breaks() async throws {
        let bench = try SSHBench()
        defer { bench.host.stop() }
        let router = bench.host.router
        for fault in [Fault.Kind.cut(3), .loseReply, .closeBefore] {
            router.plan(Fault(fault, door: .ssh, menu: "/system/identity"))
            #expect(await Self.read(bench.transport) == .interrupted(maybeDone: true), "\(fault)")
        }
        #expect(await Self.read(bench.transport) == nil)
        router.plan(Fault(.error500, door: .ssh, menu: "/system/identity"))
        #expect(await Self.read(bench.transport) == .failure("action failed (6)"))
        router.plan(Fault(.slow(300), door: .ssh, menu: "/system/identity"))
        #expect(await Self.read(bench.transport) == nil)
    }

    @Test("Whoever gives up is free at once, while the door hangs at connecting, at the login and at a line")
    func cancels() async throws {
        for verb in ["connect", "login", "get"] {
            let bench = try SSHBench()
            defer { bench.host.stop() }
            bench.host.router.plan(Fault(.hang, door: .ssh, verb: verb))
            let transport = bench.transport
            let start = ContinuousClock.now
            let task = Task { await Self.read(transport) }
            try await Task.sleep(for: .milliseconds(400))
            task.cancel()
            #expect(await task.value == .interrupted(maybeDone: verb == "get"))
            #expect(ContinuousClock.now - start < .seconds(3))
            bench.host.router.clearFaults()
        }
    }

    @Test("What answers without being SSH is no router")
    func strangers() async throws {
        let bench = try SSHBench()
        defer { bench.host.stop() }
        let start = ContinuousClock.now
        let transport = bench.transport { $0.port = bench.host.restTLSPort }
        let kind = await Self.read(transport)
        #expect(kind != nil && kind != .unauthorized)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("No password shows in an error or in a printed form")
    func secrets() async throws {
        let bench = try SSHBench { $0.credential = .password(Secret("hunter2")) }
        defer { bench.host.stop() }
        do {
            _ = try await bench.transport.readRecord(.systemIdentity, properties: ["name"])
        } catch {
            #expect(!"\(error)".contains("hunter2"))
        }
        #expect(!"\(bench.access)".contains("hunter2"))
        let id = await kind { try await bench.transport.add(.hotspotUser, [("name", "x"), ("password", "hunter2")]) }
        #expect(!String(describing: id).contains("hunter2"))
    }
}

@Suite struct SSHKeyTests {
    /// A key pair made by ssh-keygen in a folder of its own.
    private static func makeKey(_ kind: [String]) throws -> (folder: String, secret: String, open: String) {
        let folder = "/tmp/lango-ssh-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        try #require(unsafe mkdir(folder, 0o700) == 0)
        let words = ["ssh-keygen", "-q", "-N", "", "-C", "test", "-f", "\(folder)/key", "-t"] + kind
        try #require(Programs.run(words, output: "\(folder)/made", within: 20) == 0)
        let read = { (name: String) in
            String(decoding: SimulatorFiles.read("\(folder)/\(name)") ?? [], as: UTF8.self)
        }
        return (folder, read("key"), read("key.pub"))
    }

    private static func remove(_ folder: String) {
        for name in ["key", "key.pub", "made", "out", "known"] { unsafe unlink("\(folder)/\(name)") }
        unsafe rmdir(folder)
    }

    @Test("A key opens the door instead of a password: Ed25519 from 7.12 on", arguments: ["7.20"])
    func ed25519(version: String) async throws {
        let key = try Self.makeKey(["ed25519"])
        defer { Self.remove(key.folder) }
        let bench = try SSHBench(version)
        defer { bench.host.stop() }
        let transport = bench.transport { $0.credential = .key(Secret(key.secret)) }
        let name = { try await transport.readRecord(.systemIdentity, properties: ["name"])["name"] }
        #expect(await kind { try await name() } == .unauthorized)
        try bench.host.router.perform(RouterCommand("/user/ssh-keys", "add", ["user": "lango", "key": key.open]))
        #expect(try await name() == "MikroTik")
        // Whoever has a key cannot come with a password any more.
        #expect(
            await kind { try await bench.transport.readRecord(.systemIdentity, properties: ["name"]) } == .unauthorized)
    }

    @Test("RSA opens the door of older versions")
    func rsa() async throws {
        let key = try Self.makeKey(["rsa", "-b", "2048"])
        defer { Self.remove(key.folder) }
        let bench = try SSHBench("6.49.10")
        defer { bench.host.stop() }
        try bench.host.router.perform(RouterCommand("/user/ssh-keys", "add", ["user": "lango", "key": key.open]))
        let transport = bench.transport { $0.credential = .key(Secret(key.secret)) }
        #expect(try await transport.readRecord(.systemIdentity, properties: ["name"])["name"] == "MikroTik")
    }

    @Test("A text that is no key is said to be none")
    func noKey() async throws {
        let bench = try SSHBench { $0.credential = .key(Secret("no key")) }
        defer { bench.host.stop() }
        let outcome = await kind { try await bench.transport.readRecord(.systemIdentity, properties: ["name"]) }
        #expect(outcome == .failure("the private key cannot be read"))
    }

    @Test("OpenSSH's own client logs in with a key and reads")
    func openSSH() throws {
        let key = try Self.makeKey(["ed25519"])
        defer { Self.remove(key.folder) }
        let bench = try SSHBench()
        defer { bench.host.stop() }
        try bench.host.router.perform(RouterCommand("/user/ssh-keys", "add", ["user": "lango", "key": key.open]))
        let words = [
            "ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o",
            "UserKnownHostsFile=\(key.folder)/known", "-o", "LogLevel=ERROR", "-o", "ConnectTimeout=5", "-i",
            "\(key.folder)/key", "-p", String(bench.host.sshPort), "lango+ct511w@127.0.0.1",
            ":put [/system identity get name]; :foreach i in={1;2} do={ :put $i }",
        ]
        #expect(Programs.run(words, output: "\(key.folder)/out", within: 15) == 0)
        #expect(
            String(decoding: SimulatorFiles.read("\(key.folder)/out") ?? [], as: UTF8.self) == "MikroTik\r\n1\r\n2\r\n")
    }
}

/// Other programs, ended when they take too long.
enum Programs {
    /// The exit code; nil where it could not be started or took too long.
    static func run(_ words: [String], output: String, within seconds: Int) -> Int32? {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var child: pid_t = 0
        guard unsafe posix_spawnp(&child, words[0], &actions, nil, &arguments, environ) == 0 else { return nil }
        var status: Int32 = 0
        for _ in 0..<(seconds * 50) {
            if unsafe waitpid(child, &status, WNOHANG) == child {
                return status & 0x7F == 0 ? status >> 8 & 0xFF : nil
            }
            usleep(20_000)
        }
        kill(child, SIGKILL)
        unsafe waitpid(child, &status, 0)
        return nil
    }
}
