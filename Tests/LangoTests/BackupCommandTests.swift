import TestKit
import Testing

/// The commands that keep and restore a router's settings, against a simulated one in a process of its own.
@Suite(.serialized, .ownThreads) struct BackupCommandTests {
    @Test("A router is backed up, compared, saved to a file, and a restore without SSH is refused with what to do")
    func wholeWay() throws {
        let install = try Install()
        try install.furnish()
        let router = try install.simulate("--identity", "gate")
        try install.add(router)
        #expect(try install.must("router", "backup", "live", "--tenant", "acme").contains("version 1 is new"))
        #expect(
            try install.must("router", "backup", "live", "--tenant", "acme").contains("nothing changed since version 1")
        )
        try install.must("router", "make", "live", "ppp-profile", "name=gold", "--tenant", "acme")
        let noted = try install.must("router", "backup", "live", "--binary", "--tenant", "acme")
        #expect(noted.contains("version 2 is new") && noted.contains("A binary backup needs SSH"))
        let diff = try install.must("router", "diff", "live", "--tenant", "acme")
        #expect(diff.contains("@@ /ppp profile @@") && diff.contains("\n+add name=gold"))
        let path = install.folder + "/live.rsc"
        try install.must("router", "backup-save", "live", "2", "--out", path, "--tenant", "acme")
        let list = try install.must("router", "backups", "live", "--tenant", "acme")
        #expect(list.contains("Commands (.rsc)") && list.contains("command line"))
        let preview = try install.run("router", "restore", "live", "1", "--preview", "--tenant", "acme")
        #expect(preview.code == 1 && preview.output.contains("-add name=gold") && preview.errors.contains("needs SSH"))
        let unnamed = try install.run("router", "restore", "live", "1", "--confirm", "other", "--tenant", "acme")
        #expect(unnamed.code == 64)
        let missing = try install.run("router", "diff", "live", "1", "9", "--tenant", "acme")
        #expect(missing.code == 1 && missing.errors.contains("there is no such version"))
        withExtendedLifetime(router) {}
    }
}
