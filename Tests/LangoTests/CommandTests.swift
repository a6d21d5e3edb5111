import TestKit
import Testing

@Suite(.serialized, .ownThreads) struct CommandTests {
    @Test(
        "Misuse is told in a sentence with the nearest word, and ends with 64",
        arguments: [
            (["vouchers", "generate", "--tenat", "acme"], "did you mean --tenant?"),
            (["vouchres"], "is not a command"), (["vouchers", "generate", "--tenant", "acme"], "is needed"),
            (["vouchers", "list", "--tenant", "nobody"], "there is no tenant nobody"),
            (["serv"], "did you mean 'serve'?"),
            (["tenant", "create", "--slug", "A B", "--name", "x"], "--slug takes"),
            (["tenant", "create", "--slug", "ab", "--name", "x", "--currency", "XX"], "--currency takes"),
            (["tenant", "create", "--slug", "ab", "--name", "x", "--time-zone", "Mars/Olympus"], "--time-zone takes"),
            (["demo", "--port", "1"], "port"), (["--port", "80"], "'--port' is not a command"),
        ])
    func misuse(arguments: [String], words: String) throws {
        let install = try Install()
        try install.must("migrate")
        let end = try Program.run("lango", arguments, environment: install.environment)
        #expect(end.code == 64)
        #expect(end.errors.contains(words), "\(end.errors)")
        #expect(end.output.isEmpty)
    }

    @Test("A free trial costs nothing, and only a trial is tried anew")
    func trials() throws {
        let install = try Install()
        try install.furnish()
        let taster = ["package", "create", "--tenant", "acme", "--name", "Taster", "--time", "30m"]
        for (options, words) in [
            (["--price", "50", "--trial"], "needs --price 0"), (["--price", "0", "--trial-again", "90d"], "--trial"),
            (["--price", "0", "--trial", "--trial-again", "soon"], "--trial-again takes"),
        ] {
            let end = try Program.run("lango", taster + options, environment: install.environment)
            #expect(end.code == 64 && end.errors.contains(words), "\(end.errors)")
        }
        let made = try Program.run(
            "lango", taster + ["--price", "0", "--trial", "--trial-again", "90d"], environment: install.environment)
        #expect(made.code == 0, "\(made.errors)")
    }

    @Test("A language that is not there is refused with those that are")
    func languages() throws {
        let install = try Install()
        try install.furnish()
        for arguments in [
            ["vouchers", "generate", "--tenant", "acme", "--package", "Hour", "--count", "1", "--no-file"],
            ["tenant", "create", "--slug", "new", "--name", "New"],
        ] {
            let end = try Program.run("lango", arguments + ["--language", "xx"], environment: install.environment)
            #expect(end.code == 64)
            #expect(end.errors.contains("there is no language xx; there are en, sw"), "\(end.errors)")
        }
    }

    @Test(
        "Options with wrong values are told, and nothing is made",
        arguments: [
            ["--count", "0"], ["--count", "1000001"], ["--count", "ten"], ["--package", "Nothing"], ["--length", "5"],
            ["--length", "6"], ["--alphabet", "AB"], ["--alphabet", "ABCDEFGHJKMNPQ"], ["--prefix", "A-B"],
            ["--grouping", "1"],
            ["--valid-for", "soon"], ["--site", "moon"], ["--out", "sheet.doc"],
            ["--preset", "none", "--out", "x.pdf"],
            ["--language", "xx", "--out", "x.pdf"], ["--note", "a\u{7}b"], ["--out", "/nowhere/at/all.csv"],
        ])
    func wrongValues(options: [String]) throws {
        let install = try Install()
        try install.furnish()
        let base = [
            "vouchers", "generate", "--tenant", "acme", "--package", "Hour", "--count", "2000", "--out",
            install.folder + "/x.csv",
        ]
        let end = try Program.run("lango", base + options, environment: install.environment)
        #expect(end.code == 64 || end.code == 1)
        #expect(end.errors.hasPrefix("lango: "))
        #expect(end.errors.split(separator: "\n").count == 1, "\(end.errors)")
        #expect(!end.errors.contains("("), "\(end.errors)")
        #expect(try install.query("SELECT count(*) FROM batch") == "0", "\(options)")
    }

    @Test("Names that exist are refused by name")
    func duplicates() throws {
        let install = try Install()
        try install.furnish()
        let end = try install.run("tenant", "create", "--slug", "acme", "--name", "Again")
        #expect(end.code == 1)
        #expect(end.errors.contains("there is a tenant acme already"))
    }

    @Test("The version and a group's commands are told to who asks as elsewhere")
    func asked() throws {
        let install = try Install()
        #expect(try install.must("--version") == install.must("version"))
        let group = try install.must("vouchers", "--help")
        for words in ["vouchers generate", "vouchers list", "Voids one voucher"] { #expect(group.contains(words)) }
        #expect(!group.contains("router"))
    }
}
