import Foundation
import TestKit
import TestWorld
import Testing

@testable import Captive

/// What a page carries on of the device that asks: the form's hidden fields and the link to the other language say the same,
/// whatever came in the query and however it was spelt there.
@Suite(.serialized, .ownThreads) struct CarryTests {
    static let pieces = [
        "a", "Z", "0", "-", "~", "/", ":", "%41", "%2f", "%2F", "%25", "%20", "+", "'", "\"", "%22", "%27", "%26",
        "%3C",
        "<", ">", "%3e", "%23", "%C3%A9", "%E2%80%AE", "\u{e9}", "%5C220", "!", "(", "%2B", "=", "%3D", ";", "%09",
    ]

    private func value(_ dice: inout Dice) -> String {
        (0..<Int.random(in: 0...9, using: &dice)).map { _ in Self.pieces.randomElement(using: &dice) ?? "" }.joined()
    }

    private func query(_ dice: inout Dice, on bench: CaptiveBench) -> String {
        var fields = [("mac", "02%3A50%3A00%3A00%3A00%3A01")]
        if Bool.random(using: &dice) { fields.append(("ip", "10.5.50.11")) }
        if Bool.random(using: &dice) { fields.append(("link-login-only", "http%3A%2F%2F10.5.50.1%2Flogin")) }
        for name in ["dst", "link-orig"] where Bool.random(using: &dice) {
            fields.append(
                (name, ["", "http://", "http%3A%2F%2F"].randomElement(using: &dice).map { $0 + value(&dice) } ?? ""))
        }
        for name in ["chap-id", "chap-challenge", "identity", "username", "mac"] where Bool.random(using: &dice) {
            fields.append((name, value(&dice)))
        }
        return fields.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    private func plain(_ html: Substring) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(String(html)) { $0.replacing($1.0, with: $1.1) }
    }

    /// The hidden fields of the form for a code.
    private func fields(of page: String) -> [String: String] {
        var fields: [String: String] = [:]
        for match in page.matches(of: #/<input type="hidden" name="([^"]*)" value="([^"]*)">/#) {
            fields[String(match.1)] = plain(match.2)
        }
        return fields
    }

    /// The arguments of the link to the other language, but for the language, as a browser would send them.
    private func arguments(of page: String) throws -> [String: String] {
        let link = try #require(page.firstMatch(of: #/<a href="[^"?]*\?lang=sw&amp;([^"]*)"/#))
        var arguments: [String: String] = [:]
        for argument in plain(link.1).split(separator: "&") {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let text = try #require(String(parts[1]).replacing("+", with: " ").removingPercentEncoding)
            arguments[String(parts[0])] = text
        }
        return arguments
    }

    @Test("The form and the link to the other language carry the same", arguments: 1...4 as ClosedRange<UInt64>)
    func same(seed: UInt64) async throws {
        let bench = try CaptiveBench()
        var dice = Dice(seed: seed)
        for _ in 0..<120 {
            let query = query(&dice, on: bench)
            let page = try Wire.ask(bench.port, "GET", "\(CaptiveBench.market)?\(query)")
            #expect(page.status == 200, "seed \(seed): \(query)")
            guard page.status == 200 else { continue }
            let fields = fields(of: page.text)
            #expect(fields["mac"] == "02:50:00:00:00:01", "seed \(seed): \(query)")
            #expect(try arguments(of: page.text) == fields, "seed \(seed): \(query)")
        }
        await bench.stop()
    }
}
