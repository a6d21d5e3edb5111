import RouterOS
import Values

/// Measures what no command of the product shows; for `scripts/bench`.
@main struct Bench {
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        switch (words.first, words.count) {
        case ("api-decode", 3): try Decoding(words[2], words[3]).run()
        case ("api-idle", 4): try await IdleRouters(words[2], words[3], words[4]).run()
        case ("read-users", 5): try await ReadingUsers(words[2], words[3], words[4], words[5]).run()
        case ("ledger", 3): try await LedgerPostings(words[2], words[3]).run()
        default:
            print(
                "lango-bench api-decode FILE ROUNDS | api-idle PORT COUNT FINGERPRINT"
                    + " | read-users WAY USER PASSWORD ROUNDS | ledger DATABASE COUNT")
        }
    }
}

/// What cannot be measured, and why.
struct Misuse: Error, CustomStringConvertible {
    let description: String

    /// A word as a number from 1 on.
    static func count(_ word: String) throws -> Int {
        guard let count = Int(word), count > 0 else { throw Misuse(description: "\(word) is no number") }
        return count
    }
}
