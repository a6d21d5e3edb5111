import Foundation
import JSON
import Telemetry
import Testing
import Values

/// A pipe whose other end is read by the test.
private final class Outlet: Sendable {
    fileprivate let pipe = Pipe()

    var descriptor: Int32 { pipe.fileHandleForWriting.fileDescriptor }

    /// Everything written so far, up to the closing of the writing end.
    func lines() throws -> [JSON] {
        try pipe.fileHandleForWriting.close()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        return try data.split(separator: 0x0A).map { try JSON(parsing: Array($0)) }
    }
}

@Suite struct LogTests {
    private static let noon = Instant(milliseconds: 1_795_176_480_123)

    @Test("A line is one JSON object: time, level, message, then the fields in their order")
    func line() throws {
        let outlet = Outlet()
        let log = Log(to: LogWriter(descriptor: outlet.descriptor), threshold: .info, now: { Self.noon })
        let key = ID<Log>(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001)
        log.with(["request.id": .id(key)]).notice(
            "voucher.redeemed",
            ["note": "a\"b\n<é", "count": 3, "ok": true, "took": .span(.seconds(2)), "at": .instant(0)])
        #expect(log.flush(within: .seconds(5)))
        let line = try #require(try outlet.lines().first)
        #expect(line.object?.keys == ["time", "level", "message", "request.id", "note", "count", "ok", "took", "at"])
        let expected: JSON = [
            "time": .string(Self.noon.iso8601), "level": "notice", "message": "voucher.redeemed",
            "request.id": "01900000-0000-7000-8000-000000000001", "note": "a\"b\n<é", "count": 3, "ok": true,
            "took": 2_000, "at": "1970-01-01T00:00:00Z",
        ]
        #expect(line == expected)
    }

    @Test("Lines below the threshold are not kept")
    func threshold() throws {
        let outlet = Outlet()
        let log = Log(to: LogWriter(descriptor: outlet.descriptor), threshold: .warning, now: { 0 })
        log.debug("a")
        log.info("b")
        log.notice("c")
        log.warning("d")
        log.error("e")
        #expect(!log.keeps(.notice) && log.keeps(.error))
        #expect(log.flush(within: .seconds(5)))
        #expect(try outlet.lines().map { $0["message"]?.text } == ["d", "e"])
    }

    @Test("A long text is cut")
    func long() throws {
        let outlet = Outlet()
        let log = Log(to: LogWriter(descriptor: outlet.descriptor), threshold: .debug, now: { 0 })
        log.info("x", ["text": .text(String(repeating: "é", count: 5_000))])
        #expect(log.flush(within: .seconds(5)))
        let text = try #require(try outlet.lines().first?["text"]?.text)
        #expect(text.utf8.count == LogValue.longestText + "…".utf8.count)
    }

    @Test("Lines of many threads stay whole, and a closed writer leaves none behind")
    func threads() async throws {
        let outlet = Outlet()
        let reader = Task.detached { try outlet.linesUntilClosed(expecting: 4_000) }
        do {
            let log = Log(to: LogWriter(descriptor: outlet.descriptor), threshold: .info, now: { 0 })
            await withTaskGroup { group in
                for worker in 0..<8 {
                    group.addTask {
                        for turn in 0..<500 { log.info("turn", ["worker": .number(worker), "turn": .number(turn)]) }
                    }
                }
            }
            #expect(log.flush(within: .seconds(10)))
        }
        let lines = try await reader.value
        #expect(lines.count == 4_000)
        #expect(Set(lines).count == 4_000)
    }

    @Test("A writer that nobody reads from holds no one back, drops and says so")
    func full() throws {
        let outlet = Outlet()
        let log = Log(to: LogWriter(descriptor: outlet.descriptor, capacity: 2_000), threshold: .info, now: { 0 })
        for _ in 0..<10_000 { log.info("x", ["text": .text(String(repeating: "y", count: 100))]) }
        #expect(!log.flush(within: Span(milliseconds: 50)))
        let lines = try outlet.linesUntil(kept: 10_000)
        let dropped = lines.compactMap { $0["count"]?.integer }.reduce(0, +)
        #expect(dropped > 1_000)
    }
}

extension Outlet {
    /// Reads until so many lines have come.
    fileprivate func linesUntilClosed(expecting count: Int) throws -> [JSON] {
        try read { $0.count >= count }
    }

    /// Reads until so many lines were kept or counted as dropped.
    fileprivate func linesUntil(kept count: Int64) throws -> [JSON] {
        try read { lines in lines.map { $0["count"]?.integer ?? 1 }.reduce(0, +) >= count }
    }

    private func read(until isDone: ([JSON]) -> Bool) throws -> [JSON] {
        var rest = Data()
        var lines: [JSON] = []
        while !isDone(lines) {
            rest += pipe.fileHandleForReading.availableData
            while let end = rest.firstIndex(of: 0x0A) {
                lines.append(try JSON(parsing: Array(rest[rest.startIndex..<end])))
                rest = rest[(end + 1)...]
            }
        }
        return lines
    }
}
