import Glibc
import RouterOS
import TestKit
import Testing
import Values

@testable import RouterSimulator

/// Keys for SSH, as OpenSSH writes and reads them.
@Suite(.ownThreads) struct SSHUserKeyTests {
    /// A folder that goes with the test.
    private final class Folder {
        let path: String

        init() throws {
            path = "/tmp/lango-key-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
            try #require(unsafe mkdir(path, 0o700) == 0)
        }

        deinit {
            for name in ["key", "key.pub", "out"] { unsafe unlink("\(path)/\(name)") }
            unsafe rmdir(path)
        }

        /// What ssh-keygen makes of its options.
        func make(_ words: [String]) throws -> String {
            let command = ["ssh-keygen", "-q", "-C", "test", "-f", "\(path)/key"] + words
            try #require(Programs.run(command, output: "\(path)/out", within: 20) == 0)
            return read("key")
        }

        func read(_ name: String) -> String {
            String(decoding: SimulatorFiles.read("\(path)/\(name)") ?? [], as: UTF8.self)
        }
    }

    private static func words(_ line: String?) -> [Substring] { Array((line ?? "").split(separator: " ").prefix(2)) }

    @Test("The public part of a key of ssh-keygen is the one in its .pub file", arguments: ["ed25519", "rsa"])
    func reads(kind: String) throws {
        let folder = try Folder()
        let key = try SSHUserKey(file: folder.make(["-N", "", "-t", kind]))
        #expect(Self.words(key.open) == Self.words(folder.read("key.pub")))
    }

    @Test("RSA in the older form is taken, without its public part")
    func older() throws {
        let folder = try Folder()
        let key = try SSHUserKey(file: folder.make(["-N", "", "-t", "rsa", "-m", "PEM"]))
        #expect(key.open == nil && key.commands(for: "lango") == nil)
    }

    @Test("A key that wants a passphrase, one of another kind and a text that is none are told apart")
    func refuses() throws {
        let folders = try [Folder(), Folder()]
        let locked = try folders[0].make(["-N", "secret", "-t", "ed25519"])
        #expect(throws: SSHUserKey.Flaw.locked) { _ = try SSHUserKey(file: locked) }
        let curve = try folders[1].make(["-N", "", "-t", "ecdsa"])
        #expect(throws: SSHUserKey.Flaw.unsupported("ecdsa-sha2-nistp256")) { _ = try SSHUserKey(file: curve) }
        let whole = SSHUserKey().secret.revealed
        let cut = whole.prefix(120) + "\n-----END OPENSSH PRIVATE KEY-----"
        for text in ["", "hello", String(cut), whole.replacing("b3BlbnNza", with: "AAAAAAAAA")] {
            #expect(throws: SSHUserKey.Flaw.unreadable) { _ = try SSHUserKey(file: text) }
        }
    }

    @Test("A fresh key is one that OpenSSH reads, another each time, and the same after it was kept")
    func makes() throws {
        let (folder, key) = (try Folder(), SSHUserKey())
        let descriptor = unsafe open("\(folder.path)/key", O_WRONLY | O_CREAT, 0o600)
        let text = key.secret.revealed
        try #require(unsafe write(descriptor, text, text.utf8.count) == text.utf8.count)
        close(descriptor)
        let command = ["ssh-keygen", "-y", "-f", "\(folder.path)/key"]
        #expect(Programs.run(command, output: "\(folder.path)/out", within: 20) == 0)
        #expect(Self.words(folder.read("out")) == Self.words(key.open))
        #expect(try SSHUserKey(file: text).open == key.open)
        #expect(SSHUserKey().open != key.open)
    }

    @Test("The commands for the router make it take the key", arguments: ["7.12", "7.24"])
    func commands(version: String) async throws {
        let bench = try SSHBench(version)
        defer { bench.host.stop() }
        let key = SSHUserKey()
        let commands = try #require(key.commands(for: "lango"))
        for line in commands.split(separator: "\n") {
            #expect(Console(bench.host.router, .full, isCancelled: { false }).run(String(line)).isEmpty)
        }
        let transport = bench.transport { $0.credential = .key(key.secret) }
        #expect(try await transport.readRecord(.systemIdentity, properties: ["name"])["name"] == "MikroTik")
        let file = bench.host.router.with { machine, _ in machine.records(of: "/file").map { $0["name"] } }
        #expect(!file.contains("lango-key.pub"))
    }
}
