import HTTPServer
import Locales
import MobileMoney
import Payments
import Phones
import SQL
import Telemetry
import Templates
import Tenancy
import Values

extension BackOffice {
    /// One account: what was tried with it, and what is to be done next.
    func paymentAccount(_ request: Request) throws -> Response {
        try accountPage(account(request), desk(request), problem: nil)
    }

    private func accountPage(_ account: RailAccount, _ desk: Desk, problem: (any Refusal)?) throws -> Response {
        let view = try store.read(.tenant(account.tenant)) { try accountView(account, $0) }
        let form = AccountForm(changing: accounts.interface(of: account)).values(try interfaces(account.tenant), desk)
        return desk.page(
            desk.pages.paymentAccount, form.merging(AccountSheet(desk: desk, view: view).values),
            status: problem.map { Problem.status(of: $0.kind) } ?? 200, problem: problem)
    }

    private func account(_ request: Request) throws -> RailAccount {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        guard let id = ID<RailAccount>(request.parameter("account")),
            let account = try store.read(.tenant(tenant), { try $0.railAccount(id, of: tenant) })
        else { throw RequestRefusal.notFound }
        return account
    }

    // MARK: Steps

    /// Tries the keys.
    func checkAccount(_ request: Request) throws -> Response {
        try carryOut(request, .accountChecked) { try await $0.check($1) }
    }

    /// Takes other keys, and tries them.
    func changeAccountKeys(_ request: Request) throws -> Response {
        let account = try account(request)
        let form = AccountForm(try request.form())
        let interfaces = try interfaces(account.tenant)
        let credentials: RailCredentials
        do throws(AccountRefusal) {
            credentials = try form.credentials(interfaces)
        } catch {
            return try accountPage(account, desk(request, at: Addresses.account(account.id)), problem: error)
        }
        return try carryOut(request, .accountChecked) { desk, account in
            try await desk.change(account, to: credentials)
            try await desk.check(account)
        }
    }

    /// Tells M-PESA our addresses, and with a phone that its list may be read.
    func registerAccount(_ request: Request) throws -> Response {
        let account = try account(request)
        let typed = try request.form()["phone"] ?? ""
        guard !typed.isEmpty else {
            return try carryOut(request, .accountRegistered) { _ = try await $0.register($1) }
        }
        let phone: PhoneNumber
        do throws(PhoneFlaw) {
            phone = try TypedPhone.read(typed, region: TypedPhone.region(of: account.currency))
        } catch {
            return try accountPage(account, desk(request, at: Addresses.account(account.id)), problem: error)
        }
        let page = desk(request)
        return try carryOut(request, .accountRegistered) { desk, account in
            guard case .refused(let error) = try await desk.registerList(account, by: phone) else { return }
            throw ProviderRefusal(words: page.words(error.reason.messageKey))
        }
    }

    /// Names who may order that money goes back.
    func nameInitiator(_ request: Request) throws -> Response {
        let account = try account(request)
        let form = try request.form()
        let initiator: DarajaSettings.Initiator
        do throws(AccountRefusal) {
            initiator = try DarajaSettings.Initiator(
                typed: form["name"] ?? "", password: Secret(form["password"] ?? ""),
                certificate: form["certificate"] ?? "")
        } catch {
            return try accountPage(account, desk(request, at: Addresses.account(account.id)), problem: error)
        }
        return try carryOut(request, .initiatorNamed) { try await $0.name(initiator, for: $1) }
    }

    /// Lets no new payments begin on an account, or lets them begin again.
    func openAccount(_ request: Request) throws -> Response {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        let account = try account(request)
        let form = try request.form()
        let opens = form["open"] == "yes"
        if !opens, form["confirm"] != "yes" { throw OfficeRefusal.unconfirmed }
        return .later { [self] resumption in
            store.write(.tenant(account.tenant)) { transaction in
                try transaction.set(account.id, isOpen: opens, of: account.tenant)
            } then: { [self] outcome in
                log.notice("account.set", ["account.id": .id(account.id), "staff.id": .id(visit.staff.id)])
                resumption.finish { [self] in
                    _ = try outcome.get()
                    return done(opens ? .accountOpened : .accountClosed, at: Addresses.account(account.id))
                }
            }
        }
    }

    /// Asks a phone of staff's for the least amount; the page then waits for what becomes of it.
    func testAccount(_ request: Request) throws -> Response {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        let account = try account(request)
        let desk = desk(request, at: Addresses.account(account.id))
        let typed = try request.form()["phone"] ?? ""
        let phone: PhoneNumber
        do throws(PhoneFlaw) {
            phone = try TypedPhone.read(typed, region: TypedPhone.region(of: account.currency))
        } catch {
            return try accountPage(account, desk, problem: error)
        }
        return .later { [self] resumption in
            accounts.tryOut(account, by: phone, in: desk.language.tag, on: keeper) { [self] outcome in
                log.notice("account.tested", ["account.id": .id(account.id), "staff.id": .id(visit.staff.id)])
                resumption.finish { [self] in
                    do {
                        _ = try outcome.get()
                        return .seeOther(Addresses.account(account.id))
                    } catch let refusal as PaymentRefusal {
                        return try accountPage(account, desk, problem: refusal)
                    }
                }
            }
        }
    }

    /// Does what may wait for the provider, and leads back to the account's page, which tells what became of it.
    private func carryOut(
        _ request: Request, _ notice: Notice,
        _ deed: @escaping @Sendable (AccountDesk, RailAccount) async throws -> Void
    ) throws -> Response {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        let account = try account(request)
        let desk = desk(request, at: Addresses.account(account.id))
        return .later(within: 40) { [self] resumption in
            Task {
                do {
                    try await deed(accounts, account)
                    log.notice(
                        "account.changed", ["account.id": .id(account.id), "staff.id": .id(visit.staff.id)])
                    resumption.finish { [self] in done(notice, at: Addresses.account(account.id)) }
                } catch let refusal as any Refusal {
                    resumption.finish { [self] in try accountPage(account, desk, problem: refusal) }
                } catch {
                    resumption.finish { throw error }
                }
            }
        }
    }
}

/// What M-PESA said no to, in the words that are there for it.
private struct ProviderRefusal: Refusal {
    let words: String
    var kind: RefusalKind { .conflict }
    var code: String { "account.refused" }
    var facts: [String: Fact] { ["words": .text(words)] }
}
