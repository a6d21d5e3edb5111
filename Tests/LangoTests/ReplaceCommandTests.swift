import TestKit
import Testing

/// The command by which a router takes the place of another, beside a running gateway.
@Suite(.serialized, .ownThreads) struct ReplaceCommandTests {
    @Test("A customer of a dead router is moved to a live one and has a user there; each device has a line")
    func replaces() throws {
        let install = try Install()
        try install.furnish()
        let code = try install.vouchers(1)[0]
        let router = try install.simulate()
        try install.add(router)
        func replace(_ arguments: String...) throws -> Program.End {
            try Program.run(
                "lango", ["router", "replace"] + arguments + ["--tenant", "acme"], environment: install.environment)
        }
        let unmet = try replace("gate", "live")
        #expect(unmet.code == 1 && unmet.errors.contains("must have answered once"), "\(unmet.errors)")
        #expect(try replace("gate", "gate").errors.contains("cannot take its own place"))
        #expect(try replace("gate", "moon").code == 64)
        let gateway = try install.serve()
        let phone = try Wire(port: install.port)
        try phone.send(Install.redemption(code, 1))
        #expect(try phone.answer().status == 303)
        let isMet = try eventually(within: 30) {
            try install.must("router", "list", "--tenant", "acme").contains("live\tready")
        }
        try #require(isMet)
        let plan = try replace("gate", "live", "--preview")
        #expect(plan.code == 0 && plan.output.hasPrefix("moved\t\(Install.mac(1))\tHour\t"), "\(plan)")
        #expect(plan.output.hasSuffix("1 to be moved, 0 already there, 0 not moved\n"))
        #expect(try replace("gate", "live").output.hasSuffix("1 moved, 0 already there, 0 not moved\n"))
        #expect(try eventually(within: 30) { try install.users(of: router).count == 1 })
        #expect(try replace("gate", "live").output == "0 moved, 0 already there, 0 not moved\n")
        withExtendedLifetime((gateway, router)) {}
    }
}
