import Catalog
import Entitlements
import Guests
import HTTPServer
import Locales
import Templates
import Tenancy
import Values
import Vouchers

/// How the pages of a place are filled in: plain values in, a page out.
extension Place {
    func loginPage(
        _ pages: CaptivePages, _ handover: Handover, code: String?, problem: (any Refusal)?,
        on buffer: ByteBuffer = ByteBuffer(capacity: Place.ordinaryPage)
    ) -> Response {
        var values = TemplateValues()
        if let code { values["code"] = .text(problem == nil ? asPrinted(code) : code) }
        values["tried"] = .flag(problem is TrialRefusal)
        var status = 200
        if let problem {
            words(of: problem, pages.language, into: &values)
            status = Problem.status(of: problem.kind)
        }
        return html(pages.login, values, status: status, carrying: handover, on: buffer)
    }

    func welcomeBackPage(
        _ pages: CaptivePages, _ handover: Handover, _ entitlement: Entitlement, _ remainder: Remainder,
        token: String, now: Instant, problem: (any Refusal)?
    ) -> Response {
        var values = TemplateValues()
        allowance(entitlement, remainder, pages.language, now, into: &values)
        values["formToken"] = .text(token)
        values["otherCodeHref"] = .text("\(path)?other=1&\(handover.onward)")
        words(of: problem, pages.language, into: &values)
        return html(pages.welcomeBack, values, carrying: handover)
    }

    func endedPage(
        _ pages: CaptivePages, _ handover: Handover, _ entitlement: Entitlement, _ reason: Entitlement.End,
        at instant: Instant
    ) -> Response {
        var values = TemplateValues()
        values["timeUp"] = .flag(reason == .timeUp)
        values["dataUp"] = .flag(reason == .dataUsed)
        values["stopped"] = .flag(reason == .withdrawn)
        let facts: [(String, Fact)] = [
            ("package", .text(packages[entitlement.package]?.name ?? "")), ("at", .instant(instant)),
        ]
        values["summary"] = .text(locales.format("ended.summary", pages.language, facts, zone: zone))
        return html(pages.ended, values, carrying: handover)
    }

    /// What a device sees whose access goes on later: outside its hours, or with its fair share used.
    func pausedPage(
        _ pages: CaptivePages, _ handover: Handover, _ entitlement: Entitlement, _ pause: Pause
    ) -> Response {
        var values = TemplateValues()
        values["outsideHours"] = .flag(pause.reason == .hours)
        values["fairShareUsed"] = .flag(pause.reason == .fairUse)
        let facts: [(String, Fact)] = [
            ("package", .text(packages[entitlement.package]?.name ?? "")), ("until", .instant(pause.until)),
        ]
        values["summary"] = .text(locales.format("paused.summary", pages.language, facts, zone: zone))
        return html(pages.ended, values, carrying: handover)
    }

    /// What a device sees whose access staff keep from being used.
    func suspendedPage(_ pages: CaptivePages, _ handover: Handover, _ entitlement: Entitlement) -> Response {
        var values: TemplateValues = ["suspended": true]
        let facts: [(String, Fact)] = [
            ("package", .text(packages[entitlement.package]?.name ?? "")), ("provider", .text(tenant.name)),
        ]
        values["summary"] = .text(locales.format("suspended.summary", pages.language, facts, zone: zone))
        return html(pages.ended, values, carrying: handover)
    }

    func statusPage(
        _ pages: CaptivePages, _ handover: Handover, _ entitlement: Entitlement, _ remainder: Remainder,
        devices: Int, token: String, isProven: Bool, mayBeOffline: Bool, now: Instant
    ) -> Response {
        var values = TemplateValues()
        allowance(entitlement, remainder, pages.language, now, into: &values)
        values["timePercent"] = TemplateValue(timePercent(entitlement, remainder))
        values["dataPercent"] = TemplateValue(
            percent(remainder.data.limit?.bytes, of: entitlement.dataLimit.limit?.bytes))
        values["devices"] = .text(
            locales.format(
                "status.devices.used", pages.language,
                [("used", .number(Int64(devices))), ("allowed", .number(Int64(entitlement.deviceLimit)))]))
        values["formToken"] = .text(token)
        values["isProven"] = .flag(isProven)
        values["mayBeOffline"] = .flag(mayBeOffline)
        if entitlement.deviceLimit > 1 {
            let query = handover.onward.isEmpty ? "" : "?\(handover.onward)"
            values["guestHref"] = TemplateValue(isProven ? "\(path)/guests/\(token)\(query)" : nil)
            values["needsCode"] = .flag(!isProven)
        }
        values["routerLogoutHref"] = .text(site.hotspotURL + "/logout?erase-cookie=true")
        values["mac"] = TemplateValue(handover.mac?.description)
        values["dst"] = TemplateValue(handover.wanted)
        values["chosen"] = TemplateValue(handover.language?.tag)
        let left = remainder.time.limit?.milliseconds ?? .max
        values["refreshSeconds"] = .text(String(max(1, min(30, left / 1_000 + 1))))
        return html(pages.status, values, carrying: handover)
    }

    func loggedOutPage(
        _ pages: CaptivePages, _ handover: Handover, _ entitlement: Entitlement?, now: Instant
    ) -> Response {
        var values: TemplateValues = [
            "pageHref": .text(path + "/logged-out"),
            "loginHref": .text(site.hotspotURL + "/"),
        ]
        if let entitlement, case .live(let remainder) = entitlement.balance(at: now) {
            allowance(entitlement, remainder, pages.language, now, into: &values)
        }
        return html(pages.loggedOut, values, carrying: handover)
    }

    /// The page behind a QR code: which Wi-Fi to join, and the doors of the routers that may let the phone in.
    func joinPage(
        _ pages: CaptivePages, code: String, sites: [Site], _ doors: [(name: String, href: String)]
    ) -> Response {
        let connect = locales.plain("login.connect", pages.language) ?? ""
        var networks: [String] = []
        for site in sites where !networks.contains(site.networkName) { networks.append(site.networkName) }
        return html(
            pages.join,
            [
                "pageHref": "", "query": "", "siteName": TemplateValue(sites.count == 1 ? sites[0].name : nil),
                "code": .text(asPrinted(code)), "ssid": .text(networks.joined(separator: " · ")),
                "severalNetworks": .flag(networks.count > 1), "severalDoors": .flag(doors.count > 1),
                "doors": .list(
                    doors.map {
                        ["href": .text($0.href), "label": .text(doors.count == 1 ? connect : $0.name)] as TemplateValues
                    }),
            ])
    }

    /// A code as the voucher shows it, where it reads as one; else as it came.
    private func asPrinted(_ code: String) -> String {
        for format in formats {
            if let known = (try? TypedCode(code, formats: [format]))?.candidates.first { return format.printed(known) }
        }
        return code
    }

    /// Bytes that most pages fit into.
    static var ordinaryPage: Int { 12_288 }

    func html(
        _ page: ReadyPage, _ values: TemplateValues, status: Int = 200, carrying handover: Handover? = nil,
        on buffer: ByteBuffer = ByteBuffer(capacity: Place.ordinaryPage)
    ) -> Response {
        if let handover {
            page.render(values, into: buffer) { hole, page in handover.write(hole, to: page) }
        } else {
            page.render(values, into: buffer)
        }
        return .html(buffer, status: status, securedBy: security)
    }

    private func allowance(
        _ entitlement: Entitlement, _ remainder: Remainder, _ language: Language, _ now: Instant,
        into values: inout TemplateValues
    ) {
        values["packageName"] = .text(packages[entitlement.package]?.name ?? tenant.name)
        values["timeLeft"] = TemplateValue(
            remainder.time.limit.map { locales.words(.span($0.inWholeMinutes), language) })
        values["dataLeft"] = TemplateValue(remainder.data.limit.map { locales.words(.volume($0), language) })
        values["pace"] = TemplateValue(pace(entitlement.pacing, language))
        let end = entitlement.wallEnd(at: now)
        values["endsAt"] = TemplateValue(end.map { locales.words(.instant($0), language, zone: zone) })
    }

    /// A sentence on what changes the speed at present: a boost, or fair use.
    private func pace(_ pacing: Pacing, _ language: Language) -> String? {
        if let boost = pacing.boost {
            let facts: [(String, Fact)] = [
                ("speed", .text(boost.rate.rate.download.text + "bit/s")), ("until", .instant(boost.until)),
            ]
            return locales.format("status.boost", language, facts, zone: zone)
        }
        guard pacing.isBeyondFairUse, let fairUse = pacing.fairUse else { return nil }
        var facts: [(String, Fact)] = [("volume", .volume(fairUse.volume))]
        if case .throttle(let rate) = fairUse.deed { facts.append(("speed", .text(rate.rate.download.text + "bit/s"))) }
        if let until = pacing.fairUntil { facts.append(("until", .instant(until))) }
        let deed = if case .throttle = fairUse.deed { "slower" } else { "used" }
        let name = "status.fair-use.\(deed)" + (pacing.fairUntil == nil ? "" : ".until")
        return locales.format(name, language, facts, zone: zone)
    }

    private func timePercent(_ entitlement: Entitlement, _ remainder: Remainder) -> String? {
        guard let left = remainder.time.limit else { return nil }
        let whole =
            entitlement.onlineLimit.limit ?? entitlement.endsAt.map { $0 - entitlement.startsAt }
        return percent(left.milliseconds, of: whole?.milliseconds)
    }

    private func percent(_ part: Int64?, of whole: Int64?) -> String? {
        guard let part, let whole, whole > 0 else { return nil }
        return String(max(0, min(100, Int64(Double(part) / Double(whole) * 100))))
    }

    /// The title and the advice of a refusal in the person's language.
    func words(of problem: (any Refusal)?, _ language: Language, into values: inout TemplateValues) {
        guard let problem else { return }
        var facts = problem.facts
        // Pages tell the time by the minute; a door that opens at 18:27:40 must not be promised for 18:27.
        if case .instant(let instant)? = facts["until"] {
            facts["until"] = .instant(instant.inWholeMinutes)
        }
        values["error"] = .text(locales.format("problem.\(problem.code)", language, facts, zone: zone))
        values["advice"] = .text(locales.format("problem.\(problem.code).advice", language, facts, zone: zone))
    }
}

extension Span {
    /// Rounded up to the minute from one minute on: a fresh hour is an hour, and not 59 minutes.
    fileprivate var inWholeMinutes: Span {
        milliseconds <= 60_000 ? self : Span(milliseconds: (milliseconds + 59_999) / 60_000 * 60_000)
    }
}
