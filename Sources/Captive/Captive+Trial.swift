import Catalog
import Entitlements
import Guests
import HTTPServer
import Locales
import Phones
import SQL
import Templates
import Tenancy
import Values
import Vouchers

extension Captive {
    /// One package to be tried for nothing, and a field for the number of whoever tries it.
    func trial(_ request: Request) throws -> Response {
        let place = try place(request)
        let handover = try Handover(query: request, at: place)
        guard handover.mac != nil else { throw CaptiveRefusal.unknownDevice }
        let offer = try place.trial(named: try request.query("offer") ?? "")
        return place.trialPage(place.pages(place.language(request, handover)), handover, offer)
    }

    /// Begins a trial: one write, then the page that waits for the router, or the one that waits for the code that was sent.
    func takeTrial(_ request: Request) throws -> Response {
        let place = try place(request)
        let form = try request.form()
        let handover = try Handover(form: form, at: place)
        let pages = place.pages(place.language(request, handover))
        guard let mac = handover.mac, let router = place.router(named: handover.identity) else {
            throw CaptiveRefusal.unknownDevice
        }
        let offer = try place.trial(named: form["offer"] ?? "")
        let typed = form["phone"] ?? ""
        let phone: PhoneNumber
        do throws(PhoneFlaw) {
            phone = try TypedPhone.read(typed, region: TypedPhone.region(of: place.tenant.currency))
        } catch {
            return place.trialPage(pages, handover, offer, phone: typed, problem: error)
        }
        let (tenant, now) = (place.tenant.id, now())
        let wish = TrialRequest(
            offer, at: GrantPlace(router: router.id, mac: mac), phone: phone,
            code: form["code"].map { text in text.filter { $0.isASCII && $0.isNumber } },
            in: place.language(request, handover).tag, keys: guestKeys, messages: messageKeys,
            throttle: GuessThrottle(
                of: tenant, device: "\(mac)", address: request.clientAddress, place: "\(place.site.id)", at: now),
            now: now, offset: place.offset)
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                try transaction.admit(transaction.tryOut(wish), at: handover.address, of: tenant, on: now)
            } then: { outcome in
                if case .success(.success(let admission)) = outcome { admitted(admission, handover, place) }
                resumption.finish {
                    switch try outcome.get() {
                    case .success(let admission):
                        .seeOther(connectionPath(admission, isProven: true, handover, place))
                    case .failure(let refusal):
                        place.refusedTrialPage(pages, handover, offer, phone: typed, refusal)
                    }
                }
            }
        }
    }
}

extension Place {
    /// A package that may be tried here.
    fileprivate func trial(named text: String) throws(TrialRefusal) -> Package {
        guard let id = ID<Package>(text), let offer = packages[id], offer.isListed, offer.trial != nil else {
            throw .notOffered
        }
        return offer
    }

    fileprivate func trialPage(
        _ pages: CaptivePages, _ handover: Handover, _ offer: Package, phone: String = "",
        asksCode: Bool = false, problem: (any Refusal)? = nil
    ) -> Response {
        var values = CaptivePages.values(of: offer, locales, pages.language)
        values["label"] = .text(CaptivePages.trialLabel(offer, locales, pages.language))
        values["offer"] = .text(offer.id.description)
        values["phone"] = .text(phone)
        values["asksCode"] = .flag(asksCode)
        values["sent"] = .text(
            locales.format(
                "trial.code.hint", pages.language,
                [("phone", .text(phone)), ("minutes", .number(TrialProof.span.milliseconds / 60_000))]))
        values["otherNumberHref"] = .text("\(path)/trials?offer=\(offer.id)&\(handover.onward)")
        values["pageHref"] = .text(path + "/trials")
        values["query"] = .text("offer=\(offer.id)&\(handover.query)")
        values["backHref"] = .text("\(path)?other=1&\(handover.onward)")
        words(of: problem, pages.language, into: &values)
        let status = problem.map { Problem.status(of: $0.kind) } ?? 200
        return html(pages.trial, values, status: status, carrying: handover)
    }

    /// Whoever had the trial is led to vouchers and packages; others may type the code, correct or wait.
    fileprivate func refusedTrialPage(
        _ pages: CaptivePages, _ handover: Handover, _ offer: Package, phone: String, _ refusal: TrialRefusal
    ) -> Response {
        switch refusal {
        case .used: loginPage(pages, handover, code: nil, problem: refusal)
        case .codeSent: trialPage(pages, handover, offer, phone: phone, asksCode: true)
        case .codeWrong: trialPage(pages, handover, offer, phone: phone, asksCode: true, problem: refusal)
        case .notOffered, .outsideSchedule, .locked, .codeOver, .codesSpent:
            trialPage(pages, handover, offer, phone: phone, problem: refusal)
        }
    }
}
