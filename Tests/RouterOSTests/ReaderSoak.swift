import FoundationEssentials
import JSON
import TestKit
import Testing

@testable import RouterOS

/// The readers of what routers say, against chance: nothing crashes, nothing grows beyond what came, nothing lasts.
///
/// Short by itself; scripts/soak reads millions.
@Suite(.serialized) struct ReaderSoak {
    /// The lines of captured files, where they are on this machine.
    private static func captured(_ name: String) -> [[UInt8]] {
        guard Fixture.isPresent, let data = try? Data(contentsOf: URL(filePath: Fixture.folder + "/fixtures/" + name))
        else { return [] }
        return data.split(separator: 10).map { Array($0.prefix(4_000)) }
    }

    private static func size(_ records: [RouterRecord]) -> Int {
        records.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count } }
    }

    @Test("The binary API")
    func binary() {
        let rows = (0..<6).map { number in
            sentence(
                "!re", "=.id=*\(number)", "=name=user \(number)", "=comment=a=b;\"c\" 🦁", "=disabled=false", ".tag=3")
        }
        let sound: [[UInt8]] =
            rows + [
                rows.flatMap(\.self) + sentence("!done", ".tag=3"), sentence("!done", "=ret=*1F"),
                sentence("!empty", ".tag=9"),
                sentence("!trap", "=category=1", "=message=no such item", ".tag=3"),
                sentence("!fatal", "session terminated on request"),
            ]
        let fuzz = Fuzz(sound, words: ["!re", "!done", ".tag=", "=.id=*", "\u{0}", "=name=", "\u{80}\u{90}"])
        let flaws = fuzz.run("binary API") { bytes in
            var decoder = APIDecoder()
            var size = 0
            let cut = bytes.count / 3
            do throws(APIDecoder.Fault) {
                try decoder.take(bytes.span.extracting(0..<cut)) { size += Self.size([$0.record]) }
                try decoder.take(bytes.span.extracting(cut..<bytes.count)) { size += Self.size([$0.record]) }
            } catch {
                return nil
            }
            guard decoder.pending <= bytes.count else { return "keeps \(decoder.pending) of \(bytes.count)" }
            // A byte that is no UTF-8 becomes three at most.
            return size <= 4 * bytes.count ? nil : "\(size) of \(bytes.count)"
        }
        #expect(flaws.isEmpty, "\(flaws)")
    }

    @Test("JSON of REST, as records")
    func json() {
        let sound = [
            #"[{".id":"*1","name":"a","comment":"x \u00e9 \ud83e\udd81 \\"","disabled":"false"},{".id":"*2","name":""}]"#,
            #"{"detail":"no such item","error":404,"message":"Not Found"}"#, "[]", #"{"ret":"*1F"}"#,
            #"[{"a":[1,2,{"b":null}],"c":true,"d":-1.5e3}]"#,
        ].map { Array($0.utf8) }
        let fuzz = Fuzz(
            sound + Self.captured("rest_records.jsonl") + Self.captured("rest_errors.jsonl"),
            words: ["\"", "\\", "\\u", "\\ud83e", "[", "{", "},{", "\\n", "null", "1e999", "\n", ":"])
        let flaws = fuzz.run("JSON") { bytes in
            guard let json = try? JSON(parsing: bytes, lenientControls: true) else { return nil }
            let records = (json.array ?? [json]).compactMap { RouterRecord($0) }
            let size = Self.size(records)
            guard size <= 4 * bytes.count else { return "\(size) of \(bytes.count)" }
            let again = try? JSON(parsing: json.serialized())
            return again == json ? nil : "does not come back as it was"
        }
        #expect(flaws.isEmpty, "\(flaws)")
    }

    @Test("Rows of the console, printed as values or by length")
    func console() {
        let menu = RouterSchema.menu("/ip/hotspot/user")
        let ids = (1...3).compactMap { RouterID("*\($0)") }
        let values = [
            ".id=*1;name=a;comment=one;.id=*2;name=b;comment=;.id=*3;name=c;limit-uptime=1d",
            ".id=*1;name=a;comment=x;y=z;disabled=false;.id=*2;.id=*3;address=10.0.0.1",
        ].map { Array($0.utf8) }
        let exact = [Array("row *1\r\nname 3\r\na;b\r\ncomment 0\r\n\r\nrow *2\r\nname 1\r\nc\r\n".utf8)]
        let fuzz = Fuzz(
            values + exact + Self.captured("cli_outputs.jsonl"),
            words: [";.id=*2", ";name=", "=", ";", "\r\n", "row *", "name 99999999999999999999", " ", "*3"])
        let flaws = fuzz.run("console") { bytes in
            var sizes: [Int] = []
            if let reply = try? ConsoleReply(ids: ids, bytes, of: menu) {
                sizes.append(Self.size(reply.rows.map { RouterRecord(id: $0.id, $0.values) }))
                if reply.rows.map(\.id) != ids { return "other rows than were asked for" }
            }
            if let rows = try? ConsoleExactReply.rows(bytes, of: menu) {
                sizes.append(Self.size(rows.map { RouterRecord(id: $0.id, $0.values) }))
            }
            return sizes.allSatisfy { $0 <= 4 * bytes.count + 64 } ? nil : "\(sizes) of \(bytes.count)"
        }
        #expect(flaws.isEmpty, "\(flaws)")
    }

    @Test("A megabyte of what is most tedious to read takes seconds at most")
    func tedious() {
        let million = 1 << 20
        let texts: [[UInt8]] = [";", "[", "{\"a\":", ";name=", "\\", ".id=*1;", "\"", "row *1\n", "1", ";.id=*2"].map {
            Array(repeatElement(Array($0.utf8), count: million / $0.utf8.count).joined())
        }
        let ids = (1...3).compactMap { RouterID("*\($0)") }
        let begun = Fuzz.processorTime()
        for bytes in texts {
            _ = try? JSON(parsing: bytes, lenientControls: true)
            _ = try? ConsoleReply(ids: ids, Array(".id=*1;name=a".utf8) + bytes, of: RouterSchema.menu("/ip/address"))
            _ = try? ConsoleExactReply.rows(bytes, of: nil)
            var decoder = APIDecoder()
            try? decoder.take(bytes.span) { _ in }
            #expect(decoder.pending <= bytes.count)
        }
        #expect(Fuzz.processorTime() - begun < 60)
    }
}
