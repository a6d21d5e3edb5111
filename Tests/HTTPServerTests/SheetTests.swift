import Glibc
import HTTPServer
import TestKit
import Testing

/// Pages that are written over the ones before, and sent by answers that were prepared once.
@Suite struct SheetTests {
    private func path(_ size: Int, _ letter: String = "a", then: String = "") -> String {
        "/page?size=\(size)&letter=\(letter)&then=\(then)"
    }

    private func isPage(_ answer: Client.Answer, _ size: Int, _ letter: String) -> Bool {
        answer.body.prefix(size) == Array(repeating: Array(letter.utf8)[0], count: size)[...]
            && answer.body.count == (size + 255) / 256 * 256 && answer.body.dropFirst(size).allSatisfy { $0 == 10 }
    }

    @Test("It has the headers of every page, and line breaks up to a full quarter of a kilobyte")
    func headers() throws {
        let harness = try Harness()
        let client = try harness.client()
        let own = try client.ask("GET", path(1_000) + "&own=1")
        for _ in 0..<2 {
            let answer = try client.ask("GET", path(1_000))
            #expect(answer.status == 200 && isPage(answer, 1_000, "a"))
            #expect(own.body.count == 1_000)
            let names = answer.headers.map(\.name)
            #expect(names.sorted() == own.headers.map(\.name).sorted())
            for name in names where !["date", "content-length"].contains(name) { #expect(answer[name] == own[name]) }
        }
        #expect(try client.ask("GET", path(1_000, then: "keep"))["Cache-Control"] == "private")
        #expect(try client.ask("GET", path(1_000))["Cache-Control"] == "no-store")
    }

    @Test("Pages of any length follow each other whole", arguments: 1...4 as ClosedRange<UInt64>)
    func follow(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let harness = try Harness { $0.threads = 1 }
        let client = try harness.client()
        for _ in 0..<60 {
            let size = [0, 255, 256, 5_000, 12_288, 12_289, 30_000, 70_000].randomElement(using: &dice) ?? 0
            let letter = ["a", "b", "c"].randomElement(using: &dice) ?? "a"
            #expect(isPage(try client.ask("GET", path(size, letter)), size, letter), "\(size) \(letter)")
        }
    }

    @Test("What is no ordinary page goes out as it always did, and leaves nothing behind")
    func others() throws {
        let harness = try Harness { $0.threads = 1 }
        let client = try harness.client()
        for _ in 0..<2 {
            let missing = try client.ask("GET", path(700, "x", then: "missing"))
            #expect(missing.status == 404 && missing["X-Request-Id"] != nil && missing.body.count == 700)
            #expect(try client.ask("GET", path(700, "x", then: "refuse")).status == 410)
            #expect(try client.ask("GET", path(700, "x", then: "cookie"))["Set-Cookie"] != nil)
            #expect(try client.ask("GET", path(700, "x", then: "other")).text == "other")
            #expect(isPage(try client.ask("GET", path(700, "y")), 700, "y"))
        }
    }

    @Test("A page that a slow client still reads is not written over")
    func slowClients() throws {
        let harness = try Harness { $0.threads = 1 }
        let slow = try harness.client()
        // More than any buffer between the two takes.
        let size = 16 << 20
        try slow.send("GET \(path(size, "s")) HTTP/1.1\r\nHost: lango.test\r\n\r\n")
        var first: UInt8 = 0
        #expect(unsafe recv(slow.descriptor, &first, 1, Int32(MSG_PEEK)) == 1)
        let quick = try harness.client()
        for _ in 0..<20 { #expect(isPage(try quick.ask("GET", path(9_000, "q")), 9_000, "q")) }
        #expect(isPage(try slow.answer(), size, "s"))
    }
}
