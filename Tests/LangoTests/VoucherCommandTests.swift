import TestKit
import Testing

@Suite(.serialized, .ownThreads) struct VoucherCommandTests {
    @Test("Vouchers are made, listed, shown, printed, voided and counted")
    func vouchers() throws {
        let install = try Install()
        try install.furnish()
        let codes = try install.vouchers(12)
        #expect(codes.count == 12 && Set(codes).count == 12)
        let shown = try install.must("vouchers", "show", "--tenant", "acme", codes[0].lowercased())
        #expect(shown.contains("state\tunused"))
        let pdf = install.folder + "/sheet.pdf"
        try install.must("vouchers", "print", "--tenant", "acme", "--batch", "1", "--out", pdf)
        #expect(Program.read(pdf).hasPrefix("%PDF-"))
        #expect(try install.must("vouchers", "void", "--tenant", "acme", "--code", codes[0]).contains("void"))
        #expect(try install.must("vouchers", "show", "--tenant", "acme", codes[0]).contains("state\tvoid\nvoided at\t"))
        #expect(
            try install.must("vouchers", "void", "--tenant", "acme", "--batch", "1")
                == "voided 11 vouchers of batch 1\n")
        let stats = try install.must("vouchers", "stats", "--tenant", "acme")
        #expect(stats == "batch\tunused\texpired\tused\tvoid\n1\t0\t0\t0\t12\n")
        let nothing = try install.run("vouchers", "print", "--tenant", "acme", "--batch", "1", "--force", "--out", pdf)
        #expect(nothing.code == 1)
        #expect(nothing.errors.contains("nothing to print"))
        #expect(Program.read(pdf).hasPrefix("%PDF-"), "the sheet that was there is still there")
    }

    @Test("A package says what fair use is; a boost wants a voucher that is in use, and words that can be read")
    func boost() throws {
        let install = try Install()
        try install.furnish()
        func package(_ fairUse: String) throws -> Program.End {
            try install.run(
                "package", "create", "--tenant", "acme", "--name", "Fair", "--price", "50", "--time", "30d",
                "--fair-use",
                fairUse)
        }
        #expect(try package("5GB/year block").errors.contains("5GB/day throttle 512k/1M"))
        #expect(try package("5GB/day throttle 512k/1M").code == 0)
        let code = try install.vouchers(1)[0]
        func boost(_ option: String, _ value: String) throws -> String {
            try install.run("vouchers", "boost", "--tenant", "acme", code, option, value).errors
        }
        #expect(try boost("--rate", "5M/10M").contains("--for such as 2h"))
        let unused = try boost("--more-data", "1GB")
        #expect(unused.contains("the voucher is not in use"), "\(unused)")
    }

    @Test(
        "Lists have a heading, the tenant's time, and the site where a batch holds; what lay too long is counted apart")
    func lists() throws {
        let install = try Install()
        try install.furnish()
        let made = try install.must(
            "vouchers", "generate", "--tenant", "acme", "--package", "Hour", "--count", "1", "--site", "market",
            "--valid-for", "90d", "--out", install.folder + "/one.pdf")
        #expect(made == "batch 1: 1 voucher, 1 page in \(install.folder)/one.pdf\n")
        try install.must(
            "vouchers", "generate", "--tenant", "acme", "--package", "Hour", "--count", "3", "--note", "Kiosk",
            "--no-file")
        // Friday, 20 November 2026, 12:00:00.123 in Nairobi, and a minute that has long passed.
        _ = try install.query("UPDATE batch SET made_at = 1795165200123, valid_until = 1795165260000")
        _ = try install.query("UPDATE batch SET valid_until = NULL, made_by = 'asha' WHERE number = 2")
        #expect(
            try install.must("vouchers", "list", "--tenant", "acme") == """
                batch\tvouchers\tpackage\tsite\tmade\tgood until\tmade by\tnote
                2\t3\tHour\tall\t2026-11-20T12:00:00+03:00\tfor ever\tasha\tKiosk
                1\t1\tHour\tMarket\t2026-11-20T12:00:00+03:00\t2026-11-20T12:01:00+03:00\tcommand line\t

                """)
        _ = try install.query("UPDATE batch SET valid_until = 1000 WHERE number = 1")
        #expect(
            try install.must("vouchers", "stats", "--tenant", "acme")
                == "batch\tunused\texpired\tused\tvoid\n2\t3\t0\t0\t0\n1\t0\t1\t0\t0\n")
        let table = install.folder + "/one.csv"
        try install.must("vouchers", "print", "--tenant", "acme", "--batch", "1", "--out", table)
        let rows = Program.read(table).split(whereSeparator: \.isNewline).map { $0.split(separator: ",") }
        #expect(
            rows[0].joined(separator: " ").hasSuffix(
                "batch serial code package price currency state valid_until site link"))
        #expect(rows[1][0] == "1" && rows[1][1] == "1" && rows[1][8] == "Market")
        let shown = try install.must("vouchers", "show", "--tenant", "acme", String(rows[1][2]))
        #expect(shown.contains("site\tMarket\nstate\texpired\ngood until\t1970-01-01T03:00:01+03:00"), "\(shown)")
    }

    @Test("A file that is there is replaced only when that is asked for, and nothing is made before")
    func replaces() throws {
        let install = try Install()
        try install.furnish()
        let path = install.folder + "/sheet.csv"
        try Program.write("mine", to: path)
        let words = ["vouchers", "generate", "--tenant", "acme", "--package", "Hour", "--count", "2", "--out", path]
        let end = try Program.run("lango", words, environment: install.environment)
        #expect(end.code == 64 && end.errors.contains("--force"), "\(end.errors)")
        #expect(Program.read(path) == "mine")
        #expect(try install.query("SELECT count(*) FROM batch") == "0")
        #expect(try Program.run("lango", words + ["--force"], environment: install.environment).code == 0)
        #expect(Program.read(path).contains("Hour"))
    }

    @Test("Codes that are too long for the design are told before anything is made")
    func tooLong() throws {
        let install = try Install()
        try install.furnish()
        let end = try install.run(
            "vouchers", "generate", "--tenant", "acme", "--package", "Hour", "--count", "2", "--length", "24",
            "--prefix", "ABCDEFGH", "--preset", "wallet-a4", "--out", install.folder + "/x.pdf")
        #expect(end.code == 1 && end.errors.contains("too long for this design"), "\(end.errors)")
        #expect(!end.errors.contains("is stored"))
        #expect(try install.query("SELECT count(*) FROM batch") == "0")
    }

    /// Files of at most so many blocks of 512 bytes; a write beyond fails as on a full disk.
    private func full(_ blocks: Int) -> [String] { ["trap '' XFSZ", "ulimit -f \(blocks)"] }

    @Test("Where the sheet does not fit on the disk, the batch is named with the command that writes it")
    func fullDisk() throws {
        let install = try Install()
        try install.furnish()
        let pdf = install.folder + "/it's a sheet.pdf"
        let end = try install.run(
            "vouchers", "generate", "--tenant", "acme", "--package", "Hour", "--count", "2000", "--preset", "large-a4",
            "--out", pdf, limits: full(2_000))
        #expect(end.code == 1)
        #expect(
            end.errors.contains(
                "batch 1 is stored, do not make it again, write it with: lango vouchers print --batch 1 --tenant acme "
                    + "--out '\(install.folder)/it'\\''s a sheet.pdf' --preset large-a4\n"), "\(end.errors)")
        let files = try Program.run("/bin/ls", [install.folder]).output
        #expect(!files.contains(".part") && !files.contains("sheet.pdf"), "\(files)")
        try install.must(
            "vouchers", "print", "--batch", "1", "--tenant", "acme", "--out", pdf, "--preset", "large-a4")
        #expect(Program.read(pdf).hasPrefix("%PDF-"))
    }

    @Test("Where the store is full, no batch is listed, printed or counted, and that is said")
    func fullStore() throws {
        let install = try Install()
        try install.furnish()
        let end = try install.run(
            "vouchers", "generate", "--tenant", "acme", "--package", "Hour", "--count", "20000", "--no-file",
            limits: full(2_000))
        #expect(end.code == 1)
        #expect(end.errors.contains("no batch was made") || end.errors.contains("nobody can use"), "\(end.errors)")
        #expect(try install.must("vouchers", "list", "--tenant", "acme").split(separator: "\n").count == 1)
        #expect(try install.must("vouchers", "stats", "--tenant", "acme").split(separator: "\n").count == 1)
        let print = try install.run(
            "vouchers", "print", "--tenant", "acme", "--batch", "1", "--out", install.folder + "/x.csv")
        #expect(print.code == 64 && print.errors.contains("there is no batch 1"), "\(print.errors)")
    }

    @Test("Cards that hold at every site name every Wi-Fi, or none where there are many")
    func networks() throws {
        let install = try Install()
        try install.furnish()
        func sheet(_ preset: String, _ language: String = "en") throws -> String {
            let path = install.folder + "/cards.pdf"
            try install.must(
                "vouchers", "print", "--tenant", "acme", "--batch", "1", "--preset", preset, "--language", language,
                "--force", "--out", path)
            let read = try Program.run("/usr/bin/pdftotext", ["-raw", path, "-"])
            try #require(read.code == 0, "\(read.errors)")
            return read.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        func makeSite(_ slug: String, _ network: String) throws {
            try install.must(
                "site", "create", "--tenant", "acme", "--slug", slug, "--name", "Place \(slug)", "--wifi", network,
                "--hotspot-url", "http://10.5.50.1")
        }
        _ = try install.vouchers(1)
        #expect(try sheet("large-a4").contains("Join the Wi-Fi Acme Scan"))
        try makeSite("pier", "Acme")
        #expect(try sheet("large-a4").contains("Join the Wi-Fi Acme Scan"), "two sites, one network")
        try makeSite("beach", "Diani Wi-Fi")
        for preset in ["large-a4", "receipt-80"] {
            let text = try sheet(preset)
            let isNamed = ["Acme · Diani Wi-Fi", "Diani Wi-Fi · Acme"].contains {
                text.contains("Join the Wi-Fi \($0)")
            }
            #expect(isNamed, "\(text)")
        }
        try makeSite("hill", "Kilimani Hill Free Wi-Fi")
        #expect(try sheet("large-a4").contains("Join the Wi-Fi of the place where you are. Scan"))
        #expect(try sheet("large-a4", "sw").contains("Jiunge na Wi-Fi ya mahali ulipo. Skani"))
        #expect(try sheet("receipt-80", "sw").contains("Jinsi ya kuunganishwa"))
    }
}
