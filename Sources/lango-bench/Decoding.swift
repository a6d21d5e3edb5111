import Files
import RouterOS

/// Decodes the sentences in a file again and again, in pieces as a socket gives them.
///
/// Prints how many sentences and values there are, and the seconds that one round took.
struct Decoding {
    private let bytes: [UInt8]
    private let rounds: Int

    init(_ file: String, _ rounds: String) throws {
        bytes = try Files.bytes(of: file)
        self.rounds = try Misuse.count(rounds)
    }

    func run() throws {
        var (sentences, values) = (0, 0)
        let time = try ContinuousClock().measure {
            for _ in 0..<rounds {
                var decoder = APIDecoder()
                for start in stride(from: 0, to: bytes.count, by: 65_536) {
                    let piece = bytes.span.extracting(start..<min(start + 65_536, bytes.count))
                    try decoder.take(piece) { reply in
                        sentences += 1
                        values += reply.record.values.count + (reply.record.id == nil ? 0 : 1)
                    }
                }
            }
        }
        let (seconds, attoseconds) = (time / rounds).components
        print(sentences / rounds, values / rounds, Double(seconds) + Double(attoseconds) / 1e18)
    }
}
