import Glibc
import TestKit
import Testing
import Wires

@testable import DarajaSimulator

/// The program as a process of its own.
@Suite(.ownThreads) struct ProgramTests {
    @Test("It says one line when it is ready, serves, and ends on a signal")
    func process() throws {
        let program = try Program(
            "lango-darajasim", ["--payers", "pays:1", "--business", "123456:secret", "--exit-with-parent"])
        var ready: WireJSON?
        #expect(
            eventually {
                ready = WireJSON(Array(program.output.utf8), strict: true)
                return ready != nil
            })
        let port = UInt16(ready?["port"]?.integer ?? 0)
        #expect(try Wire.ask(port, "GET", "/phone").text.contains("This is a simulator"))
        #expect(try Wire.ask(port, "GET", "/_simulator/state").status == 401)
        #expect(ready?["certificate"]?.text?.hasPrefix("-----BEGIN CERTIFICATE") == true)
        program.signal(SIGTERM)
        #expect(program.end().code == 0)
    }

    @Test("A wrong option is told, and help lists every fault and door")
    func options() throws {
        let wrong = try Program.run("lango-darajasim", ["--payers", "never"])
        #expect(wrong.code == 64 && wrong.errors.contains("--payers"))
        let help = try Program.run("lango-darajasim", ["--help"])
        #expect(help.code == 0)
        for fault in DarajaFault.Name.allCases { #expect(help.output.contains(fault.rawValue), "\(fault)") }
        for door in DarajaDoor.allCases { #expect(help.output.contains(door.name), "\(door)") }
    }
}
