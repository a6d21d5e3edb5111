import Glibc
import RouterOS
import TestKit
import Testing
import Values

/// Ends while the gateway is dead, all kinds together; `scripts/soak expiry` runs five thousand.
@Suite(.serialized, .ownThreads) struct ExpiryTableTests {
    private static func setting(_ name: String) -> Int? {
        unsafe getenv(name).flatMap { unsafe Int(String(cString: $0)) }
    }

    @Test(
        "Hours without a gateway, two power cuts, a clock that is set wrong: every end within a minute, none early",
        arguments: GuardBench.versions)
    func table(version: String) throws {
        var table = try ExpiryTable(
            version, count: Self.setting("LANGO_EXPIRY_COUNT") ?? 22,
            hours: Int64(Self.setting("LANGO_EXPIRY_HOURS") ?? 2), seed: 7)
        table.run()
        #expect(table.mistakes.isEmpty, "\(version): \(table.mistakes.count) wrong: \(table.mistakes.prefix(12))")
    }
}
