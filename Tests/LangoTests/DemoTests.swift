import Glibc
import JSON
import TestKit
import Testing

@Suite(.serialized, .ownThreads) struct DemoTests {
    /// What the demo told programs at one start.
    private struct Told: Equatable {
        let hour: [String]
        let day: [String]
        let otherSite: String?

        init(_ path: String) throws {
            let facts = try JSON(parsing: Array(Program.read(path).utf8))
            hour = (facts["vouchers"]?.array ?? []).compactMap(\.text)
            day = (facts["vouchersForTwoDevices"]?.array ?? []).compactMap(\.text)
            otherSite = facts["voucherOfAnotherSite"]?.text
        }
    }

    /// Starts the demo, reads what it tells, and stops it.
    private func start(_ install: Install) throws -> Told {
        let port = try FreePort.first(of: 9)
        let facts = install.folder + "/demo.json"
        let program = try Program(
            "lango", ["demo", "--port", String(port), "--data", install.folder],
            environment: install.environment)
        let isReady = eventually(within: 60) { program.output.contains("Lango is running") }
        try #require(isReady, "\(program.errors)")
        // Whatever other people on the machine can see of the programs that run does not hold the router's password.
        let seen = install.folder + "/command-lines"
        #expect(unsafe system("cat /proc/[0-9]*/cmdline > '\(seen)' 2> /dev/null; true") == 0)
        let password = try JSON(parsing: Array(Program.read(facts).utf8))["routers"]?.array?.first?["rest"]?["password"]
        let (lines, secret) = (Program.read(seen), try #require(password?.text))
        #expect(lines.contains("--control-port") && !lines.contains(secret))
        program.signal(SIGTERM)
        #expect(program.end().code == 0)
        let told = try Told(facts)
        for code in told.hour.prefix(3) + told.day.prefix(2) {
            #expect(program.output.contains(code), "the greeting and the facts differ")
        }
        return told
    }

    @Test("Every start of the demo tells codes that are what it says, whatever was made in between")
    func everyStart() throws {
        let install = try Install()
        let first = try start(install)
        #expect(first.hour.count == 40 && first.day.count == 10 && first.otherSite != nil)
        for _ in 0..<9 {
            try install.must(
                "vouchers", "generate", "--tenant", "kilimani", "--package", "Week", "--count", "3", "--no-file")
        }
        #expect(try start(install) == first)

        // One of the hour is voided, all of the day have lain too long.
        try install.must("vouchers", "void", "--tenant", "kilimani", "--code", first.hour[0])
        let day = "(SELECT id FROM package WHERE name = 'Day')"
        _ = try install.query("UPDATE batch SET valid_until = 1000 WHERE package = \(day)")
        let last = try start(install)
        #expect(last.hour.count == 40 && last.day.count == 10 && last.otherSite == first.otherSite)
        #expect(Array(last.hour.prefix(39)) == Array(first.hour.dropFirst()))
        #expect(Set(last.day).isDisjoint(with: first.day))
        for (code, name) in [(last.hour[0], "1 hour"), (last.day[0], "Day"), (last.day[9], "Day")] {
            let shown = try install.must("vouchers", "show", "--tenant", "kilimani", code)
            #expect(shown.contains("package\t\(name)") && shown.contains("state\tunused"), "\(shown)")
        }
    }
}
