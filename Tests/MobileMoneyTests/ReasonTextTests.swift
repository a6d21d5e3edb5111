import JSON
import MobileMoney
import TestKit
import Testing

@Suite struct ReasonTextTests {
    static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        + "/locales/"

    @Test("Every reason has a sentence in each complete language", arguments: ["en", "sw"])
    func sentences(language: String) throws {
        let texts = try JSON(parsing: Array(Program.read(Self.folder + language + ".json").utf8))
        for reason in PaymentReason.allCases {
            for key in [reason.messageKey, reason.payerKey] {
                #expect(texts[key]?.text?.isEmpty == false, "\(key)")
            }
        }
    }
}
