import HTTPServer
import Provisioning
import RouterChanges
import RouterOS
import SQL
import Telemetry
import Templates
import Tenancy
import Values

/// Changing routers in three steps: a form, a preview of the exact change, its result.
extension BackOffice {
    /// How long a page waits for a router; a change goes on, and its page tells what became of it.
    private static let changePatience = 70

    /// The router of a request with who asks.
    ///
    /// - Throws: `RequestRefusal.notFound` for another tenant's.
    private func changeDesk(_ request: Request, at path: String? = nil) throws -> (ChangeDesk, Visit) {
        let desk = desk(request, at: path)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        guard let id = ID<Router>(request.parameter("router")),
            let router = try store.read(.tenant(tenant), { try $0.router(id, of: tenant) })
        else { throw RequestRefusal.notFound }
        return (ChangeDesk(desk: desk, router: router), visit)
    }

    /// Answers once a router was talked to.
    private func answering(_ work: @escaping @Sendable () async -> @Sendable () throws -> Response) -> Response {
        .later(within: Self.changePatience) { resumption in
            Task { resumption.finish(await work()) }
        }
    }

    /// A sentence for what kept a router from answering.
    private static func sentence(_ error: any Error) -> String {
        (error as? any CustomStringConvertible)?.description ?? "\(error)"
    }

    // MARK: Look

    /// What can be changed, and what was.
    func changeKinds(_ request: Request) throws -> Response {
        let (place, _) = try changeDesk(request)
        let changes = try changer.journal(of: place.router, atMost: 50)
        let base = Addresses.configuration(place.router.id)
        func link(_ word: String, _ tail: String = "") -> TemplateValues {
            ["href": .text("\(base)/\(word)\(tail)"), "label": .text(place.kind(word))]
        }
        let groups: [TemplateValues] = ChangeRecipe.groups.map { group in
            let specials = ChangeForm.specials.filter {
                $0 == "reboot" ? group.word == "network" : group.word == "customers"
            }
            .map { link($0, "/do") }
            return [
                "label": .text(place.desk.words("change.group.\(group.word)")),
                "kinds": .list(specials + group.recipes.map { link($0.word, $0.isPreset ? "/add" : "") }),
            ]
        }
        let values = place.values(place.desk.words("change.title")).merging([
            "groups": .list(groups), "changes": .list(changes.map { place.item($0) }),
            "hasChanges": .flag(!changes.isEmpty),
        ])
        return place.desk.page(place.desk.pages.changeKinds, values)
    }

    /// The rows of one kind, as they are on the router now.
    func changeRows(_ request: Request) throws -> Response {
        let (place, _) = try changeDesk(request)
        guard let recipe = ChangeRecipe.named(request.parameter("kind")), !recipe.isPreset else {
            throw RequestRefusal.notFound
        }
        let search = String((try request.query("q") ?? "").prefix(100))
        return answering { [self] in
            var sheet: ChangeSheet?
            var trouble: String?
            do {
                sheet = try await changer.sheet(of: recipe, on: place.router, withChoices: false)
            } catch {
                trouble = Self.sentence(error)
            }
            let page = ChangeRowsSheet(place: place, recipe: recipe, sheet: sheet, trouble: trouble, search: search)
            let values = page.values
            return { place.desk.page(place.desk.pages.changeRows, values) }
        }
    }

    // MARK: Step one

    /// The form of a change; removing and restarting need none, and show the preview at once.
    func changeForm(_ request: Request) throws -> Response {
        let (place, visit) = try changeDesk(request)
        guard
            let form = ChangeForm(
                kind: request.parameter("kind"), deed: request.parameter("deed"), row: try request.query("row"))
        else { throw RequestRefusal.notFound }
        if form.rowDeed == .remove || form.kind == "reboot" {
            return answering { [self] in await preview(form, place, visit) }
        }
        return answering { [self] in await formPage(form, [], place) }
    }

    private func formPage(
        _ form: ChangeForm, _ flaws: [ChangeFlaw], _ place: ChangeDesk
    ) async -> @Sendable () throws -> Response {
        var page = ChangeFormSheet(place: place, form: form, sheet: nil, flaws: flaws)
        if let recipe = form.recipe {
            do {
                let sheet = try await changer.sheet(of: recipe, on: place.router, withChoices: true)
                page = ChangeFormSheet(place: place, form: form, sheet: sheet, flaws: flaws)
            } catch {
                page.trouble = Self.sentence(error)
            }
        }
        let (values, status) = (page.values, flaws.isEmpty ? 200 : 422)
        return { place.desk.page(place.desk.pages.changeForm, values, status: status) }
    }

    // MARK: Step two

    /// What a form would do, or the form again with what is wrong beside its fields.
    func previewChange(_ request: Request) throws -> Response {
        let sent = try request.form()
        let (place, visit) = try changeDesk(request, at: Addresses.routers)
        guard let form = ChangeForm(sent) else { throw RequestRefusal.notFound }
        return answering { [self] in await preview(form, place, visit) }
    }

    private func preview(
        _ form: ChangeForm, _ place: ChangeDesk, _ visit: Visit
    ) async -> @Sendable () throws -> Response {
        guard let order = form.order else { return { throw RequestRefusal.notFound } }
        do {
            let plan = try await changer.preview(order, on: place.router)
            return previewPage(plan, form, place, visit)
        } catch let flaws as ChangeFlaws {
            return await formPage(form, flaws.flaws, place)
        } catch {
            var page = ChangeFormSheet(place: place, form: form, sheet: nil)
            page.trouble = Self.sentence(error)
            let values = page.values
            return { place.desk.page(place.desk.pages.changeForm, values, status: 503) }
        }
    }

    private func previewPage(
        _ plan: ChangePlan, _ form: ChangeForm, _ place: ChangeDesk, _ visit: Visit
    ) -> @Sendable () throws -> Response {
        let ticket = ChangeTicket(plan, at: place.desk.now)
        let base = Addresses.configuration(place.router.id, form.kind)
        let row = form.row.map { "?row=\(Addresses.encoded($0))" } ?? ""
        let isDirect = form.rowDeed == .remove || form.kind == "reboot"
        let values = place.values(place.desk.words("change.preview.title")).merging([
            "steps": place.steps(plan.steps), "applyAction": .text(Addresses.configuration(place.router.id, "changes")),
            "ticket": .text(ticket.text(key: formKey, router: place.router.id, session: visit.session)),
            "backHref": .text(isDirect ? Addresses.configuration(place.router.id) : "\(base)/\(form.deed)\(row)"),
        ])
        return { place.desk.page(place.desk.pages.changePreview, values) }
    }

    // MARK: Step three

    /// Makes a change that was previewed; the same form again leads to what the first one did.
    func makeChange(_ request: Request) throws -> Response {
        let sent = try request.form()
        let (place, visit) = try changeDesk(request, at: Addresses.routers)
        let (router, session) = (place.router, visit.session)
        guard
            let ticket = ChangeTicket(
                sent["ticket"] ?? "", key: formKey, router: router.id, session: session, at: place.desk.now)
        else { throw OfficeRefusal.staleForm }
        return answering { [self] in
            do {
                let change = try await changer.apply(
                    ticket.order, on: router, as: ticket.id, expecting: ticket.fingerprint, by: visit.staff.login)
                log.notice(
                    "router.changed",
                    [
                        "router.id": .id(router.id), "staff.id": .id(visit.staff.id), "change.id": .id(change.id),
                        "change.title": .text(change.title), "change.state": .text(change.state.rawValue),
                    ])
                return { .seeOther(place.href(change.id)) }
            } catch let flaws as ChangeFlaws {
                return kindsAgain(flaws.flaws.map { place.sentence($0) }, place, status: 409)
            } catch {
                return kindsAgain([Self.sentence(error)], place, status: 503)
            }
        }
    }

    /// Tells what stood against a change or its undoing, where another can be begun.
    private func kindsAgain(
        _ sentences: [String], _ place: ChangeDesk, status: Int
    ) -> @Sendable () throws -> Response {
        let sheet = ChangeFormSheet(
            place: place, form: ChangeForm.nothing, sheet: nil, trouble: nil)
        let values = sheet.values.merging([
            "title": .text(place.desk.words("change.title")), "canPreview": false, "hasMistakes": true,
            "mistakes": .list(sentences.map { ["text": .text($0)] }), "fields": .list([]),
        ])
        return { place.desk.page(place.desk.pages.changeForm, values, status: status) }
    }

    /// One change: its steps, what became of it, the way back.
    func routerChange(_ request: Request) throws -> Response {
        let (place, visit) = try changeDesk(request)
        guard let id = ID<RouterChange>(request.parameter("change")),
            let change = try changer.change(id, of: visit.tenant.id), change.router == place.router.id
        else { throw RequestRefusal.notFound }
        let isRunning = change.state.isOpen && !change.isAbandoned(at: place.desk.now)
        let undone = change.undoneBy.flatMap { person in
            change.undoneAt.map { at in
                place.desk.words(
                    "change.undone", ["person": .text(person), "when": .text(place.desk.moment(at))])
            }
        }
        let values = place.values(place.what(change)).merging(place.item(change)).merging([
            "note": TemplateValue(change.flaw.map { place.sentence($0) }), "undone": TemplateValue(undone),
            "refreshHref": TemplateValue(isRunning ? place.href(change.id) : nil), "steps": place.steps(change.steps),
        ])
        return place.desk.page(place.desk.pages.change, values)
    }

    /// Takes a change back.
    func undoChange(_ request: Request) throws -> Response {
        let (place, visit) = try changeDesk(request, at: Addresses.routers)
        guard let id = ID<RouterChange>(request.parameter("change")),
            let change = try changer.change(id, of: visit.tenant.id), change.router == place.router.id
        else { throw RequestRefusal.notFound }
        _ = try request.form()
        return answering { [self] in
            do {
                let change = try await changer.undo(id, on: place.router, by: visit.staff.login)
                log.notice(
                    "router.change-undone",
                    [
                        "router.id": .id(place.router.id), "staff.id": .id(visit.staff.id), "change.id": .id(id),
                        "change.state": .text(change.state.rawValue),
                    ])
                let isUndone = change.state == .undone
                return { [self] in
                    isUndone ? done(.changeUndone, at: place.href(id)) : .seeOther(place.href(id))
                }
            } catch let flaws as ChangeFlaws {
                return kindsAgain(flaws.flaws.map { place.sentence($0) }, place, status: 409)
            } catch {
                return kindsAgain([Self.sentence(error)], place, status: 503)
            }
        }
    }
}
