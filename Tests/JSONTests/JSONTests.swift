import JSON
import TestKit
import Testing
import Values

@Suite struct JSONTests {
    static let good: [(text: String, value: JSON)] = [
        ("null", nil), (" true ", true), ("false", false), ("0", 0), ("-12", -12), ("\"\"", ""),
        ("1.50", .number("1.50")), ("1e400", .number("1e400")), ("-0", .number("-0")),
        ("[]", []), ("{}", [:]), ("[1,[2],{}]", [1, [2], [:]]),
        (#"{"b":1,"a":"x"}"#, ["b": 1, "a": "x"]),
        (#""\u00e9\ud83d\ude00\/\n""#, "é😀/\n"), (#""a\u0000b""#, "a\0b"), ("\"é😀\"", "é😀"),
    ]

    @Test("JSON is read to the value it means", arguments: good)
    func reads(text: String, value: JSON) throws {
        #expect(try JSON(parsing: Array(text.utf8)) == value)
    }

    static let bad: [(text: String, reason: JSONError.Reason, position: Int)] = [
        ("", .unexpectedEnd, 0), ("[1,", .unexpectedEnd, 3), ("{\"a\"", .unexpectedEnd, 4),
        ("\"abc", .unexpectedEnd, 4),
        ("[1,]", .unexpectedByte, 3), ("{,}", .unexpectedByte, 1), ("nul", .unexpectedEnd, 3),
        ("nulL", .unexpectedByte, 3), ("'a'", .unexpectedByte, 0), ("+1", .unexpectedByte, 0),
        ("NaN", .unexpectedByte, 0),
        ("01", .trailingBytes, 1), ("1 2", .trailingBytes, 2), ("1.", .badNumber, 2), ("-", .badNumber, 1),
        ("1e", .badNumber, 2), (".5", .unexpectedByte, 0), ("-x", .badNumber, 1),
        (#""\x""#, .badEscape, 2), (#""\u12G4""#, .badEscape, 5), (#""\ud800""#, .loneSurrogate, 1),
        (#""\ude00""#, .loneSurrogate, 1), (#""\ud800\u0041""#, .loneSurrogate, 1),
        ("\"a\nb\"", .controlCharacter, 2), (#"{"a":1,"b":2,"a":3}"#, .duplicateKey, 13),
        (#"{"a":1,"\u0061":3}"#, .duplicateKey, 7), ("[[[[[", .tooDeep, 4),
    ]

    @Test("What is no JSON is refused with its reason and place", arguments: bad)
    func refuses(text: String, reason: JSONError.Reason, position: Int) {
        let expected: JSONError = JSONError(reason, at: position)
        #expect(throws: expected) { try JSON(parsing: Array(text.utf8), maximumDepth: 4) }
    }

    @Test(
        "Bytes that are no UTF-8 are refused",
        arguments: [[0xC0, 0x80], [0xFF], [0xED, 0xA0, 0x80], [0xE9]] as [[UInt8]])
    func refusesBadUTF8(bytes: [UInt8]) {
        let quoted: [UInt8] = [0x22] + bytes + [0x22]
        #expect(throws: JSONError(.badUTF8, at: 1)) { try JSON(parsing: quoted) }
    }

    @Test("Raw control characters are taken where a router writes them")
    func lenient() throws {
        let text = "{\"source\":\"line 1\r\n\tline 2\u{1}\"}"
        let json = try JSON(parsing: Array(text.utf8), lenientControls: true)
        #expect(json["source"]?.text == "line 1\r\n\tline 2\u{1}")
    }

    @Test("A large object is read in linear time, its repeated key still found")
    func largeObject() throws {
        let members = (0..<50_000).map { "\"key\($0)\":\($0)" }
        let json = try JSON(parsing: Array("{\(members.joined(separator: ","))}".utf8))
        #expect(json["key49999"]?.integer == 49_999)
        let doubled = Array("{\((members + ["\"key7\":0"]).joined(separator: ","))}".utf8)
        #expect { try JSON(parsing: doubled) } throws: { ($0 as? JSONError)?.reason == .duplicateKey }
    }

    @Test("Members keep their order, and equality does not ask for it")
    func order() {
        let first: JSON = ["b": 1, "a": 2]
        let second: JSON = ["a": 2, "b": 1]
        #expect(first.object?.keys == ["b", "a"])
        #expect(first == second && first.hashValue == second.hashValue)
        #expect(first != ["a": 2, "b": 2])
    }

    @Test("Members are set, replaced and removed")
    func mutation() {
        var object: JSONObject = [:]
        for number in 0..<30 { object["k\(number)"] = .number(number) }
        object["k3"] = "new"
        object["k4"] = nil
        object["none"] = nil
        #expect(object.count == 29 && object["k3"] == "new" && object["k4"] == nil && object["k29"] == 29)
        #expect(object.keys.prefix(5) == ["k0", "k1", "k2", "k3", "k5"])
    }

    @Test("Accessors answer nil for other kinds")
    func accessors() {
        let json: JSON = ["n": 9_223_372_036_854_775_807, "f": .number("1.5"), "t": true, "a": ["x"], "z": nil]
        #expect(json["n"]?.integer == Int64.max)
        #expect(json["f"]?.integer == nil && json["f"]?.text == nil)
        #expect(json["t"]?.boolean == true && json["a"]?[0]?.text == "x" && json["a"]?[1] == nil)
        #expect(json["z"]?.isNull == true && json["missing"] == nil && json[0] == nil)
    }

    @Test("Pretty printing indents by two")
    func pretty() {
        let json: JSON = ["a": [1, 2], "b": [:], "c": []]
        let expected = "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}"
        #expect(String(decoding: json.serialized(pretty: true), as: UTF8.self) == expected)
    }

    @Test("The writer places commas and escapes text")
    func writer() {
        var writer = JSONWriter(ByteBuffer())
        writer.object { object in
            object.field("a", "x\"<\n")
            object.field("n", -3)
            object.field("t", true)
            object.array("list") { list in
                list.value("one")
                list.object { $0.field("deep", nil as JSON) }
                list.value(2)
            }
            object.object("empty") { _ in }
            object.key(escaping: "k\"")
            object.value([1] as JSON)
        }
        let text = String(decoding: writer.buffer.array, as: UTF8.self)
        let expected =
            #"{"a":"x\"\u003c\n","n":-3,"t":true,"list":["one",{"deep":null},2],"empty":{},"k\"":[1]}"#
        #expect(text == expected)
    }

    @Test("What is written is read back", arguments: 1...20 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        for _ in 0..<50 {
            let value = Self.random(depth: 0, &dice)
            #expect(try JSON(parsing: value.serialized()) == value)
            #expect(try JSON(parsing: value.serialized(pretty: true)) == value)
        }
    }

    @Test("Damaged text is refused or read, and never traps", arguments: 1...20 as ClosedRange<UInt64>)
    func damaged(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<100 {
            var bytes = Self.random(depth: 0, &dice).serialized()
            for _ in 0..<3 where !bytes.isEmpty {
                bytes[.random(in: 0..<bytes.count, using: &dice)] = .random(in: 0...255, using: &dice)
            }
            bytes.removeLast(.random(in: 0...min(3, bytes.count), using: &dice))
            let lenient = try? JSON(parsing: bytes, lenientControls: true)
            if let strict = try? JSON(parsing: bytes) { #expect(strict == lenient) }
        }
    }

    private static func random(depth: Int, _ dice: inout Dice) -> JSON {
        switch Int.random(in: 0...(depth > 3 ? 3 : 5), using: &dice) {
        case 0: return nil
        case 1: return .bool(.random(using: &dice))
        case 2: return .number(Int64.random(in: .min ... .max, using: &dice))
        case 3: return .string(randomText(&dice))
        case 4:
            let count = Int.random(in: 0...5, using: &dice)
            return .array((0..<count).map { _ in random(depth: depth + 1, &dice) })
        default:
            var object: JSONObject = [:]
            for _ in 0..<Int.random(in: 0...20, using: &dice) {
                object[randomText(&dice)] = random(depth: depth + 2, &dice)
            }
            return .object(object)
        }
    }

    private static func randomText(_ dice: inout Dice) -> String {
        let count = Int.random(in: 0...6, using: &dice)
        return String(
            String.UnicodeScalarView(
                (0..<count).compactMap { _ in
                    Unicode.Scalar(
                        UInt32.random(in: 0...0x10FFFF, using: &dice) >> UInt32.random(in: 0...16, using: &dice))
                }))
    }
}
