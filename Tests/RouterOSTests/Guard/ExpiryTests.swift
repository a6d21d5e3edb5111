import Glibc
import RouterOS
import TestKit
import Testing
import Values

/// Ends while the gateway is dead, all kinds together; `scripts/soak expiry` runs five thousand.
@Suite struct ExpirySoakTests {
    private static let count = unsafe getenv("LANGO_EXPIRY_COUNT").flatMap { unsafe Int(String(cString: $0)) } ?? 48

    @Test(
        "A day without a gateway, two power cuts, a clock that is set wrong: every end within a minute, none early",
        arguments: GuardBench.versions)
    func table(version: String) throws {
        var table = try ExpiryTable(version, count: Self.count, seed: 7)
        table.run()
        #expect(table.mistakes.isEmpty, "\(version): \(table.mistakes.count) wrong: \(table.mistakes.prefix(12))")
    }
}
