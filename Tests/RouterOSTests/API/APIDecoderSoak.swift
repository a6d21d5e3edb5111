import TestKit
import Testing

@testable import RouterOS

/// The decoder against chance: what it is told in pieces, and what no router would say.
@Suite struct APIDecoderSoak {
    private static func word(_ dice: inout Dice) -> [UInt8] {
        let names = [".id", "name", "comment", "limit-bytes-total", "a"]
        let length = [0, 3, 15, 16, 130, 20_000].randomElement(using: &dice) ?? 0
        let value = (0..<Int.random(in: 0...length, using: &dice)).map { _ in UInt8.random(in: 0...255, using: &dice) }
        return Array("=\(names.randomElement(using: &dice) ?? "")=".utf8) + value
    }

    @Test(
        "However a stream is cut, the same replies come of it, and each value as it was sent",
        arguments: 1...8 as ClosedRange<UInt64>)
    func pieces(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        for _ in 0..<12 {
            var stream: [UInt8] = []
            var expected: [[String: [UInt8]]] = []
            for _ in 0..<Int.random(in: 1...12, using: &dice) {
                let words = (0..<Int.random(in: 0...6, using: &dice)).map { _ in Self.word(&dice) }
                stream += sentence([Array("!re".utf8)] + words)
                expected.append(Self.values(of: words))
            }
            let pieces = (0..<5).map { _ in Int.random(in: 1...3_000, using: &dice) }
            let whole = try APICodecTests.decode(stream)
            #expect(try APICodecTests.decode(stream, pieces: pieces) == whole)
            #expect(whole.map { Self.values(of: $0) } == expected)
        }
    }

    /// The last value of each name.
    private static func values(of words: [[UInt8]]) -> [String: [UInt8]] {
        var values: [String: [UInt8]] = [:]
        for word in words {
            let halves = word.dropFirst().split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(decoding: halves[0], as: UTF8.self)
            // An id that is none is not kept.
            if name != ".id" { values[name] = Array(halves[1]) }
        }
        return values
    }

    private static func values(of reply: APIReply) -> [String: [UInt8]] {
        reply.record.values.mapValues { text in
            var bytes: [UInt8] = []
            WireText.append(text, to: &bytes)
            return bytes
        }
    }

    @Test(
        "A hundred thousand broken streams are read or refused, and keep no more than came",
        arguments: 1...4 as ClosedRange<UInt64>)
    func garbage(seed: UInt64) {
        var dice = Dice(seed: seed)
        let sound = sentence("!re", "=.id=*1", "=name=abc", "=comment=x", ".tag=3") + sentence("!done", ".tag=3")
        for _ in 0..<100_000 {
            var bytes = sound
            switch dice.next() % 4 {
            case 0: bytes = Self.noise(Int(dice.next() % 40), &dice)
            case 1: bytes[Int(dice.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: dice.next())
            case 2: bytes.removeSubrange(0..<Int(dice.next() % UInt64(bytes.count)))
            default:
                bytes.insert(contentsOf: Self.noise(3, &dice), at: Int(dice.next() % UInt64(bytes.count)))
            }
            var decoder = APIDecoder()
            let cut = bytes.isEmpty ? 0 : Int(dice.next() % UInt64(bytes.count))
            do throws(APIDecoder.Fault) {
                try decoder.take(bytes.span.extracting(0..<cut)) { _ in }
                try decoder.take(bytes.span.extracting(cut..<bytes.count)) { _ in }
            } catch {
                continue
            }
            if decoder.pending > bytes.count { Issue.record("kept \(decoder.pending) of \(bytes)") }
        }
    }

    private static func noise(_ count: Int, _ dice: inout Dice) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
    }

    @Test("A sentence that comes byte by byte takes time in proportion to its length")
    func drip() throws {
        let bytes = sentence(
            [Array("!re".utf8)] + (0..<60).map { Array("=a\($0)=".utf8) + [UInt8](repeating: 97, count: 5_000) })
        let start = ContinuousClock.now
        #expect(try APICodecTests.decode(bytes, pieces: [1]).count == 1)
        #expect(start.duration(to: .now) < .seconds(20))
    }
}
