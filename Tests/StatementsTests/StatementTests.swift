import TestKit
import Testing
import Values

@testable import Statements

/// Statements of every format, and what is wrong with them.
@Suite struct StatementTests {
    @Test("The export of the M-PESA portal is read: receipts, accounts, payers; what failed is passed over")
    func mpesa() throws {
        let items = try Sample.read(Sample.mpesa)
        let entries = items.entries
        #expect(items.accounts == ["600100"] && items.passed == 1 && items.flaws.isEmpty)
        #expect(entries.map(\.bankReference) == ["UK3K9QX1AA", "UK3K9QX1AB", "UK3K9QX1AD"])
        #expect(entries.map(\.direction) == [.debit, .credit, .credit])
        #expect(entries.map(\.amount.minorUnits) == [6_000, 150_000, 5_000])
        #expect(entries.map(\.reference) == ["", "gv a2", "HSE12"])
        #expect(entries[1].payer == "2547****5678" && entries[1].payerName == "JANE DOE")
        #expect(entries[2].narrative == #"Pay Bill, "fast""#)
        // Newest first: the balance before the oldest line and after the newest one.
        #expect(items.opening == [112_985_000] && items.closing == [113_134_000])
    }

    @Test("The same bytes in every encoding and with either end of line are the same statement")
    func encodings() throws {
        let text = Sample.mpesa + "\nUK3K9QX1AE,19-11-2026 07:00:00,,Café,Completed,10.00,,,,,,,\n"
        let plain = try Sample.read(text).entries
        #expect(plain.last?.narrative == "Café")
        let wide = Array(text.utf16)
        let little = wide.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        let latin = text.unicodeScalars.map { UInt8($0.value) }
        for bytes in [
            [0xEF, 0xBB, 0xBF] + Array(text.utf8), [0xFF, 0xFE] + little, little, [0xFE, 0xFF] + big, big, latin,
            Array(text.split(separator: "\n").joined(separator: "\r\n").utf8),
        ] {
            #expect(try Sample.read(bytes).entries == plain)
        }
        // A piece that is read ends within a character.
        let long = "Date,Credit,Details\n" + (0..<30_000).map { "2026-11-20,\($0 + 1).00,€😀" }.joined(separator: "\n")
        let units = Array(long.utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let entries = try Sample.read([0xFF, 0xFE] + units).entries
        #expect(entries.count == 30_000 && entries.allSatisfy { $0.narrative == "€😀" })
    }

    // swift-format-ignore
    static let lines: [(header: String, line: String, flaw: StatementFlaw?, minorUnits: Int64)] = [
        ("Date,Credit,Debit", "2026-11-20,50,", nil, 5_000),
        ("Date;Money In;Money Out", "20/11/2026;\"1,500.5\";", nil, 150_050),
        ("Posting Date\tNarration\tAmount\tDR/CR", "20 Nov 2026\tx\t60.00\tDR", nil, -6_000),
        ("Date,Credit,Debit", "2026-11-20,,300.00", nil, -30_000),
        ("Date,Credit,Debit", "2026-11-20,0.00,-300.00", nil, -30_000),
        ("Date,Amount", "2026-11-20,(60.00)", nil, -6_000),
        ("Date,Amount,Currency", "2026-11-20,60.00,USD", .currency, 0),
        ("Date,Credit,Debit", "2026-11-20,50,60", .twoAmounts, 0),
        ("Date,Credit,Debit", "2026-11-20,,", .noAmount, 0),
        ("Date,Credit,Debit", "2026-11-20,abc,", .amount, 0),
        ("Date,Credit,Debit", "2026-11-20,1.500,", .amount, 0),
        ("Date,Credit,Debit", "2026-11-31,50,", .date, 0),
        ("Date,Credit,Debit", "11/20/2026,50,", .date, 0),
        ("Date,Details,Credit", "2026-11-20,\"open,50", .quotes, 0),
        ("Details,Date,Credit", "x", .columns, 0),
    ]

    @Test("A bank's own CSV is read by its header; what cannot be read is told", arguments: lines)
    func bank(header: String, line: String, flaw: StatementFlaw?, minorUnits: Int64) throws {
        let items = try Sample.read("Statement of account\n\n\(header)\n\(line)\n")
        #expect(items.flaws == (flaw.map { [$0] } ?? []))
        let read: [Int64] = items.entries.map(\.signed.minorUnits)
        #expect(read == (flaw == nil ? [minorUnits] : []))
    }

    @Test("A quote that is never closed costs its own line alone")
    func quotes() throws {
        let items = try Sample.read(
            "Date,Details,Credit\n2026-11-20,\"open,50\n2026-11-20,x,60\n2026-11-20,\"a\nb\",70\n")
        #expect(items.flaws == [.quotes])
        #expect(items.entries.map(\.amount.minorUnits) == [6_000, 7_000] && items.entries.last?.narrative == "a\nb")
    }

    @Test("Columns can be named in the file's own words")
    func columns() throws {
        let own = try #require(CSVColumns.own("date=Wann,credit=Ein,receipt=Nr"))
        #expect(CSVColumns(header: ["Nr", "Wann", "Ein"], own: own) != nil)
        #expect(CSVColumns(header: ["Nr", "Wann", "Aus"], own: own) == nil)
        #expect(CSVColumns.own("when=Wann") == nil)
    }

    @Test("MT940: several statements, both sides, reversals, balances, names from parts", arguments: ["\n", "\r\n"])
    func mt940(end: String) throws {
        let text = Sample.mt940.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: end)
        let items = try Sample.read(text)
        let entries = items.entries
        #expect(items.accounts == ["1234567890", "1234567890"])
        #expect(items.opening == [1_000_050, -500] && items.closing == [1_125_050, 500])
        #expect(entries.map(\.direction) == [.credit, .debit, .reversedCredit, .reversedDebit, .credit])
        #expect(entries.map(\.amount.minorUnits) == [150_000, 6_000, 20_000, 1_000, 1_000])
        #expect(entries.map(\.bankReference) == ["FT26325ABCDE", "FT26325CHARG", "FT26325RC", "FT26325RD", nil])
        #expect(entries[0].narrative == "RENT MPESA PAYBILL MPS 254712345678 UK3K9QX1AB JANE DOE/GVA2")
        #expect(entries[4].payerName == "PETER MWANGI" && entries[4].narrative == "Payment one and two")
        #expect(items.flaws == [.shape])
        #expect(entries[0].time == .day(20_777))
    }

    @Test("camt.053 of every version, with and without a prefix", arguments: ["02", "04", "06", "08"], [false, true])
    func camt(version: String, isPrefixed: Bool) throws {
        let isNew = version == "08"
        let text = Sample.camt(
            version, status: isNew ? "<Sts><Cd>BOOK</Cd></Sts>" : "<Sts>BOOK</Sts>",
            party: isNew ? "<Pty><Nm>JANE</Nm></Pty>" : "<Nm>JANE</Nm>")
        let items = try Sample.read(isPrefixed ? text.prefixed : text)
        let entries = items.entries
        #expect(items.accounts == ["1234567890"] && items.opening == [10_000] && items.closing == [19_000])
        #expect(entries.map(\.signed.minorUnits) == [5_000, 2_500, 3_500, -2_000])
        #expect(entries.map(\.bankReference) == ["FT26325ABCDE", "ONE1", "BATCH1-2", nil])
        #expect(entries[0].payerName == "JANE" && entries[0].narrative == "ABCD & more")
        #expect(entries[0].time == .exact(Instant(milliseconds: 1_795_156_215_000)))
        #expect(entries[2].reference == "HSE 12")
        #expect(items.flaws == [.details] && items.passed == 1)
    }

    @Test("XML that is none, or that wants other files, is not believed")
    func hostile() throws {
        let text = Sample.camt("08")
        let cut = String(text.prefix(text.count * 2 / 3))
        #expect(throws: StatementTrouble.self) { try Sample.read(cut) }
        let secret = #"<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>"#
        #expect(throws: StatementTrouble.declaresType) {
            try Sample.read("<?xml version=\"1.0\"?>\(secret)<Document>&e;</Document>")
        }
        #expect(throws: StatementTrouble.self) { try Sample.read("<Document>&e;</Document>") }
        #expect(throws: StatementTrouble.unknownFormat) { try Sample.read("<html></html>") }
    }

    @Test("A file without anything to read is refused")
    func empty() throws {
        #expect(throws: StatementTrouble.empty) { try Sample.read("") }
        #expect(throws: StatementTrouble.empty) { try Sample.read("\n \n") }
        #expect(throws: StatementTrouble.noHeader) { try Sample.read("Name,Phone\nJane,0712\n") }
    }

    // swift-format-ignore
    static let amounts: [(text: String, currency: String, minorUnits: Int64?)] = [
        ("1,234.50", "KES", 123_450), ("1.234,50", "KES", 123_450), ("1 234,50", "KES", 123_450), ("1'234.5", "KES", 123_450),
        ("1,500", "KES", 150_000), ("1.500", "KES", nil), ("1,234,567", "KES", 123_456_700), ("12,34", "KES", 1_234),
        ("-300.00", "KES", -30_000), ("300.00-", "KES", -30_000), ("(300.00)", "KES", -30_000), ("KES 300", "KES", 30_000),
        ("300.00 CR", "KES", 30_000), ("300.00DR", "KES", -30_000), ("1,50,000", "KES", nil), ("1.2.3", "KES", nil),
        ("", "KES", nil), ("x", "KES", nil), ("5.005", "KES", nil), ("5,000.00", "UGX", 5_000), ("5,000", "UGX", 5_000),
        ("5.50", "UGX", nil), ("1.500", "KWD", 1_500), ("99999999999999999999", "KES", nil),
    ]

    @Test("Amounts are read as banks write them, or not at all", arguments: amounts)
    func amount(text: String, code: String, minorUnits: Int64?) throws {
        let currency = try #require(Currency(code: code))
        let read: Int64? = StatementAmount.read(text, in: currency)?.minorUnits
        #expect(read == minorUnits)
    }

    @Test("Whatever the bytes, reading ends", arguments: 1...4 as ClosedRange<UInt64>)
    func fuzz(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        for sample in [Sample.mpesa, Sample.mt940, Sample.camt("04")] {
            for _ in 0..<60 {
                var bytes = Array(sample.utf8)
                for _ in 0..<Int(dice.next() % 12 + 1) {
                    let place = Int(dice.next() % UInt64(bytes.count))
                    switch dice.next() % 3 {
                    case 0: bytes[place] = UInt8(truncatingIfNeeded: dice.next())
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(UInt8(truncatingIfNeeded: dice.next()), at: place)
                    }
                }
                for format in StatementFormat.allCases {
                    do { _ = try Sample.read(bytes, format: format) } catch { #expect(error is StatementTrouble) }
                }
            }
        }
    }
}
