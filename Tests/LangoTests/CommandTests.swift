import TestKit
import Testing

@Suite struct CommandTests {
    @Test("The version is told")
    func version() throws {
        let end = try Program.run("lango", ["version"])
        #expect(end.code == 0)
        #expect(end.output.hasPrefix("lango "))
    }
}
