import TestKit
import Testing

@testable import Backups

/// Exports, as a router or a wire has broken them: read or refused, masked and compared, never a crash.
@Suite(.serialized) struct ExportSoak {
    private static let sound = """
        # nov/20/2026 12:00:00 by RouterOS 6.49.10
        # software id = ABCD-1234
        #
        /interface bridge
        add name=bridge-lan comment="a \\"quoted\\" \\
            text\\_that goes on"
        /ip hotspot user
        add name=amina password="siri \\24 kubwa" profile=default
        set [ find default=yes ] disabled=yes
        /system script
        add name=x source=":local token \\"abc\\"\\r\\n:put done"

        """

    @Test("Exports")
    func exports() throws {
        let whole = try #require(ExportText(Self.sound))
        let fuzz = Fuzz(
            [Array(Self.sound.utf8)],
            words: ["\\\n", "\"", "\\", "password=", "/ip", "\n", "# ", "\\_", "[", "]", "secret=", "\r\n"])
        let flaws = fuzz.run("export") { bytes in
            guard let text = ExportText(String(decoding: bytes, as: UTF8.self)) else { return nil }
            let commands = text.sections.reduce(0) { $0 + $1.commands.reduce(0) { $0 + $1.utf8.count } }
            guard commands <= 4 * bytes.count else { return "\(commands) of \(bytes.count)" }
            let again = ExportText(text.text)
            guard again == text else { return "does not come back as it was" }
            let same = ExportDiff(from: text, to: text)
            guard same.isEmpty else { return "differs from itself" }
            _ = ExportDiff(from: whole, to: text)
            return nil
        }
        #expect(flaws.isEmpty, "\(flaws)")
    }
}
