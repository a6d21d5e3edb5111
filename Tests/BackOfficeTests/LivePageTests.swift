import SQL
import Tenancy
import TestKit
import Testing
import Values

@testable import BackOffice

@Suite(.serialized, .ownThreads) struct LivePageTests {
    private static func office(
        _ engine: Engine = .sqlite, _ change: (inout TrafficSeed) -> Void = { _ in }
    ) throws -> (Office, Browser, String) {
        let office = try Office(engine)
        var seed = TrafficSeed(router: office.mtaani.router, now: office.clock.now, days: 2)
        change(&seed)
        try seed.plant(in: office.store)
        return (office, try office.browser(as: office.mtaani.admin.login), "/office/routers/\(office.mtaani.router.id)")
    }

    @Test("Who is online and who was, in both languages", arguments: Engine.available)
    func sessions(engine: Engine) throws {
        let (office, browser, path) = try Self.office(engine)
        defer { withExtendedLifetime(office) {} }
        for (tag, word) in [("en", "Disconnect"), ("sw", "Tenganisha")] {
            let page = try browser.get("\(path)/sessions?lang=\(tag)")
            #expect(page.status == 200 && page.text.contains(word) && page.text.contains("home-17"))
            #expect(page.text.contains("10.8.0.17") && page.text.contains("02:50:00:00:00:03"))
            #expect(!page.text.contains("{{") && !page.text.contains(" style=") && !page.text.contains("<b>\"Duka"))
            #expect(page.text.contains("&lt;b&gt;") && page.text.contains("René"))
            #expect(page.text.contains("data-events=\"\(path)/sessions/events\""))
        }
        let found = try browser.get("\(path)/sessions?q=10.5.50.8&lang=en").text
        #expect(found.contains("amina") && !found.contains("home-17"))
        #expect(try browser.get("\(path)/sessions?q=nobody&lang=en").text.contains("Nothing here contains"))
        let past = try browser.get("\(path)/sessions?state=past&lang=en").text
        #expect(past.contains(">guest<") && !past.contains("home-17") && !past.contains("p.customer"))
    }

    @Test("A list that is old says so", arguments: [(minutes: 10, isOld: false), (20, true)] as [(Int64, Bool)])
    func old(minutes: Int64, isOld: Bool) throws {
        let (office, browser, path) = try Self.office()
        defer { withExtendedLifetime(office) {} }
        office.clock.advance(by: .minutes(minutes))
        let page = try browser.get("\(path)/sessions?lang=en").text
        #expect(page.contains("has not answered since") == isOld && page.contains("home-17"))
    }

    @Test("Traffic is drawn with its gap, told in words, and summed by the ISP's own days", arguments: Engine.available)
    func traffic(engine: Engine) throws {
        let (office, browser, path) = try Self.office(engine)
        defer { withExtendedLifetime(office) {} }
        for (tag, word) in [("en", "Last 24 hours"), ("sw", "Saa 24 zilizopita")] {
            let page = try browser.get("\(path)/traffic?lang=\(tag)")
            #expect(page.status == 200 && page.text.contains(word) && page.text.contains("class=\"gap\""))
            #expect(!page.text.contains("{{") && !page.text.contains(" style=") && !page.text.contains("<b>\"Duka"))
        }
        let page = try browser.get("\(path)/traffic?lang=en").text
        #expect(page.contains("Not read for 3 hours") && page.contains("Mbit/s") && page.contains("47 °C"))
        #expect(page.contains("<option value=\"ether1\" selected>"), "the busiest is shown first")
        #expect(page.components(of: "<svg class=\"plot\"") == 4)
        let ppp = try browser.get("\(path)/traffic?series=ppp%3A&lang=en").text
        #expect(ppp.contains("<option value=\"ppp:\" selected>") && ppp.contains("Download"))
        #expect(try browser.get("\(path)/traffic?series=nothing").status == 200)
    }

    @Test("A router that was never read shows no empty drawing")
    func never() throws {
        let office = try Office(.sqlite)
        defer { withExtendedLifetime(office) {} }
        let browser = try office.browser(as: office.mtaani.admin.login)
        let path = "/office/routers/\(office.mtaani.router.id)"
        #expect(try browser.get("\(path)/traffic?lang=en").text.contains("Nothing has been counted yet"))
        #expect(try browser.get("\(path)/sessions?lang=en").text.contains("Nobody has asked this router yet"))
    }

    @Test("Another provider's router is nowhere, nor its events", arguments: Engine.available)
    func otherTenant(engine: Engine) throws {
        let (office, _, path) = try Self.office(engine)
        defer { withExtendedLifetime(office) {} }
        let other = try office.browser(as: office.pwani.admin.login)
        for part in ["/sessions", "/sessions?state=past", "/sessions/events", "/traffic"] {
            #expect(try other.get(path + part).status == 404, "\(part)")
        }
        let seller = try office.browser(as: office.mtaani.seller.login)
        for part in ["/sessions", "/sessions/events", "/traffic"] {
            #expect(try seller.get(path + part).status == 403, "\(part)")
        }
    }

    @Test(
        "The top of a drawing is a round number",
        arguments: [(0, 2), (1, 2), (2, 2), (3, 4), (9, 10), (10, 10), (11, 20), (61, 80), (81, 100), (2_100, 4_000)]
            as [(Int64, Int64)])
    func limit(value: Int64, limit: Int64) {
        #expect(TrafficChart.roundLimit(value) == limit)
    }

    @Test("Lines stop at gaps; a single slot is a dash, and nothing leaves the drawing")
    func gaps() {
        let chart = TrafficChart(
            lines: [.init(style: "a", values: [1, 2, nil, 3, nil, 900, 4], isFilled: false)],
            isKnown: [true, true, false, true, false, true, true], limit: 4, limitLabel: "<4>", halfLabel: "2",
            ticks: [])
        let svg = chart.svg
        #expect(svg.components(of: "class=\"line a\"") == 3 && svg.components(of: "class=\"gap\"") == 2)
        #expect(svg.contains("d=\"M30 250L35 250L40 250\"") && svg.contains("&lt;4&gt;"))
    }
}

extension String {
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
