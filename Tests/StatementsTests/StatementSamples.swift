import TestKit
import Testing
import Values

@testable import Statements

/// Statements as files, written where a test can read them.
enum Sample {
    private static let mpesaHeader =
        "Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,"
        + "Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID,A/C No."

    /// Newest first, as the portal writes it.
    static let mpesa = [
        "Organization Name,ACME WIFI", "Organization Shortcode: ,600100", mpesaHeader,
        #"UK3K9QX1AA,20-11-2026 09:30:15,,Pay Bill Charge,Completed,,-60.00,"1,131,340.00",true,Charge,,,"#,
        #"UK3K9QX1AB,20-11-2026 09:30:15,,"Pay Bill from 2547****5678 - JANE DOE Acc. gv a2",Completed,"1,500.00",,"#
            + #""1,131,400.00",true,Pay Bill Online,2547****5678 - JANE DOE,,"#,
        "UK3K9QX1AC,20-11-2026 09:10:00,,Pay Bill,Failed,700.00,,,,,,,",
        #"UK3K9QX1AD,2026-11-20 08:00:00,,"Pay Bill, ""fast""",Completed,50.00,,"1,129,900.00",true,Pay Bill Online,"#
            + "254712345678 - JOHN,,HSE12",
    ].joined(separator: "\n")

    static let mt940 = """
        {1:F01KCBLKENXAXXX0000000000}{2:I940}{4:
        :20:STMT1
        :25:1234567890
        :28C:00001/001
        :60F:C261119KES10000,50
        :61:2611201120C1500,00NTRFRENT//FT26325ABCDE
        MPESA PAYBILL
        :86:MPS 254712345678 UK3K9QX1AB JANE DOE/GVA2
        :61:261120D60,NCHGNONREF//FT26325CHARG
        :86:CHARGE
        :61:2611201120RC200,00NTRFNONREF//FT26325RC
        :61:2611201121RD10,00NTRFNONREF//FT26325RD
        :61:261120X1,00NTRFNONREF
        :62F:C261120KES11250,50
        -}
        :20:STMT2
        :25:1234567890
        :28C:2
        :60F:D261120KES5,00
        :61:261120C10,NTRFNONREF
        :86:?20Payment one?21and two?32PETER?33MWANGI
        :62F:C261120KES5,00
        """

    static func camt(_ version: String, status: String = "<Sts>BOOK</Sts>", party: String = "<Nm>JANE</Nm>") -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.\(version)"><BkToCstmrStmt><Stmt>
        <Acct><Id><Othr><Id>1234567890</Id></Othr></Id><Ccy>KES</Ccy></Acct>
        <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="KES">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
        <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="KES">190.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
        <Ntry><Amt Ccy="KES">50.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>\(status)<BookgDt>
        <DtTm>2026-11-20T09:30:15+03:00</DtTm></BookgDt>
        <AcctSvcrRef>FT26325ABCDE</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
        <RltdPties><Dbtr>\(party)</Dbtr></RltdPties><RmtInf><Ustrd>ABCD &amp; more</Ustrd></RmtInf></TxDtls>
        </NtryDtls></Ntry>
        <Ntry><Amt Ccy="KES">60.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>\(status)<BookgDt><Dt>2026-11-20</Dt></BookgDt>
        <AcctSvcrRef>BATCH1</AcctSvcrRef>
        <NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>
        <TxDtls><Refs><AcctSvcrRef>ONE1</AcctSvcrRef></Refs><AmtDtls><TxAmt><Amt Ccy="KES">25.00</Amt></TxAmt>
        </AmtDtls></TxDtls>
        <TxDtls><Amt Ccy="KES">35.00</Amt><RmtInf><Strd><CdtrRefInf><Ref>HSE 12</Ref></CdtrRefInf></Strd></RmtInf>
        </TxDtls>
        </NtryDtls></Ntry>
        <Ntry><Amt Ccy="KES">20.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>\(status)<BookgDt><Dt>2026-11-20</Dt></BookgDt>
        </Ntry>
        <Ntry><Amt Ccy="KES">99.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>\(status)<BookgDt><Dt>2026-11-20</Dt></BookgDt>
        <NtryDtls><TxDtls><Amt Ccy="KES">1.00</Amt></TxDtls><TxDtls><Amt Ccy="KES">2.00</Amt></TxDtls></NtryDtls>
        </Ntry>
        <Ntry><Amt Ccy="KES">7.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>\(status.replacing("BOOK", "PDNG"))<BookgDt>
        <Dt>2026-11-20</Dt></BookgDt></Ntry>
        </Stmt></BkToCstmrStmt></Document>
        """
    }

    /// Reads bytes as a file.
    static func read(_ bytes: [UInt8], format: StatementFormat? = nil) throws -> [StatementItem] {
        let path = try Scratch.file(bytes)
        let reader = try StatementFile(path: path, format: format, in: .kes).open()
        var items: [StatementItem] = []
        while let item = try reader.next() { items.append(item) }
        return items
    }

    static func read(_ text: String, format: StatementFormat? = nil) throws -> [StatementItem] {
        try read(Array(text.utf8), format: format)
    }
}

extension String {
    /// The same document with a prefix in all its tags.
    var prefixed: String {
        replacing("xmlns=", "xmlns:d=").split(separator: "<", omittingEmptySubsequences: false).map { part in
            part.hasPrefix("?") || part.isEmpty ? part : part.hasPrefix("/") ? "/d:" + part.dropFirst() : "d:" + part
        }.joined(separator: "<")
    }

    fileprivate func replacing(_ word: String, _ other: String) -> String {
        guard let range = firstRange(of: word) else { return self }
        return String(self[..<range.lowerBound]) + other + self[range.upperBound...]
    }
}

extension [StatementItem] {
    var entries: [StatementEntry] { compactMap { if case .entry(let entry) = $0 { entry } else { nil } } }
    var flaws: [StatementFlaw] { compactMap { if case .broken(_, let flaw) = $0 { flaw } else { nil } } }
    var opening: [Int64] { compactMap { if case .opening(let money) = $0 { money.minorUnits } else { nil } } }
    var closing: [Int64] { compactMap { if case .closing(let money) = $0 { money.minorUnits } else { nil } } }
    var accounts: [String] { compactMap { if case .account(let number, _) = $0 { number } else { nil } } }
    var passed: Int { count { if case .passed = $0 { true } else { false } } }
}
