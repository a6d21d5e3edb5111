import Arguments
import Ledger
import Locales
import SQL
import Tenancy
import Values

/// Commands for a tenant's books.
enum LedgerCommands {
    private static let common: [Command.Option] =
        [.value("tenant", "SLUG", "the tenant", isRequired: true)] + OperationCommands.common

    static let all: [Command] = [
        Command(
            "ledger trial-balance", "Adds up all accounts by kind; ends with 1 where the books are not sound.",
            options: [.flag("check", "looks through every line too")] + common
        ) { try trialBalance($0) },
        Command(
            "ledger statement", "Shows the lines of an account, newest first.", operands: ["KIND"],
            options: [
                .value("subject", "TEXT", "whose: a phone number for a wallet, a key for the others"),
                .value("before", "NUMBER", "only lines before this one"),
                .value("limit", "NUMBER", "how many lines [50]"),
            ] + common
        ) { try statement($0) },
        Command(
            "ledger close", "Closes the books through a day that is over: nothing is entered into them any more.",
            operands: ["DAY"], options: [.value("by", "NAME", "who closes them", isRequired: true)] + common
        ) { try close($0) },
    ]

    private struct Unsound: Error, CustomStringConvertible {
        let description: String
    }

    private static func trialBalance(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let (tenant, checks) = (desk.tenant.id, invocation.has("check"))
        let (balances, flaws) = try desk.install.store.read(.tenant(tenant)) { transaction in
            let flaws = checks ? try transaction.ledgerFlaws(of: tenant) : (accounts: 0, postings: 0)
            return (try transaction.trialBalances(of: tenant), flaws)
        }
        Console.show("currency\tkind\taccounts\tdebit\tcredit")
        for balance in balances {
            for row in balance.rows {
                Console.show(
                    "\(balance.currency.code)\t\(row.kind.rawValue)\t\(row.accounts)\t\(row.debit.plain)\t\(row.credit.plain)"
                )
            }
            let total = { Money(minorUnits: $0, in: balance.currency).plain }
            Console.show("\(balance.currency.code)\ttotal\t\t\(total(balance.debit))\t\(total(balance.credit))")
        }
        guard balances.allSatisfy({ $0.isBalanced }), flaws.accounts == 0, flaws.postings == 0 else {
            throw Unsound(
                description:
                    "the books are not sound: \(flaws.accounts) accounts and \(flaws.postings) postings do not add up")
        }
    }

    private static func statement(_ invocation: Invocation) throws {
        guard let kind = Account.Kind(rawValue: invocation.operand("KIND")) else {
            let kinds = Account.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw Misuse("KIND takes one of \(kinds)")
        }
        guard let before = Int64(invocation["before"] ?? "\(Int64.max)"), let limit = Int(invocation["limit"] ?? "50"),
            (1...10_000).contains(limit)
        else { throw Misuse("--before and --limit take numbers") }
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let subject = (invocation["subject"] ?? "").filter { kind != .wallet || $0 != "+" }
        let account = Account(kind, subject, in: desk.tenant.currency)
        let tenant = desk.tenant
        let lines = try desk.install.store.read(.tenant(tenant.id)) {
            try $0.statement(of: account, of: tenant.id, before: before, atMost: limit)
        }
        Console.show("line\tday\tentered\tamount\tbalance\tsource\tnote")
        for line in lines {
            let after = Money(
                minorUnits: kind.side == .debit ? line.debitAfter.minorUnits : -line.debitAfter.minorUnits,
                in: account.currency)
            Console.show(
                "\(line.position)\t\(line.day)\t\(tenant.time(line.bookedAt))\t\(line.amount.plain)\t\(after.plain)\t"
                    + "\(line.source.kind)\t\(line.note)")
        }
    }

    private static func close(_ invocation: Invocation) throws {
        guard let day = BookDay(invocation.operand("DAY")) else { throw Misuse("DAY is written as 2026-11-30") }
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let (tenant, now, person) = (desk.tenant, SystemClock.now(), invocation.required("by"))
        let zone = TimeZoneID(validating: tenant.timeZone) ?? .utc
        let today = BookDay(at: now, offset: UTCOffset { zone.offset(at: $0) })
        try desk.install.store.writeNow(.tenant(tenant.id)) {
            try $0.closeBooks(through: day, today: today, by: person, of: tenant.id, at: now)
        }
        Console.show("the books are closed through \(day)")
    }
}
