import Arguments
import HTTPClient
import MobileMoney
import Payments
import Provisioning
import SQL
import Statements
import Tenancy
import Values

/// The command that compares a day with what providers say.
enum ReconcileCommand {
    static let all: [Command] = [
        Command(
            "payments reconcile",
            "Compares a day with what the provider says: its list of the last two days, or a statement. M-PESA's days are "
                + "Nairobi's, MTN's the market's, banks' the tenant's.",
            options: [
                .value("tenant", "SLUG", "the tenant", isRequired: true),
                .value("day", "DAY", "such as 2026-11-30", isRequired: true),
                .value("account", "NUMBER", "one account alone [all whose providers have a list]"),
                .value("statement", "FILE", "a statement of --account; nothing of it is booked"),
            ] + OperationCommands.common
        ) { try await run($0) }
    ]

    /// Days that do not fit make the command fail, so that a script notices.
    private struct Differing: Error, CustomStringConvertible {
        let description = "the days do not fit; see the receipts above"
    }

    private static func run(_ invocation: Invocation) async throws {
        guard invocation["statement"] == nil || invocation["account"] != nil else {
            throw Misuse("--statement wants the --account that it is of")
        }
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let tenant = desk.tenant.id
        let all = try desk.install.store.read(.tenant(tenant)) { try $0.railAccounts(of: tenant) }
        let accounts = all.filter { invocation["account"] == nil || $0.shortCode == invocation["account"] }
        guard !accounts.isEmpty else { throw Misuse("--account is a number that `lango payments accounts` lists") }
        let rails = PaymentRails(desk.install.masterKey, client: HTTPClient(), now: SystemClock.now)
        var isEqual = true
        Console.show("rail\tnumber\tat the provider\there\twithout receipt\tfits")
        for account in accounts {
            let clock = try desk.install.store.read(.tenant(tenant)) { try $0.offset(of: account) }
            guard let day = AccountDay(invocation.required("day"), offset: clock) else {
                throw Misuse("--day takes a day such as 2026-11-30")
            }
            let reconciliation = Reconciliation(of: account, on: day, in: desk.install.store, at: SystemClock.now())
            let comparison: DayComparison
            if let path = invocation["statement"] {
                comparison = try reconciliation.compare(with: StatementFile(path: path, in: account.currency))
            } else if let rail = try rails.rail(of: account) as? any StatementRail {
                comparison = try await reconciliation.compare(with: rail)
            } else {
                Console.show("\(account.rail.rawValue)\t\(account.shortCode)\tno list; bring --statement\t\t\t")
                continue
            }
            let nameless = try desk.install.store.read(.tenant(tenant)) {
                try $0.paymentsWithoutReceipt(on: day, of: account.id, of: tenant)
            }
            show(comparison, of: account, nameless)
            isEqual = isEqual && comparison.isEqual
        }
        if !isEqual { throw Differing() }
    }

    private static func show(_ comparison: DayComparison, of account: RailAccount, _ nameless: [Payment]) {
        let sums = [comparison.theirs, comparison.ours].map { tally in
            let sum = tally.sums[account.currency] ?? 0
            return "\(tally.count) \(account.currency.code) \(Money(minorUnits: sum, in: account.currency).plain)"
        }
        Console.show(
            "\(account.rail.rawValue)\t\(account.shortCode)\t\(sums[0])\t\(sums[1])\t\(nameless.count)\t"
                + (comparison.isEqual ? "yes" : "no"))
        for difference in comparison.differences { Console.show(words(difference)) }
        for payment in nameless { Console.show("\t\(payment.code)\tpaid, but nobody has told its receipt yet") }
    }

    private static func words(_ difference: DayComparison.Difference) -> String {
        switch difference {
        case .missingHere(let name, let money): "\t\(name.number)\t\(money.plain)\tat the provider alone"
        case .missingThere(let name, let money): "\t\(name.number)\t\(money.plain)\there alone"
        case .amount(let name, let ours, let theirs):
            "\t\(name.number)\t\(theirs.plain) at the provider\t\(ours.plain) here"
        case .elsewhere(let name, let money): "\t\(name.number)\t\(money.plain)\there under another day or account"
        }
    }
}
