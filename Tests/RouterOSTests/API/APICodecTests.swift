import JSON
import TestKit
import Testing
import Values

@testable import RouterOS

@Suite struct APICodecTests {
    /// What the decoder makes of bytes that come in pieces of some sizes, one after another and over again.
    static func decode(_ bytes: [UInt8], pieces: [Int] = [Int.max]) throws -> [APIReply] {
        var decoder = APIDecoder()
        var replies: [APIReply] = []
        var (start, turn) = (0, 0)
        while start < bytes.count {
            let end = start + min(pieces[turn % pieces.count], bytes.count - start)
            try decoder.take(bytes.span.extracting(start..<end)) { replies.append($0) }
            (start, turn) = (end, turn + 1)
        }
        return replies
    }

    /// Every form at its borders; the manual's table.
    static let lengths: [(length: Int, bytes: [UInt8])] = [
        (0, [0]), (1, [1]), (0x7F, [0x7F]), (0x80, [0x80, 0x80]), (0x3FFF, [0xBF, 0xFF]), (0x4000, [0xC0, 0x40, 0]),
        (0x1F_FFFF, [0xDF, 0xFF, 0xFF]), (0x20_0000, [0xE0, 0x20, 0, 0]), (0xFFF_FFFF, [0xEF, 0xFF, 0xFF, 0xFF]),
        (0x1000_0000, [0xF0, 0x10, 0, 0, 0]), (0xFFFF_FFFF, [0xF0, 0xFF, 0xFF, 0xFF, 0xFF]),
    ]

    @Test("A length has five forms", arguments: lengths)
    func lengthForms(length: Int, bytes: [UInt8]) {
        var written: [UInt8] = []
        WordLength.append(length, to: &written)
        #expect(written == bytes)
        #expect(WordLength.read(bytes.span, at: 0) == .length(length, taken: bytes.count))
        for count in 0..<bytes.count {
            #expect(WordLength.read(bytes.span.extracting(0..<count), at: 0) == .unfinished)
        }
    }

    @Test(
        "First bytes from 0xF8 on are reserved; the stream cannot go on", arguments: 0xF8...0xFF as ClosedRange<UInt8>)
    func reserved(first: UInt8) {
        #expect(WordLength.read([first, 0, 0, 0, 0].span, at: 0) == .reserved)
        #expect(throws: APIDecoder.Fault.reservedLength) { try Self.decode(sentence("!done") + [first]) }
    }

    @Test("The gathered vectors are read and written", .enabled(if: Fixture.isPresent, Fixture.reason))
    func vectors() throws {
        var count = 0
        for line in try Fixture.lines("api_wire_vectors.jsonl") {
            count += 1
            let bytes = line["hex"]?.text.flatMap { Hex.decode($0) } ?? []
            switch line["what"]?.text {
            case "length":
                let length = Int(try #require(line["length"]?.integer))
                var written: [UInt8] = []
                WordLength.append(length, to: &written)
                #expect(written == bytes)
                #expect(WordLength.read(bytes.span, at: 0) == .length(length, taken: bytes.count))
            case "length-invalid": #expect(WordLength.read(bytes.span, at: 0) == .reserved)
            case "sentence":
                let words = try #require(line["words"]?.array).compactMap(\.text)
                #expect(sentence(words.map { Array($0.utf8) }) == bytes)
                try Self.expect(try Self.decode(bytes), of: words)
            case "login-challenge-response":
                let challenge = try #require(line["challenge_hex"]?.text)
                let login = APILogin(user: "admin", password: Secret(line["password"]?.text ?? ""))
                let answer = try #require(login.answer(to: challenge)).sentence(tagged: 1)
                let expected = try #require(line["response"]?.text)
                #expect(String(decoding: answer, as: UTF8.self).contains("=response=\(expected)"))
            default: Issue.record("unknown vector")
            }
        }
        #expect(count > 30)
    }

    private static func expect(_ replies: [APIReply], of words: [String]) throws {
        let reply = try #require(replies.first)
        let attributes = words.filter { $0.hasPrefix("=") && !$0.hasPrefix("=.id=") }.count
        #expect(replies.count == 1 && reply.record.values.count == attributes)
        #expect((reply.tag == .none) == !words.contains { $0.hasPrefix(".tag=") })
    }

    @Test("A command is its words, its tag and an empty word")
    func commands() {
        var command = APICommand("print", in: "/ip/hotspot/user")
        command.append(condition: ("name", "bob"))
        command.append(properties: [".id", "name"])
        #expect(
            command.sentence(tagged: 7)
                == sentence("/ip/hotspot/user/print", "?name=bob", "=.proplist=.id,name", ".tag=7"))
    }

    static let replies: [(words: [String], kind: APIReply.Kind, tag: APIReply.Tag, values: [String: String])] = [
        (["!done"], .done, .none, [:]), (["!done", "=ret=*3", ".tag=7"], .done, .command(7), ["ret": "*3"]),
        (["!re", "=a==b=", ".tag=x"], .row, .strange, ["a": "=b="]),
        (["!re", "=a=", "=b"], .row, .none, ["a": "", "b": ""]),
        (["!re", "=a=1", "=a=2"], .row, .none, ["a": "2"]), (["!re", "==x"], .row, .none, ["": "x"]),
        (["!empty", ".tag=9999999999999999"], .empty, .strange, [:]), (["!news", ".tag="], .other, .strange, [:]),
        (["!trap", "=message=no such item", ".tag=0"], .trap, .command(0), ["message": "no such item"]),
    ]

    @Test("Replies are told apart, with their tags and values", arguments: replies)
    func kinds(words: [String], kind: APIReply.Kind, tag: APIReply.Tag, values: [String: String]) throws {
        // Three times, so that rows are read by the shape of the one before too.
        let bytes = sentence(words.map { Array($0.utf8) })
        for reply in try Self.decode(bytes + bytes + bytes) {
            #expect(
                reply.kind == kind && reply.tag == tag && reply.record.values == values && reply.size == bytes.count)
        }
        let fatal = try Self.decode(sentence("!fatal", "session terminated on request"))
        #expect(fatal.map(\.kind) == [.fatal] && fatal.first?.reason == "session terminated on request")
    }

    @Test("Empty sentences mean nothing; longer forms of a length than needed are taken")
    func liberal() throws {
        let bytes: [UInt8] =
            [0, 0] + [0x80, 3] + Array("!re".utf8) + [0xC0, 0, 4] + Array("=a=b".utf8) + [0x80, 0] + [0]
        let replies = try Self.decode(bytes)
        #expect(replies.map(\.record.values) == [["a": "b"]])
    }

    @Test("What is too long is refused by what it announces, before it comes")
    func limits() throws {
        for (bytes, fault) in [
            ([0xE0, 0x10, 0, 1], .wordTooLong), ([0xF0, 0xFF, 0xFF, 0xFF, 0xFF], .wordTooLong),
            ([3] + Array("!re".utf8) + [0xEF, 0xFF, 0xFF, 0xFF], .wordTooLong),
        ] as [([UInt8], APIDecoder.Fault)] {
            #expect(throws: fault) { try Self.decode(bytes) }
        }
        let word = [UInt8](repeating: 0x61, count: 900_000)
        let long = sentence([word, word, word])
        #expect(throws: APIDecoder.Fault.sentenceTooLong) { try Self.decode(long, pieces: [1_000]) }
        let many = sentence([[UInt8]](repeating: [0x61], count: 5_000))
        #expect(throws: APIDecoder.Fault.sentenceTooLong) { try Self.decode(many) }
        #expect(try Self.decode(sentence([word, word])).count == 1)
    }
}
