import Crypto
import JSON
import TestKit
import Testing
import Values

@testable import MobileMoney

/// What banks post, as others published it.
@Suite struct BankNoticeTests {
    private func body(_ path: String) throws -> [UInt8] {
        try #require(try DarajaFixture.document("../\(path)")["body"]).serialized()
    }

    private func incoming(_ notice: PaymentNotice) throws -> IncomingPayment {
        guard case .incoming(let payment) = notice else {
            Issue.record("\(notice)")
            throw CancellationError()
        }
        return payment
    }

    @Test(
        "KCB's notice: both names of the money, the till, what was typed",
        .enabled(if: DarajaFixture.isPresent, DarajaFixture.reason))
    func kcb() throws {
        let payment = try incoming(KCBNotice.read(try body("kcb/secondary-till-notification.json")))
        #expect(payment.receipt.text == "UJ62T8IYOU" && payment.receiptRail == .mpesa)
        #expect(payment.aliases == [ReceiptName(.kcb, try #require(ReceiptNumber("FT26279ABCDE")))])
        #expect(payment.amount.minorUnits == 10_000 && payment.shortCode == "7504343")
        #expect(payment.reference.normal == "INV1001" && payment.payerName == "JOHN DOE")
        #expect(payment.payer == PayerMark("254700000001"))
        #expect(payment.paidAt == NairobiTime.read("20261006095233"))
    }

    // swift-format-ignore
    static let samples: [(path: String, receipt: String, rail: Rail?, minorUnits: Int64, reference: String)] = [
        ("jenga/docs-ipn-2018.json",      "MKR35QEKV7", .mpesa, 1_000,  "ANOTHER"),
        ("jenga/secondary-ipn-2026.json", "TEST-1",     nil,    15_000, "INVZCF"),
    ]

    @Test(
        "Jenga's notices of two generations", .enabled(if: DarajaFixture.isPresent, DarajaFixture.reason),
        arguments: samples)
    func jenga(path: String, receipt: String, rail: Rail?, minorUnits: Int64, reference: String) throws {
        let payment = try incoming(JengaNotice.read(try body(path)))
        #expect(payment.receipt.text == receipt && payment.receiptRail == rail)
        #expect(payment.amount.minorUnits == minorUnits && payment.reference.normal == reference)
        #expect(payment.aliases.map(\.number.text) == (rail == nil ? [] : ["S2596405"]))
        #expect(payment.shortCode == (rail == nil ? "" : "0111234241028"))
    }

    @Test("What is no success, no credit or no amount is no money")
    func refused() {
        for text in [
            "", "[]", "{}", #"{"transaction":{"status":"FAILED","amount":"1","reference":"AAAA"}}"#,
            #"{"transaction":{"status":"SUCCESS","amount":"1","reference":"AAAA"},"bank":{"transactionType":"D"}}"#,
            #"{"transaction":{"status":"SUCCESS","amount":"-1","reference":"AAAA"}}"#,
            #"{"transaction":{"status":"SUCCESS","amount":"1","currency":"XXX","reference":"AAAA"}}"#,
        ] {
            guard case .unknown = JengaNotice.read(Array(text.utf8)) else {
                Issue.record("\(text)")
                continue
            }
        }
        guard case .unknown = KCBNotice.read(Array(#"{"requestPayload":{}}"#.utf8)) else {
            Issue.record("KCB")
            return
        }
    }

    // Made with: openssl genrsa 2048; openssl dgst -sha256 -sign over {"a":1,"b":"x"}.
    @Test("A signature holds over the bytes or over the same JSON without spaces, and over nothing else")
    func signature() throws {
        let key = try #require(RSAPublicKey(pem: SampleSigner.publicKey))
        let compact = SignatureSample.text
        let spaced = #"{ "a": 1, "b": "x" }"#
        #expect(KCBNotice.isSigned(Array(compact.utf8), SignatureSample.signature, by: key))
        #expect(KCBNotice.isSigned(Array(spaced.utf8), SignatureSample.signature, by: key))
        #expect(!KCBNotice.isSigned(Array(#"{"a":2,"b":"x"}"#.utf8), SignatureSample.signature, by: key))
        for signature in [nil, "", "AAAA", "?", String(SignatureSample.signature.dropLast(4))] as [String?] {
            #expect(!KCBNotice.isSigned(Array(compact.utf8), signature, by: key))
        }
    }

    @Test("HTTP Basic is compared whole")
    func basic() {
        let good = "Basic " + Base64.encode(Array("jenga:secret".utf8))
        #expect(JengaNotice.isFrom("jenga", Secret("secret"), good))
        #expect(JengaNotice.isFrom("jenga", Secret("secret"), good.replacing("Basic")))
        for shown in [nil, "", "Basic", "Basic !", "Bearer x", "Basic " + Base64.encode(Array("jenga:secre".utf8))]
            as [String?]
        {
            #expect(!JengaNotice.isFrom("jenga", Secret("secret"), shown))
        }
    }

    // swift-format-ignore
    static let marks: [(words: String, receipt: String?)] = [
        ("MPS 254723000000 MKR35QEKV7 A N Other/537620", "MKR35QEKV7"), ("M-PESA UKK35QEKV7 JANE", "UKK35QEKV7"),
        ("PAYMENT MPESA 254723000000 JANE DOE", nil), ("UKK35QEKV7", nil), ("MPS ABCDEFGHIJ", nil), ("", nil),
    ]

    @Test("M-PESA's receipt is found amid the words of a bank", arguments: marks)
    func mark(words: String, receipt: String?) {
        let found: String? = MpesaMark(in: words)?.receipt.text
        #expect(found == receipt)
    }
}

extension String {
    /// The scheme in small letters.
    fileprivate func replacing(_ scheme: String) -> String { scheme.lowercased() + dropFirst(scheme.count) }
}
