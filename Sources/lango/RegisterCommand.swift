import Arguments
import HTTPClient
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
        let rails = PaymentRails(desk.install.masterKey, client: HTTPClient(), now: SystemClock.now)
        guard let account = accounts.first(where: { $0.shortCode == invocation.operand("NUMBER") }),
            let daraja = try rails.rail(of: account) as? Daraja
        else { throw Misuse("NUMBER is one of M-PESA's that `lango payments accounts` lists") }
        let road = "\(desk.install.publicURL)/in/c/\(PaymentKeys(desk.install.masterKey).token(of: account.id))"
        try await tell("the addresses") { () async throws(RailError) in
            try await daraja.register(
                confirmation: "\(road)/confirm", validation: "\(road)/validate",
                version: invocation.has("v1") ? .v1 : .v2, rejectsUnasked: invocation.has("reject-unasked"))
        }
        guard let phone else { return }
        try await tell("the list") { () async throws(RailError) in
            try await daraja.registerPull(number: phone, callback: "\(road)/confirm")
        }
        try desk.install.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.readList(of: account.id, of: tenant, at: SystemClock.now())
        }
    }

    private static func tell(_ what: String, _ register: () async throws(RailError) -> Void) async throws {
        do throws(RailError) {
            try await register()
            Console.show("\(what)\tregistered")
        } catch {
            // In production once is for good: a change is asked for at M-PESA's portal.
            guard error.reason == .alreadyRegistered else { throw Declined("\(what): \(error)") }
            Console.show("\(what)\tregistered before; to change it, ask M-PESA to delete the registration first")
        }
    }
}
