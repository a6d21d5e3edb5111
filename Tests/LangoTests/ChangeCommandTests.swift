import TestKit
import Testing

/// The commands that change a router, against a simulated one in a process of its own.
@Suite(.serialized, .ownThreads) struct ChangeCommandTests {
    private struct Bench {
        let install: Install
        let router: LiveRouter

        init() throws {
            install = try Install()
            try install.furnish()
            router = try install.simulate()
            try install.add(router)
        }

        func run(_ arguments: String..., input: String = "") throws -> Program.End {
            try Program.run(
                "lango", ["router"] + arguments + ["--tenant", "acme"], environment: install.environment, input: input)
        }

        func must(_ arguments: String..., input: String = "") throws -> String {
            let end = try Program.run(
                "lango", ["router"] + arguments + ["--tenant", "acme"], environment: install.environment, input: input)
            try #require(end.code == 0, "\(arguments): \(end.errors)")
            return end.output
        }
    }

    private static func value(_ name: String, in output: String) throws -> String {
        let line = try #require(output.split(separator: "\n").first { $0.hasPrefix("\(name): ") })
        return String(line.dropFirst(name.count + 2))
    }

    @Test("A change is previewed, made, listed and undone")
    func changes() throws {
        let bench = try Bench()
        let preview = try bench.must("make", "live", "ppp-profile", "name=gold", "rate-limit=2M/5M", "--preview")
        #expect(preview.hasPrefix("/ppp profile add name=gold rate-limit=2M/5M\n"))
        let mark = try Self.value("mark", in: preview)
        #expect(try bench.must("journal", "live").contains("nothing was changed"))
        let other = try bench.run("make", "live", "ppp-profile", "name=gold", "rate-limit=2M/5M", "--expect", "x")
        #expect(other.code == 1 && other.errors.contains("has changed since the preview"))
        #expect(
            try bench.must("make", "live", "ppp-profile", "name=gold", "rate-limit=2M/5M", "--expect", mark)
                .contains("Done"))
        let made = try bench.must(
            "make", "live", "ppp-secret", "name=Duka \"la\" Mama; 50% = 🦁", "password=-", "profile=gold",
            input: "siri-kubwa\n")
        #expect(!made.contains("siri-kubwa") && made.contains("password=•••••"))
        let used = try bench.run("remove", "live", "ppp-profile", "gold")
        #expect(used.code == 1 && used.errors.contains("is used by Duka"))
        let journal = try bench.must("journal", "live")
        #expect(journal.contains("ppp-secret.add") && !journal.contains("siri-kubwa"))
        #expect(try bench.must("undo", "live", Self.value("change", in: made)).contains("Undone"))
        #expect(try bench.must("remove", "live", "ppp-profile", "gold").contains("Done"))
        withExtendedLifetime(bench) {}
    }

    @Test("What is wrong is told in sentences, with the exit code of a refusal or of misuse")
    func refuses() throws {
        let bench = try Bench()
        let wrong = try bench.run("make", "live", "vlan", "vlan-id=5000", "interface=ether9")
        #expect(wrong.code == 1)
        for words in [
            "name: This is needed.", "vlan-id: Write a number in 1–4094.", "interface: The router has no ether9",
        ] {
            #expect(wrong.errors.contains(words), "\(wrong.errors)")
        }
        #expect(try bench.run("make", "live", "spoon", "a=b").errors.contains("nothing called spoon"))
        #expect(try bench.run("make", "live", "vlan", "name").code == 64)
        let shown = try bench.run("make", "live", "ppp-secret", "name=x", "password=siri-kubwa")
        #expect(shown.code == 64 && shown.errors.contains("write password=-") && !shown.errors.contains("siri-kubwa"))
        #expect(try bench.run("make", "moon", "vlan", "name=x").code == 64)
        #expect(try bench.run("disconnect", "live", "amina").errors.contains("amina is not online"))
        #expect(try bench.run("undo", "live", "x").code == 64)
        let silent = try bench.run("set", "gate", "queue", "x", "comment=y")
        #expect(silent.code == 1 && silent.errors.contains("cannot be reached"))
        #expect(try bench.must("reboot", "live", "--preview").contains("/system reboot"))
        withExtendedLifetime(bench) {}
    }

    @Test("The kinds are listed with what each needs")
    func kinds() throws {
        let end = try Program.run("lango", ["router", "kinds"])
        #expect(end.code == 0 && end.output.contains("ppp-secret\t/ppp/secret\n\tname! password! "))
    }
}
