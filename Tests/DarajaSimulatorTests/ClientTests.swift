import TestKit
import Testing
import Wires

@testable import DarajaSimulator

/// Other people's clients, in a Python environment of their own below `.build`.
enum DarajaClients {
    static let python = PythonHouse("daraja-venv", for: "DarajaClients")

    static func run(_ words: String...) throws -> Program.End { try python.start("clients.py", words).end(within: 60) }
}

@Suite(.ownThreads) struct ClientTests {
    @Test(
        "daraja-v3, mpesakit and africastalking prompt, ask, register, pay out, reverse, text, and read what is posted",
        .enabled(
            if: DarajaClients.python.python != nil, "daraja-v3, mpesakit and africastalking cannot be installed here"))
    func clients() throws {
        let bench = try DarajaBench { $0.newTokenEndsOld = false }
        let outcome = try DarajaClients.run(bench.host.url, bench.host.settings.controlToken)
        #expect(outcome.code == 0, "\(outcome.output) \(outcome.errors)")
        #expect(outcome.output.split(separator: "\n").filter { !$0.hasPrefix(" ") }.count == 8)
    }
}
