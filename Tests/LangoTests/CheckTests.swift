import Glibc
import SQL
import TestKit
import Testing

/// What `lango check` and a start find out before a customer does.
@Suite(.serialized, .ownThreads) struct CheckTests {
    private func expectComplaint(_ end: Program.End, _ words: String, code: Int32 = 1) {
        #expect(end.code == code, "\(end.errors)")
        #expect(end.errors.contains(words), "\(end.errors)")
        #expect(end.errors.split(separator: "\n").count == 1, "\(end.errors)")
        #expect(!end.errors.contains("SQLError"), "\(end.errors)")
        #expect(!end.output.contains("all well"))
    }

    @Test("A sound install is all well")
    func sound() throws {
        let install = try Install()
        try install.must("migrate")
        let end = try install.run("check")
        #expect(end.code == 0 && end.errors.isEmpty, "\(end.errors)")
        #expect(end.output.contains("all well"))
    }

    @Test("A damaged database stops the start and the check")
    func damaged() throws {
        let install = try Install()
        try install.furnish()
        _ = try install.vouchers(1_000)
        let database = install.folder + "/lango.db"
        let pages = try #require(
            Int(try install.query("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA page_count").dropFirst(5)))
        let descriptor = unsafe open(database, O_RDWR)
        let garbage = [UInt8](repeating: 0xA5, count: 30 * 4_096)
        _ = unsafe garbage.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, pages / 2 * 4_096) }
        close(descriptor)
        expectComplaint(try install.run("serve"), "damaged")
        expectComplaint(try install.run("check"), "Restore the last backup")
    }

    @Test("A database that may not be written stops the start and the check")
    func readOnly() throws {
        let install = try Install()
        try install.must("migrate")
        #expect(unsafe chmod(install.folder + "/lango.db", 0o444) == 0)
        expectComplaint(try install.run("serve"), "cannot be written to")
        expectComplaint(try install.run("check"), "cannot be written to")
    }

    @Test("Another key, however well-formed, is refused by every command")
    func anotherKey() throws {
        let install = try Install()
        try install.furnish()
        _ = try install.vouchers(3)
        let key = Program.read(install.folder + "/lango.key")
        try Program.write(String(repeating: "ab", count: 32) + "\n", to: install.folder + "/lango.key")
        let words = "is not the one that this database was made with"
        expectComplaint(try install.run("serve"), words)
        expectComplaint(try install.run("check"), words)
        expectComplaint(
            try install.run(
                "vouchers", "print", "--tenant", "acme", "--batch", "1", "--out", install.folder + "/x.csv"),
            words)
        expectComplaint(
            try install.run(
                "vouchers", "generate", "--tenant", "acme", "--package", "Hour", "--count", "1", "--no-file"),
            words)
        #expect(try install.query("SELECT count(*) FROM batch") == "1")
        try Program.write(key, to: install.folder + "/lango.key")
        #expect(try install.must("check").contains("all well"))
    }

    @Test("A second gateway without the key of the shared server makes none")
    func secondGateway() throws {
        guard Engine.available.contains(.postgres), case .postgres(let url) = try Engine.postgres.freshLocation() else {
            return
        }
        try Install(database: url).must("migrate")
        let second = try Install(database: url)
        expectComplaint(try second.run("serve"), "is missing, but the database exists")
        #expect(Program.read(second.folder + "/lango.key").isEmpty)
    }

    @Test("A certificate that no start would take is found by the check")
    func certificate() throws {
        let install = try Install()
        try install.must("migrate")
        install.environment["LANGO_TLS_CERTIFICATE"] = install.folder + "/cert.pem"
        install.environment["LANGO_TLS_KEY"] = install.folder + "/key.pem"
        expectComplaint(try install.run("check"), "cert.pem cannot be read: No such file")
        try Program.write("hello", to: install.folder + "/cert.pem")
        expectComplaint(try install.run("check"), "cert.pem holds no certificate")
    }

    @Test("An install that nobody said the public address of is told where its cards lead")
    func publicURL() throws {
        let install = try Install()
        try install.furnish()
        let words = "public-url is not set: QR codes and router files lead to http://127.0.0.1:\(install.port)"
        let files = ["router", "files", "--tenant", "acme", "--site", "market", "--out", install.folder + "/hotspot"]
        let cards = ["vouchers", "generate", "--tenant", "acme", "--package", "Hour", "--count", "2", "--out"]
        for arguments in [["check"], files, cards + [install.folder + "/a.pdf"]] {
            let told = try Program.run("lango", arguments, environment: install.environment)
            #expect(told.code == 0 && told.errors.isEmpty, "\(arguments): \(told.errors)")
        }
        install.environment["LANGO_PUBLIC_URL"] = nil
        for arguments in [["check"], files, cards + [install.folder + "/b.pdf"]] {
            let told = try Program.run("lango", arguments, environment: install.environment)
            #expect(told.code == 0)
            #expect(told.errors.contains(words), "\(arguments): \(told.errors)")
        }
        // A table of codes holds no address.
        let table = try Program.run("lango", cards + [install.folder + "/c.csv"], environment: install.environment)
        #expect(table.errors.isEmpty)
    }

    @Test(
        "A command that reads makes nothing where there is no install",
        arguments: [
            ["vouchers", "list", "--tenant", "acme"], ["check"], ["router", "list", "--tenant", "acme"],
            ["vouchers", "stats", "--tenant", "acme"],
        ])
    func nothingThere(arguments: [String]) throws {
        let install = try Install()
        install.environment["LANGO_DATA"] = install.folder + "/none"
        let end = try Program.run("lango", arguments, environment: install.environment)
        expectComplaint(end, "there is no install in \(install.folder)/none")
        #expect(unsafe access(install.folder + "/none", F_OK) != 0)
    }

    @Test("Settings lie in the data folder, wherever it was named")
    func ownSettings() throws {
        let install = try Install()
        try install.must("migrate")
        try Program.write("prot = 80\n", to: install.folder + "/lango.conf")
        #expect(try install.run("check").errors.contains("prot is no setting"))
        install.environment["LANGO_DATA"] = nil
        #expect(try install.run("check", "--data", install.folder).errors.contains("prot is no setting"))
    }

    @Test(
        "A setting that stands twice, and a database of another make, are mistakes",
        arguments: [
            ("port = 80\n# remark\nport = 81\n", "line 3: port stands in line 1 already"),
            ("database = mysql://root@localhost/lango\n", "line 1: database is a file or begins with postgresql://"),
        ])
    func mistakes(text: String, words: String) throws {
        let install = try Install()
        try install.must("migrate")
        try Program.write(text, to: install.folder + "/lango.conf")
        let end = try install.run("check")
        #expect(end.code == 1)
        #expect(end.errors.contains(words), "\(end.errors)")
    }

    @Test("A variable that begins as ours and is no setting is told")
    func variables() throws {
        let install = try Install()
        try install.must("migrate")
        install.environment["LANGO_PROT"] = "80"
        let end = try install.run("check")
        #expect(end.code == 0)
        #expect(end.errors == "lango: LANGO_PROT is no setting and is not read\n")
    }

    @Test("Text that is not taken is told with its option")
    func texts() throws {
        let install = try Install()
        for (name, words) in [
            (String(repeating: "x", count: 61), "--name is too long: it takes up to 60 characters"),
            ("a\u{7}b", "--name holds control characters"), ("  ", "--name is empty"),
        ] {
            let end = try install.run("tenant", "create", "--slug", "acme", "--name", name)
            expectComplaint(end, words, code: 64)
        }
    }

    @Test(
        "The demo takes the releases that it tells of, and says so before it begins",
        arguments: ["abc", "7.25", "8.0", "6.49", "7.8"])
    func demoReleases(version: String) throws {
        let install = try Install()
        let data = install.folder + "/demo"
        let end = try install.run("demo", "--data", data, "--router-version", version)
        expectComplaint(end, "--router-version takes a release from 7.9 to 7.24", code: 64)
        #expect(unsafe access(data, F_OK) != 0)
    }

    /// Needs the right to mount; said where it is missing.
    @Test(
        "A monitor hears that the disk is full, and that there is room again",
        .enabled(if: StartTests.canMount, "mounting takes root"))
    func fullDisk() throws {
        let install = try Install()
        let disk = install.folder + "/disk"
        _ = unsafe mkdir(disk, 0o700)
        try #require(unsafe mount("tmpfs", disk, "tmpfs", 0, "size=12m") == 0)
        defer { _ = unsafe umount(disk) }
        install.environment["LANGO_DATA"] = disk
        try install.furnish()
        let program = try install.serve()
        fill(disk + "/ballast")
        let batch = ["vouchers", "generate", "--tenant", "acme", "--package", "Hour", "--count", "200", "--no-file"]
        expectComplaint(try Program.run("lango", batch, environment: install.environment), "full")
        let wrong = eventually(within: 60) {
            for phone in 0..<20 { _ = try? Wire(port: install.port).send(Install.redemption("AAAAA-AAAAA", phone)) }
            return (try? Wire.ask(install.port, "GET", "/readyz").status) == 503
        }
        #expect(wrong)
        _ = unsafe unlink(disk + "/ballast")
        #expect(eventually(within: 20) { (try? Wire.ask(install.port, "GET", "/readyz").status) == 200 })
        program.signal(SIGTERM)
        let end = program.end()
        #expect(end.code == 0)
        #expect(!(end.output + end.errors).contains("SQLError("))
        fill(disk + "/ballast")
        expectComplaint(try install.run("serve"), "full")
    }

    /// Writes until nothing fits any more.
    private func fill(_ path: String) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(descriptor) }
        for size in [65_536, 512] {
            let bytes = [UInt8](repeating: 1, count: size)
            while unsafe write(descriptor, bytes, size) > 0 {}
        }
    }
}
