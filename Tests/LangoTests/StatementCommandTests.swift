import TestKit
import Testing

/// Accounts of every sort, statements and days, as people at the terminal have them.
@Suite(.serialized, .ownThreads) struct StatementCommandTests {
    private static let mt940 = """
        :20:S
        :25:1234567890
        :28C:1
        :60F:C261119KES100,00
        :61:261120C50,00NTRFNONREF//FT1
        :86:JANE
        :61:261120D20,00NCHGNONREF//FT2
        :61:26112xC1,00NTRFNONREF//FT3
        :62F:C261120KES130,00

        """

    @Test("A statement is tried, brought, and brought again; a day is compared with it")
    func statement() throws {
        let install = try Install()
        try install.furnish()
        let run = { (words: [String]) in
            try Program.run("lango", ["payments"] + words + ["--tenant", "acme"], environment: install.environment)
        }
        #expect(try run(["add-account", "1234567890", "--rail", "bank"]).code == 0)
        let path = try Scratch.file(Self.mt940)
        let bring = ["import", path, "--account", "1234567890"]
        let trial = try run(bring + ["--dry-run"])
        #expect(trial.code == 0 && trial.output.contains("to match\t1\tKES 50.00"), "\(trial.output)")
        #expect(trial.errors.contains("line 8: "), "\(trial.errors)")
        #expect(try run(bring).output.contains("unmatched\t1\tKES 50.00\n"))
        let again = try run(bring)
        #expect(again.output.contains("known already\t1\tKES 50.00\n") && again.output.contains("debits\t1\tKES 20.00"))
        #expect(again.output.contains("balances fit their lines\t1") && again.output.contains("broken\t1"))
        #expect(try run(["unmatched"]).output.contains("567890-FT1\t"))
        let other = try Scratch.file(
            Self.mt940.split(separator: "\n").map { $0 == ":25:1234567890" ? ":25:99" : $0 }.joined(separator: "\n"))
        let foreign = try run(["import", other, "--account", "1234567890"])
        #expect(foreign.code == 1 && foreign.errors.contains("of account 99"), "\(foreign.errors)")
        #expect(try run(["import", try Scratch.file(""), "--account", "1234567890"]).errors.contains("empty"))
        #expect(try run(["import", path, "--account", "77"]).code == 64)
        #expect(try run(bring + ["--format", "pdf"]).code == 64)
        let day = ["reconcile", "--account", "1234567890", "--statement", path, "--day"]
        let fits = try run(day + ["2026-11-20"])
        #expect(fits.code == 0 && fits.output.contains("1 KES 50.00\t1 KES 50.00\t0\tyes"), "\(fits.output)")
        let missing = try Scratch.file("Date,Reference,Credit\n2026-11-20,FT9,9.00\n")
        let differs = try run(["reconcile", "--account", "1234567890", "--statement", missing, "--day", "2026-11-20"])
        #expect(differs.code == 1 && differs.output.contains("567890-FT9\t9.00\tat the provider alone"))
        #expect(differs.output.contains("567890-FT1\t50.00\there alone"))
        #expect(try run(["reconcile", "--day", "2026-11-31"]).code == 64)
    }

    // swift-format-ignore
    static let accounts: [(words: [String], input: String, code: Int32)] = [
        (["mtnuganda", "--rail", "momo", "--api-user", "u"], "subscription\nkey\n", 0),
        (["mtnnowhere", "--rail", "momo", "--api-user", "u"], "subscription\nkey\n", 64),
        (["mtnuganda", "--rail", "momo"], "subscription\nkey\n", 64),
        (["0111234241028", "--rail", "jenga", "--user", "equity"], "password\n", 0),
        (["0111234241028", "--rail", "jenga", "--user", "equity"], "", 64),
        (["7504343", "--rail", "kcb", "--public-key", "/nowhere"], "", 1),
        (["1234567890", "--rail", "bank", "--currency", "UGX"], "", 0),
        (["1234567890", "--rail", "bank", "--currency", "XXX"], "", 64),
        (["12", "--rail", "bank"], "", 64),
        (["600100", "--rail", "paypal"], "", 64),
        (["600100"], "secret\npass\n", 64),
    ]

    @Test("An account of each rail wants what it needs, and shows no secret")
    func adds() throws {
        let install = try Install()
        try install.furnish()
        for (words, input, code) in Self.accounts {
            let added = try Program.run(
                "lango", ["payments", "add-account"] + words + ["--tenant", "acme"], environment: install.environment,
                input: input)
            #expect(added.code == code, "\(words): \(added.errors)")
        }
        let list = try install.must("payments", "accounts", "--tenant", "acme")
        for number in ["mtnuganda", "0111234241028", "1234567890"] {
            #expect(list.contains("\t\(number)\t"), "\(list)")
        }
        #expect(!list.contains("password") && !list.contains("subscription"))
        #expect(list.split(separator: "\n").count == 4 && list.split(separator: "/in/b/").count == 2)
        // No phone is asked in shillings of Kenya on an account of Uganda.
        let ask = try install.run("payments", "ask", "254712345678", "--amount", "100", "--tenant", "acme")
        #expect(ask.code == 1 && ask.errors.contains("no account in this currency"), "\(ask.errors)")
    }
}
