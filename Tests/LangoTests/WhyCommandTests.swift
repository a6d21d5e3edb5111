import TestKit
import Testing

@Suite struct WhyCommandTests {
    @Test("The chain is told link by link; the exit code tells that one is broken")
    func tells() throws {
        let install = try Install()
        try install.furnish()
        let code = try install.vouchers(1)[0]
        let unused = try install.run("why", code.lowercased(), "--tenant", "acme")
        #expect(unused.code == 1 && unused.output.hasPrefix("broken\tCode\tThe voucher is good and has not been used"))
        #expect(unused.errors.contains("has not been used yet"))
        let swahili = try install.run("why", "02:00:00:00:00:09", "--tenant", "acme", "--language", "sw")
        #expect(swahili.code == 1 && swahili.output.contains("hakijawahi kutumia vocha hapa"))
        for (text, words) in [("02:00", "that is no voucher code"), (String(code.reversed()), "code")] {
            let wrong = try install.run("why", text, "--tenant", "acme")
            #expect(wrong.code != 0 && wrong.errors.contains(words), "\(wrong.errors)")
        }
    }

    @Test("A customer who waits for a router that is down is told to wait for the router, at once")
    func routerDown() throws {
        let install = try Install()
        try install.furnish()
        let code = try install.vouchers(1)[0]
        let gateway = try install.serve()
        let phone = try Wire(port: install.port)
        try phone.send(Install.redemption(code, 1))
        #expect(try phone.answer().status == 303)
        let isTold = try eventually(within: 20) {
            let end = try install.run("why", code, "--tenant", "acme")
            return end.code == 1 && end.output.contains("unknown\tOrder to the router")
                && end.errors.contains("gate has not answered since")
        }
        #expect(isTold)
        withExtendedLifetime(gateway) {}
    }
}
