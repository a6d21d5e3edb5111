import HTTPClient
import Ledger
import MobileMoney
import Payments
import SQL
import Tenancy
import TestKit
import Testing
import Values

@testable import BackOffice

@Suite(.serialized, .ownThreads) struct PaymentPageTests {
    @Test(
        "A payment is found by its code, its receipt and its number, and tells all of itself",
        arguments: Engine.available)
    func found(engine: Engine) throws {
        let office = try Office(engine)
        defer { withExtendedLifetime(office) {} }
        let (house, payment) = (office.mtaani, office.mtaani.payment)
        let browser = try office.browser(as: house.admin.login)
        let path = "/office/payments/\(payment.id)"
        #expect(try browser.get("/office/payments?lang=en").text.contains(path))
        #expect(try browser.get("/office/payments?q=0712345678").text.contains(path))
        #expect(try !browser.get("/office/payments?q=0722000001").text.contains(path))
        #expect(try browser.get("/office/payments?q=\(payment.code.text.lowercased())")["location"] == path)
        try office.settle(payment, receipt: "UJ62T8IYOU", shillings: 80)
        #expect(try browser.get("/office/payments?q=UJ62T8IYOU")["location"] == path)
        let page = try browser.get(path)
        for words in [
            "UJ62T8IYOU", "answer to the prompt", "and the access began", "Paybill 600100", "With the provider",
        ] {
            #expect(page.text.contains(words), "\(words)")
        }
        #expect(page.text.contains("+254712345678") && page.text.contains("Ksh\u{A0}30"), "what lies in the wallet")
        #expect(try browser.get("/office/payments?q=%3Cscript%3E").text.contains("<script>") == false)
        let seller = try office.browser(as: house.seller.login)
        #expect(try seller.get("/office/payments").status == 403 && seller.get(path).status == 403)
        #expect(try !seller.get("/office").text.contains("/office/payments"))
    }

    @Test("Lists are pages of fifty, by key", arguments: Engine.available)
    func pages(engine: Engine) throws {
        let office = try Office(engine)
        defer { withExtendedLifetime(office) {} }
        let browser = try office.browser(as: office.mtaani.admin.login)
        for number in 0..<60 { try office.begin(phone: "2547220000\(10 + number)") }
        let first = try browser.get("/office/payments")
        #expect(first.text.split(separator: "<tr><th scope=\"row\"").count == 51)
        let next = try #require(first.link("/office/payments?before="))
        #expect(try browser.get(next).text.split(separator: "<tr><th scope=\"row\"").count == 12)
    }

    @Test("Money that is nobody's is given to a suggested payment or into a wallet, once", arguments: Engine.available)
    func unmatched(engine: Engine) throws {
        let office = try Office(engine)
        defer { withExtendedLifetime(office) {} }
        let (house, tenant) = (office.mtaani, office.mtaani.tenant.id)
        let browser = try office.browser(as: house.admin.login)
        try office.payByHand("UJ6HAND001", shillings: 50)
        try office.payByHand("UJ6HAND002", shillings: 7)
        let page = try browser.get("/office/payments/unmatched?lang=en")
        #expect(page.text.contains("UJ6HAND001") && page.text.contains("UJ6HAND002"))
        #expect(page.text.contains("value=\"\(house.payment.id)\""), "the same amount is a suggestion")
        #expect(
            try browser.get("/office/payments?q=UJ6HAND002")["location"] == "/office/payments/unmatched?q=UJ6HAND002")
        let (token, action) = (try #require(page.field("token")), "/office/payments/unmatched/assignments")
        let wrong = try browser.post(action, ["token": token, "receipt": "mpesa/UJ6HAND002", "phone": "07"])
        #expect(wrong.status == 422 && wrong.text.contains("UJ6HAND002"))
        let wallet = ["token": token, "receipt": "mpesa/UJ6HAND002", "phone": "0722 000 009"] as KeyValuePairs
        #expect(try browser.post(action, wallet).status == 303)
        #expect(try browser.post(action, wallet).status == 409, "it has its owner")
        let given = try browser.post(
            action, ["token": token, "receipt": "mpesa/UJ6HAND001", "payment": house.payment.id.description])
        #expect(given.status == 303)
        let (payment, kept) = try office.store.read(.tenant(tenant)) { transaction in
            let phone = try #require(PhoneNumber(digits: "254722000009"))
            return (
                try transaction.payment(house.payment.id, of: tenant),
                try transaction.balance(of: .wallet(of: phone, in: .kes), of: tenant)
            )
        }
        #expect(payment?.outcome == .granted && kept.minorUnits == 700)
        #expect(try browser.get("/office/payments/unmatched").text.contains("All money has found its payment"))
        #expect(
            try browser.post(action, ["token": token, "receipt": "mpesa/NOBODYS", "phone": "0722000009"]).status == 404)
    }

    @Test("Payments at which a person must look are listed until somebody has", arguments: Engine.available)
    func reviews(engine: Engine) throws {
        let office = try Office(engine)
        defer { withExtendedLifetime(office) {} }
        let payment = office.mtaani.payment
        let browser = try office.browser(as: office.mtaani.admin.login)
        let path = "/office/payments/\(payment.id)"
        try office.settle(payment, receipt: "UJ62T8IYOU", shillings: 50)
        try office.settle(payment, receipt: "UJ62T8IYOU", shillings: 49)
        #expect(try browser.get("/office/payments/reviews?lang=en").text.contains(path))
        let page = try browser.get(path)
        let token = try #require(page.field("token"))
        #expect(page.text.contains("contradicts itself"))
        #expect(try browser.post(path + "/reviews", ["token": token]).status == 303)
        #expect(try !browser.get("/office/payments/reviews").text.contains(path))
    }
}

extension Office {
    private func account() throws -> RailAccount {
        let tenant = mtaani.tenant.id
        return try #require(try store.read(.tenant(tenant)) { try $0.railAccounts(of: tenant) }.first)
    }

    fileprivate func settle(_ payment: Payment, receipt: String, shillings: Int64) throws {
        let (account, now) = (try account(), clock.now)
        let facts = PaymentFacts(
            receipt: ReceiptNumber(receipt), amount: Money(minorUnits: shillings * 100, in: .kes))
        _ = try store.writeNow(.tenant(account.tenant)) { transaction in
            try transaction.settle(
                Evidence(road: .callback, account: account, payment: payment.id, answer: .paid(facts)), at: now)
        }
    }

    fileprivate func payByHand(_ receipt: String, shillings: Int64) throws {
        let (account, now) = (try account(), clock.now)
        var arrival = Arrival(
            receipt: ReceiptNumber(receipt), amount: Money(minorUnits: shillings * 100, in: .kes), paidAt: now)
        arrival.reference = TypedReference("mama")
        let money = arrival
        _ = try store.writeNow(.tenant(account.tenant)) { transaction in
            try transaction.settle(Evidence(road: .incoming, account: account, news: .money(money)), at: now)
        }
    }

    fileprivate func begin(phone: String) throws {
        let (tenant, now, keys) = (mtaani.tenant.id, clock.now, PaymentKeys(key))
        let order = PaymentOrder(
            tenant: tenant, wish: .topUp(Money(minorUnits: 100, in: .kes)),
            phone: try #require(PhoneNumber(digits: phone)), now: now)
        _ = try store.writeNow(.tenant(tenant)) { try $0.begin(order, keys: keys) }
    }
}
