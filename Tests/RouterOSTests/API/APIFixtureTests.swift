import JSON
import TestKit
import Testing
import Values

@testable import RouterOS

/// The gathered dialogues and refusals, told to a session word by word.
@Suite(.enabled(if: Fixture.isPresent, Fixture.reason)) struct APIFixtureTests {
    private static func words(_ step: JSON, _ key: String) -> [String]? { step[key]?.array?.compactMap(\.text) }

    @Test("Every gathered dialogue is understood")
    func transcripts() throws {
        var names: [String] = []
        for line in try Fixture.lines("api_transcripts.jsonl") {
            names.append(try #require(line["name"]?.text))
            let replies = try #require(line["steps"]?.array).compactMap { Self.words($0, "recv") }
            let bytes = replies.flatMap { sentence($0.map { Array($0.utf8) }) }
            let understood = try APICodecTests.decode(bytes)
            #expect(understood.count == replies.count)
            for (reply, words) in zip(understood, replies) {
                let attributes = words.dropFirst().filter { $0.hasPrefix("=") }
                #expect(reply.kind != .other)
                #expect(reply.record.values.count + (reply.record.id == nil ? 0 : 1) == attributes.count)
                for (name, value) in reply.record.values { #expect(attributes.contains("=\(name)=\(value)")) }
            }
        }
        #expect(names.count >= 11)
    }

    @Test("Every gathered refusal that can happen to us has a meaning of its own")
    func traps() throws {
        let free: Set<String> = [
            "unknown host IP 10.5.50.9", "invalid username or password", "failure: resolve failed", "action cancelled",
        ]
        for line in try Fixture.lines("api_traps.jsonl") {
            let words = try #require(line["message"]?.text)
            let category = line["category"]?.integer.map { String($0) }
            let kind = RouterError.Kind(trap: category, words: words)
            if case .failure = kind {
                #expect(free.contains(words), "\(words)")
            } else {
                #expect(!free.contains(words), "\(words)")
            }
        }
    }

    @Test("The gathered records come back as they were, however they are cut")
    func records() throws {
        for line in try Fixture.lines("api_records_librouteros_decoded.jsonl") {
            var bytes: [UInt8] = []
            var expected: [RouterRecord] = []
            for row in try #require(line["records"]?.array) {
                // librouteros made numbers and truth values of the wire's texts.
                expected.append(try #require(RouterRecord(row)))
                var words = ["!re"]
                for member in try #require(row.object) {
                    switch member.value {
                    case .string(let text), .number(let text): words.append("=\(member.key)=\(text)")
                    case .bool(let truth): words.append("=\(member.key)=\(RouterValue.text(truth))")
                    default: break
                    }
                }
                bytes += sentence((words + [".tag=3"]).map { Array($0.utf8) })
            }
            for pieces in [[Int.max], [1], [7, 100]] {
                #expect(try APICodecTests.decode(bytes, pieces: pieces).map(\.record) == expected)
            }
        }
    }
}
