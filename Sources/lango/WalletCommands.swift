import Arguments
import Ledger
import Payments
import SQL
import Tenancy
import Values

/// The command that shows what is kept for a payer.
enum WalletCommands {
    static let all: [Command] = [
        Command(
            "payments wallet",
            "Shows what is kept for a number that paid, and how it came and went, newest first.", operands: ["PHONE"],
            options: [PaymentCommands.limit] + PaymentCommands.common
        ) { try show($0) }
    ]

    private static func show(_ invocation: Invocation) throws {
        try PaymentCommands.with(invocation) { desk in
            let (limit, tenant) = (try PaymentCommands.limit(invocation), desk.tenant)
            let account = Account.wallet(
                of: try PaymentCommands.phone(invocation.operand("PHONE")), in: tenant.currency)
            let (balance, lines) = try PaymentCommands.read(desk) { transaction in
                (
                    try transaction.balance(of: account, of: tenant.id),
                    try transaction.statement(of: account, of: tenant.id, atMost: limit)
                )
            }
            Console.show("balance\t\(balance.currency.code) \(balance.plain)")
            for line in lines {
                let after = line.debitAfter * -1
                Console.show(
                    "\(tenant.time(line.bookedAt))\t\((line.amount * -1).plain)\t\(after.plain)\t"
                        + "\(line.source.kind)\t\(line.source.id)")
            }
        }
    }
}
