import HTTPClient
import MobileMoney
import Testing
import Values

@Suite struct PaymentValueTests {
    static let marks: [(text: String?, mark: PayerMark)] = [
        (nil, .absent), ("", .absent), ("2547 ***** 126", .masked("2547*****126")),
        ("0722000***", .masked("0722000***")),
        ("25470****149", .masked("25470****149")), ("0710XXXXXX", .masked("0710XXXXXX")), ("<redacted>", .absent),
        (
            "BBFF37cea44ac0b2d964ee0dfb8d2df8513dc7ba1b36129a929fc3fbd6dd4af4",
            .hashed("bbff37cea44ac0b2d964ee0dfb8d2df8513dc7ba1b36129a929fc3fbd6dd4af4")
        ),
    ]

    @Test("A payer's number is taken as it is told: whole, covered, hashed or not at all", arguments: marks)
    func payerMarks(text: String?, mark: PayerMark) throws {
        #expect(PayerMark(text) == mark)
        let number = try #require(PhoneNumber(digits: "254708374149"))
        #expect(PayerMark("254708374149") == .number(number))
        #expect(PayerMark("+254708374149") == .number(number))
    }

    @Test(
        "A receipt is the same in either case",
        arguments: [
            ("UJ62T8IYOU", "UJ62T8IYOU"), (" uj62t8iyou ", "UJ62T8IYOU"), ("<redacted>", nil), ("", nil), ("AB", nil),
        ])
    func receipts(text: String, expected: String?) {
        #expect(ReceiptNumber(text)?.text == expected)
    }

    @Test("A prompt's id is never printed whole")
    func covered() throws {
        let id = try #require(PromptID("ws_CO_061020260952180708374149"))
        #expect(!"\(id) \(String(reflecting: id)) \(PromptAck(id: id))".contains("708374149"))
        #expect(PromptID("") == nil)
        #expect(PromptID("a b") == nil)
    }

    static let errors: [(kind: RailError.Kind, mayHaveActed: Bool, passes: Bool)] = [
        (.unreachable, false, true), (.busy(code: "500.003.02"), false, true),
        (.refused(code: "400.002.02", .badNumber), false, false),
        (.refused(code: "500.001.1001", .promptOpen), false, false), (.outcomeUnknown(.timedOut), true, true),
        (.outcomeUnknown(.page(status: 403)), true, true), (.unsendable(.badAmount), false, false),
    ]

    @Test("An error tells whether the phone was possibly asked", arguments: errors)
    func carriedOut(kind: RailError.Kind, mayHaveActed: Bool, passes: Bool) {
        let error = RailError(kind)
        #expect(error.isPossiblyCarriedOut == mayHaveActed)
        #expect(error.isPassing == passes)
    }

    @Test("The payer is not told about the provider's settings")
    func payerKeys() {
        #expect(PaymentReason.noMoney.payerKey == "payment.reason.no-money")
        #expect(PaymentReason.wrongPasskey.payerKey == "payment.reason.not-set-up")
        #expect(PaymentReason.wrongPasskey.messageKey == "payment.reason.wrong-passkey")
    }
}
