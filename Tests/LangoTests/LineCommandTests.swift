import TestKit
import Testing

/// The commands of lines, beside a running gateway and a router.
@Suite(.serialized, .ownThreads) struct LineCommandTests {
    private static func furnished() throws -> Install {
        let install = try Install()
        try install.furnish()
        for (name, rate) in [("Home", "2M/5M"), ("Fast", "8M/9M")] {
            try install.must(
                "package", "create", "--tenant", "acme", "--name", name, "--price", "1500", "--time", "30d", "--rate",
                rate)
        }
        return install
    }

    @Test("A line is made, shown, listed, changed and closed; what does not fit is refused in words")
    func life() throws {
        let install = try Self.furnished()
        func line(_ arguments: String..., input: String = "") throws -> Program.End {
            try Program.run(
                "lango", ["line"] + arguments + ["--tenant", "acme"], environment: install.environment, input: input)
        }
        let made = try line("add", "asha", "--router", "gate", "--package", "Home")
        #expect(made.code == 0 && made.output.hasPrefix("made line asha\tpassword "), "\(made.errors)")
        let twice = try line("add", "asha", "--router", "gate", "--package", "Home")
        #expect(twice.code == 1 && twice.errors.contains("a line has this name already"))
        #expect(try line("add", "no space", "--router", "gate", "--package", "Home").code == 1)
        let address = try line("add", "shop", "--router", "gate", "--package", "Home", "--kind", "static")
        #expect(address.errors.contains("needs --address"))
        let shop = try line(
            "add", "shop", "--router", "gate", "--package", "Home", "--kind", "static", "--address", "10.8.0.5")
        #expect(shop.code == 0, "\(shop.errors)")
        #expect(try line("set-device", "shop", "--mac", "02:00:00:00:00:01").code == 0)
        #expect(try line("show", "shop").output.contains("device\t02:00:00:00:00:01"))
        #expect(try line("set-device", "shop").code == 0)
        #expect(try !line("show", "shop").output.contains("device\t"))
        #expect(try line("list").output.split(separator: "\n").count == 3)
        #expect(try line("list", "--search", "as").output.split(separator: "\n").count == 2)

        #expect(try line("suspend", "asha").output == "asha is suspended\n")
        #expect(try line("suspend", "asha").errors.contains("suspended already"))
        #expect(try line("restore", "asha").output == "asha is active\n")
        #expect(try line("set-package", "asha", "--package", "Fast").code == 0)
        #expect(try line("rename", "asha", "--to", "neema").output == "neema is active\n")
        #expect(try line("set-password", "neema", input: "open sesame\n").code == 1)
        #expect(try line("set-password", "neema", input: "opensesame\n").code == 0)
        let shown = try line("show", "neema", "--reveal").output
        #expect(shown.contains("package\tFast") && shown.contains("password\topensesame"))
        #expect(shown.contains("told\t"))
        #expect(try !line("show", "neema").output.contains("opensesame"))
        #expect(try line("set-device", "neema", "--mac", "02:00:00:00:00:01").code == 1, "a login has no device")
        #expect(try line("set-device", "neema", "--mac", "02").errors.contains("hardware address"))
        #expect(try line("close", "neema").output == "neema is closed\n")
        #expect(try line("restore", "neema").errors.contains("closed"))
        #expect(try line("list", "--closed").output.contains("neema\tpppoe\tclosed"))
        #expect(try line("show", "nobody").errors.contains("no such line"))
    }

    @Test("Whatever page a suspended line asks for, it gets the provider's page with 200")
    func keptOut() throws {
        let install = try Self.furnished()
        let port = try FreePort.first()
        install.environment["LANGO_SUSPENDED_PORT"] = String(port)
        try install.must("tenant", "update", "--tenant", "acme", "--support", "0712 345 678")
        try install.must("line", "add", "asha", "--router", "gate", "--package", "Home", "--tenant", "acme")
        let gateway = try install.serve()
        for path in ["/", "/generate_204", "/hotspot/acme/market", "/a/b?c=d"] {
            let answer = try Wire.ask(port, "GET", path)
            #expect(answer.status == 200)
            #expect(answer.text.contains("Your internet is paused") && answer.text.contains("0712 345 678"), "\(path)")
        }
        #expect(try Wire.ask(port, "GET", "/?lang=sw").text.contains("Intaneti yako imesitishwa"))
        withExtendedLifetime(gateway) {}
    }
}
