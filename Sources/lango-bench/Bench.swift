import Files
import RouterOS

/// Measures what no command of the product shows; for `scripts/bench`.
@main struct Bench {
    /// `api-decode FILE ROUNDS` decodes the sentences in a file so many times, in pieces as a socket gives them.
    ///
    /// Prints how many sentences and values there are, and the seconds that one round took.
    static func main() throws {
        let words = CommandLine.arguments
        guard words.count == 4, words[1] == "api-decode", let rounds = Int(words[3]) else {
            print("lango-bench api-decode FILE ROUNDS")
            return
        }
        let bytes = try Files.bytes(of: words[2])
        var (sentences, values) = (0, 0)
        let time = try ContinuousClock().measure {
            for _ in 0..<rounds {
                var decoder = APIDecoder()
                var start = 0
                while start < bytes.count {
                    let end = min(start + 65_536, bytes.count)
                    try decoder.take(bytes.span.extracting(start..<end)) { reply in
                        sentences += 1
                        values += reply.record.values.count + (reply.record.id == nil ? 0 : 1)
                    }
                    start = end
                }
            }
        }
        let (seconds, attoseconds) = (time / rounds).components
        print(sentences / rounds, values / rounds, Double(seconds) + Double(attoseconds) / 1e18)
    }
}
