import Testing

@testable import Captive

@Suite struct LinkTests {
    static let words: [(String, RouterProblem)] = [
        ("user vx-01 has reached uptime limit", .outOfTime), ("uptime-limit", .outOfTime),
        ("user vx-01 has reached traffic limit", .outOfTime), ("traffic-limit", .outOfTime),
        ("no more sessions are allowed for user vx-01", .inUse), ("user-session-limit", .inUse),
        ("invalid username or password", .refused), ("RADIUS server is not responding", .refused),
    ]

    @Test("The router's refusal is told by its words or by the key of our errors.txt", arguments: words)
    func routerWords(text: String, expected: RouterProblem) {
        #expect(RouterProblem(words: text) == expected)
    }
}
