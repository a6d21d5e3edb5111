import Crypto
import MobileMoney
import Payments
import SQL
import Tenancy
import TestKit
import Testing
import Values

@testable import BackOffice

@Suite(.serialized, .ownThreads) struct AccountPageTests {
    private static let new = "/office/payments/accounts/new"
    /// Where nothing listens: the other account of the tenant is there, so that it may be chosen.
    private static let nowhere = "http://127.0.0.1:9"

    @Test("A paybill is made by a form: its keys are tried, its secrets are never shown", arguments: Engine.available)
    func made(engine: Engine) throws {
        let office = try Office(engine)
        defer { withExtendedLifetime(office) {} }
        let browser = try office.browser(as: office.mtaani.admin.login)
        let form = try browser.get(Self.new + "?lang=en")
        let token = try #require(form.field("token"))
        func send(
            number: String = "522522", kind: String = "paybill", store: String = "", prefix: String = "",
            secret: String = "sesame-secret", interface: String = Self.nowhere
        ) throws -> Browser.Page {
            try browser.post(
                "/office/payments/accounts",
                [
                    "token": token, "number": number, "kind": kind, "store": store, "prefix": prefix,
                    "interface": interface, "key": " my-key ", "secret": secret, "passkey": "sesame-passkey",
                ])
        }
        for wrong in [
            try send(number: "12"), try send(kind: "till"), try send(kind: "till", store: "x"), try send(prefix: "A-B"),
            try send(secret: ""), try send(secret: "two words"), try send(interface: "http://169.254.169.254"),
        ] {
            #expect(wrong.status == 422 && wrong.text.contains("value=\"my-key\""))
            #expect(!wrong.text.contains("sesame"))
        }
        let made = try send()
        let path = try #require(made["location"]?.split(separator: "?").first.map { String($0) })
        #expect(made.status == 303 && path.hasPrefix("/office/payments/accounts/"))
        let page = try browser.get(path)
        #expect(page.text.contains("Paybill 522522") && page.text.contains("cannot be reached"))
        #expect(page.text.contains("https://pay.test/in/c/") && !page.text.contains("sesame"))
        #expect(try send().status == 409, "the number is there already")
        let list = try browser.get("/office/payments/accounts")
        #expect(list.text.contains(path) && list.text.contains("The keys are to be tried"))
    }

    @Test(
        "Each step has its state and one sentence; the first payment is waited for without scripts",
        arguments: Engine.available)
    func steps(engine: Engine) throws {
        let office = try Office(engine)
        defer { withExtendedLifetime(office) {} }
        let (house, tenant) = (office.mtaani, office.mtaani.tenant.id)
        let browser = try office.browser(as: house.admin.login)
        let path = "/office/payments/accounts/\(house.payment.account)"
        let page = try browser.get(path + "?lang=en")
        let token = try #require(page.field("token"))
        #expect(page.text.contains("were not tried yet") && !page.text.contains("http-equiv"))
        #expect(try browser.post(path + "/registrations", ["token": token]).status == 303)
        #expect(try browser.get(path).text.contains("cannot be reached"))
        #expect(try browser.post(path + "/initiators", ["token": token, "name": "a", "password": "b"]).status == 422)
        #expect(try browser.post(path + "/tests", ["token": token, "phone": "07"]).status == 422)
        #expect(try browser.post(path + "/tests", ["token": token, "phone": "0722000001"]).status == 303)
        let waiting = try browser.get(path)
        #expect(waiting.text.contains("Your phone is being asked") && waiting.text.contains("content=\"3\""))
        let began = try office.store.read(.tenant(tenant)) { transaction in
            let standing = try transaction.standing(of: house.payment.account, of: tenant)
            return try standing?.test.flatMap { try transaction.payment($0, of: tenant) }
        }
        let test = try #require(began)
        #expect(test.amount.minorUnits == 100 && test.account == house.payment.account)
        let now = office.clock.now
        let outcomes: [(PaymentAnswer, String)] = [
            (
                .failed(PaymentFailure(code: "1", reason: .wrongPasskey, isCertain: true)),
                "The passkey does not belong"
            ),
            (.paid(PaymentFacts(receipt: ReceiptNumber("UJ62T8IYOU"))), "The account works"),
        ]
        for (answer, words) in outcomes {
            try office.store.writeNow(.tenant(tenant)) { transaction in
                let account = try #require(try transaction.railAccount(test.account, of: tenant))
                _ = try transaction.settle(
                    Evidence(road: .callback, account: account, payment: test.id, answer: answer), at: now)
            }
            let told = try browser.get(path)
            #expect(told.text.contains(words) && !told.text.contains("http-equiv=\"refresh\""), "\(words)")
        }
        #expect(try browser.post(path + "/states", ["token": token]).status == 422, "closed without a yes")
        #expect(try browser.post(path + "/states", ["token": token, "confirm": "yes"]).status == 303)
        #expect(try browser.get(path).text.contains("no new payments begin on it"))
        #expect(try browser.post(path + "/states", ["token": token, "open": "yes"]).status == 303)
        #expect(try browser.get(path).text.contains("Close the account"))
    }
}
