import TestKit
import Testing
import Values
import Wires

@testable import DarajaSimulator

@Suite(.serialized, .ownThreads) struct PhonePageTests {
    static let touches: [(fields: [(String, String)], code: String)] = [
        ([("what", "pay"), ("pin", "1234")], "0"), ([("what", "pay"), ("pin", "9999")], "2001"),
        ([("what", "cancel")], "1032"), ([("what", "poor")], "1"), ([], "1037"),
    ]

    @Test("Somebody at the phone pays, errs, cancels, is poor or does nothing", arguments: touches.indices)
    func touch(index: Int) throws {
        let (fields, code) = Self.touches[index]
        let bench = try DarajaBench()
        let port = bench.host.port
        let id = try #require(try bench.prompt().body["CheckoutRequestID"]?.text)
        let page = try Wire.ask(port, "GET", "/phone").text
        #expect(page.contains("This is a simulator") && page.contains("Ksh 10.00") && page.contains("ACC7"))
        // A page that looked again would take away what is being typed.
        #expect(!page.contains("http-equiv"))
        if fields.isEmpty {
            bench.advance(61)
        } else {
            let answer = try Wire.post(port, "/phone/touches", fields + [("prompt", id)])
            #expect(answer.status == 303 && answer["location"] == "/phone")
        }
        let told = bench.posted(1).first?["Body"]?["stkCallback"]
        #expect(told?["ResultCode"]?.text == code)
        #expect(try bench.query(id).body["ResultCode"]?.text == code)
        #expect(try !Wire.ask(port, "GET", "/phone").text.contains("<form method=\"post\" action=\"/phone/touches\""))
    }

    @Test("What was typed is shown as text")
    func escapes() throws {
        let bench = try DarajaBench()
        _ = try bench.prompt(["AccountReference": .string("<b>x")])
        let page = try Wire.ask(bench.host.port, "GET", "/").text
        #expect(page.contains("&lt;b&gt;x") && !page.contains("<b>x"))
    }

    @Test("Money paid by hand reaches the business")
    func byHand() throws {
        let bench = try DarajaBench()
        #expect(
            try Wire.ask(bench.host.port, "GET", "/phone/payments").text.contains("name=\"shortcode\" value=\"174379\"")
        )
        let form = [("number", "254712345678"), ("shortcode", "174379"), ("reference", "kq7"), ("amount", "25")]
        #expect(try Wire.post(bench.host.port, "/phone/payments", form).status == 303)
        let payment = bench.host.with { model, _ in model.payments.first }
        #expect(payment?.amount == 2_500 && payment?.reference == "kq7")
        #expect(bench.host.with { model, _ in model.business(paid: "174379")?.balance } == 2_500)
    }
}
