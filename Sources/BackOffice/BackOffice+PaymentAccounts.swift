import HTTPServer
import Locales
import MobileMoney
import Payments
import SQL
import Telemetry
import Templates
import Tenancy
import Values

extension BackOffice {
    /// The accounts with providers, and what each is missing.
    func paymentAccounts(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        let (views, counts) = try store.read(.tenant(tenant)) { transaction in
            let views = try transaction.railAccounts(of: tenant).map { try accountView($0, transaction) }
            return (views, try tabCounts(tenant, transaction))
        }
        return desk.page(
            desk.pages.paymentAccounts,
            tabs(Addresses.paymentAccounts, counts, desk).merging([
                "hasAccounts": .flag(!views.isEmpty),
                "accounts": .list(
                    views.map { view in
                        AccountSheet(desk: desk, view: view).row
                    }),
            ]))
    }

    /// The empty form of an account with M-PESA.
    func newPaymentAccount(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        return accountForm(AccountForm(), try interfaces(visit.tenant.id), desk, problem: nil)
    }

    /// Makes the account and tries its keys at once, or shows the form again with what is wrong.
    func makePaymentAccount(_ request: Request) throws -> Response {
        let desk = desk(request, at: Addresses.newPaymentAccount)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let form = AccountForm(try request.form())
        let interfaces = try interfaces(visit.tenant.id)
        let account: RailAccount
        do throws(AccountRefusal) {
            account = accounts.account(try form.order(interfaces), of: visit.tenant.id)
        } catch {
            return accountForm(form, interfaces, desk, problem: error)
        }
        return .later(within: 40) { [self] resumption in
            Task {
                do {
                    try await accounts.keep(account)
                    log.notice("account.made", ["account.id": .id(account.id), "staff.id": .id(visit.staff.id)])
                    try await accounts.check(account)
                    resumption.finish { [self] in done(.accountMade, at: Addresses.account(account.id)) }
                } catch let refusal as AccountRefusal {
                    resumption.finish { [self] in accountForm(form, interfaces, desk, problem: refusal) }
                } catch {
                    resumption.finish { throw error }
                }
            }
        }
    }

    private func accountForm(
        _ form: AccountForm, _ interfaces: [String], _ desk: Desk, problem: AccountRefusal?
    ) -> Response {
        desk.page(
            desk.pages.newPaymentAccount,
            form.values(interfaces, desk).merging(["onPayments": true]),
            status: problem.map { Problem.status(of: $0.kind) } ?? 200, problem: problem)
    }

    /// The addresses that may be chosen: M-PESA's own, and those that accounts of the tenant have already.
    ///
    /// Staff must not have the gateway call any address they like.
    func interfaces(_ tenant: ID<Tenant>) throws -> [String] {
        let known = try store.read(.tenant(tenant)) { try $0.railAccounts(of: tenant) }.compactMap(accounts.interface)
        let own = [DarajaSettings.production, DarajaSettings.sandbox]
        return known.reduce(into: own) { found, address in
            if !found.contains(address) { found.append(address) }
        }
    }
}
