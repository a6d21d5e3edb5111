import TestKit
import Testing

/// The commands of sweeps, beside a running gateway and without one.
@Suite(.serialized, .ownThreads) struct SweepCommandTests {
    @Test("A sweep is made by the running gateway and tells what it found; without a gateway it says so")
    func sweeps() throws {
        let install = try Install()
        try install.furnish()
        let alone = try install.run("router", "sweep", "gate", "--tenant", "acme", "--wait", "1")
        #expect(alone.code == 1 && alone.errors.contains("was not swept within 1 s: is `lango serve` running?"))
        #expect(try install.must("router", "drift", "gate", "--tenant", "acme").hasPrefix("found\tseen\tgone\t"))

        let router = try install.simulate("--identity", "gate")
        try install.add(router)
        let gateway = try install.serve()
        // The first one brings the guard.
        try install.must("router", "sweep", "live", "--tenant", "acme", "--wait", "30")
        let told = try install.must("router", "sweep", "live", "--tenant", "acme", "--wait", "30")
        #expect(told.hasPrefix("live: ") && told.contains(" requests, 0 of them writes"))
        withExtendedLifetime((gateway, router)) {}
    }
}
