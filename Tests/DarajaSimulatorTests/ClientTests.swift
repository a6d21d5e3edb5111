import Glibc
import TestKit
import Testing
import Wires

@testable import DarajaSimulator

/// Other people's clients, in a Python environment of their own below `.build`.
enum DarajaClients {
    private static let house: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(3).joined(separator: "/")
    }()
    private static let environment = house + "/.build/daraja-venv"

    /// The interpreter with the clients installed; nil where they cannot be.
    static let python: String? = {
        let wanted = house + "/Tests/DarajaClients/requirements.txt"
        let mark = environment + "/requirements.txt"
        let python = environment + "/bin/python"
        if !Program.read(mark).isEmpty, Program.read(mark) == Program.read(wanted) { return python }
        let make = """
            timeout 60 python3 -m venv '\(environment)' && timeout 180 '\(python)' -m pip install --quiet \
            --disable-pip-version-check -r '\(wanted)' && cp '\(wanted)' '\(mark)'
            """
        guard let program = try? Program("/bin/sh", ["-c", make], environment: surroundings),
            program.end(within: 240).code == 0
        else {
            return nil
        }
        return python
    }()

    /// The environment of the tests: it says which Python there is and how packages are reached.
    private static let surroundings: [String: String] = {
        var (variables, place) = ([String: String](), unsafe environ)
        while let variable = unsafe place.pointee {
            let halves = unsafe String(cString: variable).split(separator: "=" as Character, maxSplits: 1)
            if halves.count == 2 { variables[String(halves[0])] = String(halves[1]) }
            unsafe place += 1
        }
        return variables
    }()

    static func run(_ words: String...) throws -> Program.End {
        let program = try Program(
            python ?? "python3", ["-B", house + "/Tests/DarajaClients/clients.py"] + words, environment: surroundings)
        return program.end(within: 60)
    }
}

@Suite(.ownThreads) struct ClientTests {
    @Test(
        "daraja-v3 and mpesakit prompt, ask, register, pay out, reverse, and read what is posted",
        .enabled(if: DarajaClients.python != nil, "daraja-v3 and mpesakit cannot be installed here"))
    func clients() throws {
        let bench = try DarajaBench { $0.newTokenEndsOld = false }
        let outcome = try DarajaClients.run(bench.host.url, bench.host.settings.controlToken)
        #expect(outcome.code == 0, "\(outcome.output) \(outcome.errors)")
        #expect(outcome.output.split(separator: "\n").filter { !$0.hasPrefix(" ") }.count == 6)
    }
}
