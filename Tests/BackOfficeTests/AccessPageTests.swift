import Entitlements
import Provisioning
import SQL
import Subscribers
import Tenancy
import TestKit
import Testing
import Values
import Vouchers

@testable import BackOffice

/// The forms by which staff suspend an access, restore it, change its speed and send a device away.
@Suite(.serialized, .ownThreads) struct AccessPageTests {
    @Test("An access is suspended with a reason and restored, on the voucher's page", arguments: Engine.available)
    func life(engine: Engine) throws {
        let office = try Office(engine)
        defer { withExtendedLifetime(office) {} }
        let (house, tenant) = (office.mtaani, office.mtaani.tenant.id)
        let browser = try office.browser(as: house.seller.login)
        let page = "/office/vouchers/\(house.used.id)"
        let forms = "/office/accesses/\(house.entitlement.id)"
        let shown = try browser.get(page + "?lang=en")
        #expect(shown.text.contains(forms + "/suspensions") && !shown.text.contains(forms + "/restorations"))
        let token = try #require(shown.field("token"))
        func access() throws -> Entitlement? {
            try office.store.read(.tenant(tenant)) { try $0.entitlement(house.entitlement.id, of: tenant) }
        }
        for reason in ["", "  ", String(repeating: "x", count: 201)] {
            #expect(try browser.post(forms + "/suspensions", ["token": token, "reason": reason]).status == 422)
        }
        #expect(try browser.post(forms + "/restorations", ["token": token]).status == 409)
        #expect(try access()?.pacing.suspendedAt == nil)
        let done = try browser.post(forms + "/suspensions", ["token": token, "reason": "Called <b>back"])
        #expect(done.status == 303 && done["location"]?.hasPrefix(page) == true)
        #expect(try access()?.pacing.suspendedAt != nil)
        let suspended = try browser.get(done["location"] ?? "").text
        for words in [
            "The access is suspended", "chip void", house.seller.name, "Called &lt;b&gt;back", "/restorations",
        ] {
            #expect(suspended.contains(words), "\(words)")
        }
        #expect(!suspended.contains(forms + "/suspensions") && !suspended.contains("/boosts"))
        #expect(try browser.post(forms + "/suspensions", ["token": token, "reason": "x"]).status == 409)
        let why = try browser.get("/office/why?voucher=\(house.used.id)&lang=sw").text
        #expect(why.contains("\(house.seller.name) alisitisha huduma") && why.contains(forms + "/restorations"))
        #expect(try browser.post(forms + "/restorations", ["token": token]).status == 303)
        #expect(try access()?.pacing.suspendedAt == nil)
        let past = try office.store.read(.tenant(tenant)) {
            try $0.suspensions(of: house.entitlement.id, of: tenant, atMost: 9)
        }
        #expect(past.map(\.by) == [house.seller.name] && past.first?.restored?.by == house.seller.name)
        #expect(try browser.get(page).text.contains("chip active"))
    }

    @Test("A speed is set and given back, a device is sent away; the routers are told", arguments: Engine.available)
    func speed(engine: Engine) throws {
        let office = try Office(engine)
        defer { withExtendedLifetime(office) {} }
        let (house, tenant) = (office.mtaani, office.mtaani.tenant.id)
        let browser = try office.browser(as: house.seller.login)
        let forms = "/office/accesses/\(house.entitlement.id)"
        let token = try #require(try browser.get("/office/vouchers/\(house.used.id)?lang=en").field("token"))
        #expect(try browser.post(forms + "/speeds", ["token": token, "rate": "fast"]).status == 422)
        let set = try browser.post(forms + "/speeds", ["token": token, "rate": "6M/7M"])
        let shown = try browser.get(set["location"] ?? "").text
        #expect(shown.contains("↓ 7Mbit/s  ↑ 6Mbit/s") && shown.contains("set by staff"))
        #expect(shown.contains("value=\"6M/7M\""))
        let back = try browser.post(forms + "/speeds", ["token": token, "rate": ""])
        #expect(try !browser.get(back["location"] ?? "").text.contains("set by staff"))

        let mac = Household.mac.description
        #expect(try browser.post(forms + "/removals", ["token": token, "device": "02:00"]).status == 404)
        let away = try browser.post(forms + "/removals", ["token": token, "device": mac])
        #expect(try browser.get(away["location"] ?? "").text.contains("The device is removed"))
        #expect(try browser.post(forms + "/removals", ["token": token, "device": mac]).status == 404)
        let effects = try office.store.read(.tenant(tenant)) {
            try $0.effects(of: house.entitlement.id, of: tenant, atMost: 9)
        }
        #expect(effects.map(\.kind) == [.cut, .connect] && effects.last?.note == .superseded)
    }

    @Test("An access without a voucher's page has the forms beside the chain that explains it")
    func beyondVouchers() throws {
        let office = try Office(.sqlite)
        defer { withExtendedLifetime(office) {} }
        let (house, tenant) = (office.mtaani, office.mtaani.tenant.id)
        let granted = Entitlement(
            granting: house.offer, for: .trial, ID(high: 4, low: 4), at: nil, from: office.clock.now, offset: .zero)
        let mac = MACAddress(bits: 0x0200_0000_0077)
        try office.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.insert(granted)
            try transaction.join(
                Device(
                    entitlement: granted.id, mac: mac, router: house.router.id,
                    username: Device.username(granted.id, mac)), of: tenant, at: granted.startsAt)
        }
        let browser = try office.browser(as: house.seller.login)
        let why = try browser.get("/office/why?q=\(mac)&lang=en")
        let forms = "/office/accesses/\(granted.id)"
        #expect(why.text.contains(forms + "/suspensions") && why.text.contains(forms + "/removals"))
        let token = try #require(why.field("token"))
        let done = try browser.post(forms + "/suspensions", ["token": token, "reason": "x"])
        #expect(done["location"]?.hasPrefix("/office/why?access=\(granted.id)&done=") == true)
        let page = try browser.get(done["location"] ?? "").text
        #expect(page.contains("The access is suspended") && page.contains(forms + "/restorations"))
        #expect(page.contains("Restore it once the matter is settled"))
    }

    @Test("Lines and what belongs to another provider are none of these forms' business")
    func foreign() throws {
        let office = try Office(.sqlite)
        defer { withExtendedLifetime(office) {} }
        let (house, stranger) = (office.mtaani, try office.browser(as: office.pwani.admin.login))
        let theirs = try #require(try stranger.get("/office/vouchers").field("token"))
        let own = try office.browser(as: house.admin.login)
        let token = try #require(try own.get("/office/vouchers").field("token"))
        let mac = Household.mac.description
        for deed in ["suspensions", "restorations", "speeds", "removals"] {
            let path = "/office/accesses/\(house.entitlement.id)/\(deed)"
            #expect(try stranger.post(path, ["token": theirs, "reason": "x", "device": mac]).status == 404)
            let line = "/office/accesses/\(house.line.entitlement)/\(deed)"
            #expect(try own.post(line, ["token": token, "reason": "x", "device": mac]).status == 404)
            #expect(
                try own.post("/office/accesses/x/\(deed)", ["token": token, "reason": "x", "device": mac]).status == 404
            )
        }
        #expect(try stranger.get("/office/why?access=\(house.entitlement.id)").status == 404)
    }
}
