import Arguments
import MobileMoney
import Payments
import SQL
import Tenancy
import Values

/// The command that tells M-PESA where money paid by hand is told, and that its list may be asked for.
enum RegisterCommand {
    static let all: [Command] = [
        Command(
            "payments register",
            "Tells M-PESA the addresses of an account, so that what is paid by hand is told, and with --list that its "
                + "list of payments may be read: without either, money whose news is lost is found in statements alone.",
            operands: ["NUMBER"],
            options: [
                .value("tenant", "SLUG", "the tenant", isRequired: true),
                .value("list", "PHONE", "registers the list as well, with the phone that M-PESA knows for the account"),
                .flag("v1", "payers' numbers come as a hash instead of with covered digits"),
                .flag("reject-unasked", "money is refused where no gateway answers a validation"),
            ] + OperationCommands.common
        ) { try await run($0) }
    ]

    private static func run(_ invocation: Invocation) async throws {
        let phone = try invocation["list"].map { try PaymentCommands.phone($0) }
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let tenant = desk.tenant.id
        let accounts = try desk.install.store.read(.tenant(tenant)) { try $0.railAccounts(of: tenant) }
        guard let account = accounts.first(where: { $0.rail == .mpesa && $0.shortCode == invocation.operand("NUMBER") })
        else { throw Misuse("NUMBER is one of M-PESA's that `lango payments accounts` lists") }
        let accountDesk = AccountDesk(desk.install)
        try tell(
            "the addresses",
            await accountDesk.register(
                account, version: invocation.has("v1") ? .v1 : .v2, rejectsUnasked: invocation.has("reject-unasked")))
        guard let phone else { return }
        try tell("the list", await accountDesk.registerList(account, by: phone))
    }

    private static func tell(_ what: String, _ outcome: AccountDesk.Registration) throws {
        switch outcome {
        case .made: Console.show("\(what)\tregistered")
        case .madeBefore:
            Console.show("\(what)\tregistered before; to change it, ask M-PESA to delete the registration first")
        case .refused(let error): throw Declined("\(what): \(error)")
        }
    }
}
