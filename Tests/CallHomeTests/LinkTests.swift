import Adoption
import TestKit
import TestWorld
import Testing
import Values

@Suite struct LinkTests {
    // swift-format-ignore
    static let reports: [(body: String, isRead: Bool)] = [
        ("version 7.20 (stable)\nservice api-ssl\nport 8729\n", true),
        ("version 6.49.10\nfuture thing\n", true),
        ("", false),
        ("port 8729\n", false),
        (String(repeating: "version 7.20\n", count: 400), false),
    ]

    @Test("A report is read fact by fact; what is none is refused", arguments: reports)
    func reads(body: String, isRead: Bool) {
        let report = AdoptionReport(Array(body.utf8))
        #expect((report != nil) == isRead)
        #expect(report.map { $0.version?.hasPrefix("7.20") == true || $0.version == "6.49.10" } ?? true)
    }

    @Test("Facts that cannot be are left out")
    func leavesOut() {
        let report = AdoptionReport(Array("version 7.20\nport 70000\nfingerprint xyz\ntunnel-key short\n".utf8))
        #expect(report?.port == nil && report?.fingerprint == nil && report?.tunnelKey == nil)
        #expect(AdoptionReport([0xFF, 0xFE] + Array("version 7".utf8)) == nil)
    }
}
