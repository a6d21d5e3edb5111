import TestKit
import Testing

/// The commands for what vouchers gave, beside a running gateway and a router that is down.
@Suite(.serialized, .ownThreads) struct AccessCommandTests {
    @Test("An access is suspended and restored by its name, given a speed, and loses a device; what cannot be is said")
    func life() throws {
        let install = try Install()
        try install.furnish()
        let codes = try install.vouchers(2)
        let gateway = try install.serve()
        let phone = try Wire(port: install.port)
        try phone.send(Install.redemption(codes[0], 1))
        #expect(try phone.answer().status == 303)
        withExtendedLifetime(gateway) {}
        let mac = Install.mac(1)
        func access(_ deed: String, _ name: String, _ options: String...) throws -> Program.End {
            let words = ["access", deed, name, "--tenant", "acme"] + options
            return try Program.run("lango", words, environment: install.environment)
        }
        #expect(try access("suspend", codes[0]).code == 64)
        #expect(try access("suspend", codes[0], "--reason", " ", "--by", "Asha").errors.contains("--reason is empty"))
        let unused = try access("suspend", codes[1], "--reason", "chargeback", "--by", "Asha")
        #expect(unused.code == 1 && unused.errors.contains("nobody got access by this"), "\(unused.errors)")
        #expect(try access("restore", mac, "--by", "Asha").errors.contains("the access is not suspended"))
        let suspended = try access("suspend", codes[0].lowercased(), "--reason", "chargeback", "--by", "Asha")
        #expect(suspended.output == "suspended; its devices are being cut\n", "\(suspended.errors)")
        let twice = try access("suspend", mac, "--reason", "chargeback", "--by", "Asha")
        #expect(twice.code == 1 && twice.errors.contains("suspended already"))
        #expect(try install.must("vouchers", "show", codes[0], "--tenant", "acme").contains("suspended since\t"))
        let why = try install.run("why", codes[0], "--tenant", "acme")
        #expect(
            why.output.contains("broken\tAccess\tAsha suspended the access at") && why.output.contains("(chargeback)"))
        #expect(why.output.contains("Restore it once the matter is settled"))
        #expect(try access("restore", mac, "--by", "Ben").code == 0)

        #expect(try access("speed", mac).errors.contains("give --rate or --as-package"))
        #expect(try access("speed", mac, "--rate", "fast").errors.contains("5M/10M"))
        #expect(try access("speed", mac, "--rate", "6M/7M").code == 0)
        #expect(try install.must("vouchers", "show", codes[0], "--tenant", "acme").contains("speed\t6M/7M"))
        #expect(try access("speed", mac, "--as-package").code == 0)

        #expect(try access("remove-device", codes[0]).errors.contains("--device takes a hardware address"))
        let away = try access("remove-device", codes[0], "--device", mac)
        #expect(away.output == "\(mac) is removed and is being cut\n", "\(away.errors)")
        #expect(try access("remove-device", mac).errors.contains("not in this access"))
    }
}
