import Glibc
import TestKit
import Testing

/// Each trouble at start: one plain sentence on standard error, exit code 1, and no trace of the language.
@Suite(.serialized, .ownThreads) struct StartTests {
    private func expectSentence(_ end: Program.End, _ words: String, code: Int32 = 1) {
        #expect(end.code == code, "\(end.errors)")
        #expect(end.errors.lowercased().contains(words), "\(end.errors)")
        for trace in ["Fatal error", "Swift/", "Stack dump", "SQLError", "ServerError(", "Optional("] {
            #expect(!end.errors.contains(trace), "\(end.errors)")
        }
        let sentences = end.errors.split(separator: "\n").filter { $0.hasPrefix("lango: ") }
        #expect(sentences.count == 1, "\(end.errors)")
    }

    @Test("A port that is taken")
    func busyPort() throws {
        let install = try Install()
        let program = try install.serve()
        let other = try Install()
        other.environment["LANGO_PORT"] = String(install.port)
        expectSentence(try other.run("serve"), String(install.port))
        program.signal(SIGTERM)
        #expect(program.end().code == 0)
    }

    @Test("A certificate that is missing, no certificate, or not the key's")
    func certificate() throws {
        let install = try Install()
        install.environment["LANGO_TLS_CERTIFICATE"] = install.folder + "/none.pem"
        expectSentence(try install.run("serve"), "belong together")
        install.environment["LANGO_TLS_KEY"] = install.folder + "/none.key"
        expectSentence(try install.run("serve"), "none.pem")
        try Program.write("no certificate", to: install.folder + "/none.pem")
        try Program.write("no key", to: install.folder + "/none.key")
        expectSentence(try install.run("serve"), "certificate")
    }

    @Test("A database that is damaged or is none")
    func damaged() throws {
        let install = try Install()
        try install.must("migrate")
        try Program.write(String(repeating: "not a database ", count: 1_000), to: install.folder + "/lango.db")
        expectSentence(try install.run("serve"), "is not a database")
    }

    @Test("A key that is missing although there is a database, or that is no key")
    func key() throws {
        let install = try Install()
        try install.must("migrate")
        let key = Program.read(install.folder + "/lango.key")
        #expect(!key.isEmpty)
        try Program.write("short", to: install.folder + "/lango.key")
        expectSentence(try install.run("serve"), "key")
        _ = unsafe unlink(install.folder + "/lango.key")
        expectSentence(try install.run("serve"), "is missing")
        #expect(Program.read(install.folder + "/lango.key").isEmpty)
    }

    @Test("A schema from a newer program")
    func newer() throws {
        let install = try Install()
        try install.must("migrate")
        _ = try install.query("INSERT INTO schema_step VALUES (9999, 'later', 'x')")
        expectSentence(try install.run("serve"), "newer version")
    }

    @Test("Settings that are unknown or wrong are all told at once")
    func settings() throws {
        let install = try Install()
        let path = install.folder + "/lango.conf"
        try Program.write("prot = 80\nport = 99999\nlog-level = loud\nno sign\n", to: path)
        let end = try install.run("serve", "--config", path)
        #expect(end.code == 1)
        for words in ["line 1", "prot is no setting", "line 2", "port is a number", "line 3", "log-level is", "line 4"]
        {
            #expect(end.errors.contains(words), "\(words): \(end.errors)")
        }
        expectSentence(try install.run("serve", "--config", "/nowhere.conf"), "cannot be read")
    }

    @Test("Files of the program that are not there")
    func assets() throws {
        let install = try Install()
        install.environment["LANGO_ASSETS"] = install.folder
        expectSentence(try install.run("serve"), "locales")
        #expect(try install.run("check").errors.contains("LANGO_ASSETS"))
    }

    @Test("A data folder that cannot be made or written")
    func folder() throws {
        let install = try Install()
        install.environment["LANGO_DATA"] = "/proc/lango"
        expectSentence(try install.run("serve"), "/proc/lango")
        try Program.write("a file", to: install.folder + "/taken")
        install.environment["LANGO_DATA"] = install.folder + "/taken"
        expectSentence(try install.run("serve"), "taken")
    }

    @Test("A server that is not there")
    func noServer() throws {
        let install = try Install(database: "postgresql://lango:hunter2@127.0.0.1:1/lango")
        let end = try install.run("serve")
        expectSentence(end, "cannot be opened")
        #expect(!end.errors.contains("hunter2"))
    }

    /// Needs the right to mount; said where it is missing.
    @Test("A disk that is full or cannot be written", .enabled(if: StartTests.canMount, "mounting takes root"))
    func disk() throws {
        let install = try Install()
        let disk = install.folder + "/disk"
        _ = unsafe mkdir(disk, 0o700)
        try #require(unsafe mount("tmpfs", disk, "tmpfs", 0, "size=120k") == 0)
        defer { _ = unsafe umount(disk) }
        install.environment["LANGO_DATA"] = disk
        expectSentence(try install.run("serve"), "full")
        try #require(unsafe mount("tmpfs", disk, "tmpfs", UInt(32), "size=8m") == 0)
        _ = unsafe unlink(disk + "/lango.db")
        _ = unsafe unlink(disk + "/lango.db-wal")
        _ = unsafe unlink(disk + "/lango.db-shm")
        try install.must("migrate")
        try #require(unsafe mount("tmpfs", disk, "tmpfs", UInt(32 | 1), "") == 0)
        expectSentence(try install.run("serve"), "cannot be written")
    }

    static let canMount: Bool = {
        guard getuid() == 0, let folder = try? Scratch.directory() else { return false }
        guard unsafe mount("tmpfs", folder, "tmpfs", 0, "size=64k") == 0 else { return false }
        _ = unsafe umount(folder)
        return true
    }()
}
