import Arguments
import MobileMoney
import Payments
import SQL
import Statements
import Tenancy
import Values

/// The command that brings a bank's statement.
enum StatementCommand {
    static let all: [Command] = [
        Command(
            "payments import",
            "Reads a statement of an account: what came in is settled like any other news, and nothing twice.",
            operands: ["FILE"],
            options: [
                .value("tenant", "SLUG", "the tenant", isRequired: true),
                .value("account", "NUMBER", "the account, as `lango payments accounts` lists it", isRequired: true),
                .value("format", "FORMAT", "csv, mt940 or camt053 [recognised by the file's beginning]"),
                .value("columns", "LIST", "csv: what columns are called, such as date=Posted,credit=In,receipt=No"),
                .flag("any-account", "the statement may be of another number"),
                .flag("dry-run", "tells what would be done, and keeps nothing"),
            ] + OperationCommands.common
        ) { try await run($0) }
    ]

    private static func run(_ invocation: Invocation) async throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let account = try account(invocation.required("account"), desk)
        var format: StatementFormat?
        if let text = invocation["format"] {
            format = StatementFormat(rawValue: text)
            guard format != nil else { throw Misuse("--format takes csv, mt940 or camt053") }
        }
        guard let columns = CSVColumns.own(invocation["columns"] ?? "") else {
            throw Misuse("--columns takes pairs such as date=Posted,credit=In; roles are \(CSVColumns.roles)")
        }
        let isTrial = invocation.has("dry-run")
        do {
            let file = try StatementFile(
                path: invocation.operand("FILE"), format: format, in: account.currency, columns: columns)
            let statement = StatementImport(
                file, of: account, in: desk.install.store, takesAnyAccount: invocation.has("any-account"),
                isTrial: isTrial, now: SystemClock.now)
            let report = try await statement.run { Console.complain($0.sentence) }
            show(report, isTrial: isTrial)
            if let trouble = report.trouble { throw trouble }
        } catch let trouble as StatementTrouble {
            throw Misread(description: trouble.sentence)
        }
    }

    /// A statement that cannot be read, or not to its end, in words.
    private struct Misread: Error, CustomStringConvertible {
        let description: String
    }

    private static func account(_ number: String, _ desk: VoucherDesk) throws -> RailAccount {
        let tenant = desk.tenant.id
        let accounts = try desk.install.store.read(.tenant(tenant)) { try $0.railAccounts(of: tenant) }
        let fitting = accounts.filter { $0.shortCode == number || "\($0.rail.rawValue)/\($0.shortCode)" == number }
        guard let account = fitting.first, fitting.count == 1 else {
            throw Misuse("--account is a number that `lango payments accounts` lists, or RAIL/NUMBER where two have it")
        }
        return account
    }

    private static func show(_ report: StatementReport, isTrial: Bool) {
        Console.show("lines\tcount\tsum")
        for (word, tally) in [
            (isTrial ? "to credit" : "credited", report.credited), ("known already", report.known),
            (isTrial ? "to match" : "unmatched", report.unmatched), ("contradicting", report.contradicting),
            ("debits", report.debits), ("reversals", report.reversals),
        ] {
            let sums = tally.sums.sorted { $0.key.code < $1.key.code }
                .map { "\($0.key.code) \(Money(minorUnits: $0.value, in: $0.key).plain)" }
            Console.show("\(word)\t\(tally.count)\t\(sums.joined(separator: " "))")
        }
        Console.show("not completed\t\(report.passed)\t")
        Console.show("broken\t\(report.broken)\t")
        if report.balanced > 0 { Console.show("balances fit their lines\t\(report.balanced)\t") }
        if report.unbalanced > 0 { Console.show("balances do not fit their lines\t\(report.unbalanced)\t") }
    }
}
