import Compression
import TestKit
import Testing

@Suite struct DeflateTests {
    @Test("What was packed comes back, whatever it is", arguments: 1...4 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        for length in [0, 1, 3, 100, 70_000] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0 ... .max, using: &dice) }
            let packed = try #require(Deflate.pack(bytes))
            #expect(Deflate.unpack(packed) == bytes)
        }
        let dull = [UInt8](repeating: 65, count: 100_000)
        #expect(try #require(Deflate.pack(dull)).count < 1_000)
    }

    @Test("What was cut, lengthened or made up is refused")
    func refuses() throws {
        let packed = try #require(Deflate.pack(Array("a table of a router".utf8)))
        for length in 0..<packed.count { #expect(Deflate.unpack(Array(packed.prefix(length))) == nil, "\(length)") }
        #expect(Deflate.unpack([0, 0, 0, 1] + packed.dropFirst(4)) == nil)
        #expect(Deflate.unpack([255, 255, 255, 255] + packed.dropFirst(4)) == nil)
        #expect(Deflate.unpack([0, 0, 0, 4, 1, 2, 3, 4]) == nil)
    }
}
