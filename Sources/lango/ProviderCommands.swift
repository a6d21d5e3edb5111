import Arguments
import Crypto
import Documents
import Files
import HTTPClient
import MobileMoney
import Payments
import SQL
import Tenancy
import Values

/// Commands that ask M-PESA about an account; the running gateway takes in what it answers.
enum ProviderCommands {
    static let all: [Command] = [
        Command(
            "payments balance", "Asks M-PESA what an account holds.", operands: ["NUMBER"],
            options: PaymentCommands.common
        ) { try await balance($0) },
        Command(
            "payments status", "Asks M-PESA what became of a payment; a receipt that does not exist takes two minutes.",
            operands: ["RECEIPT"],
            options: [.value("account", "NUMBER", "the paybill or till that was paid", isRequired: true)]
                + PaymentCommands.common
        ) { try await status($0) },
        Command(
            "payments qr", "Writes a code that M-PESA's app reads, for a poster or a bill.", operands: ["NUMBER"],
            options: [
                .value("amount", "MONEY", "how much is paid", isRequired: true),
                .value("reference", "TEXT", "what the payment is for, 12 letters and digits at most", isRequired: true),
                .value("out", "FILE", "a file that ends in .png or .pdf", isRequired: true),
                .flag("force", "replace the file where there is one already"),
            ] + PaymentCommands.common
        ) { try await code($0) },
        Command(
            "payments set-validation",
            "Has M-PESA's question whether money by hand is welcome answered with a no, where no payment of that name "
                + "waits or the amount is another one. M-PESA must have switched External Validation on.",
            operands: ["NUMBER"],
            options: [.flag("off", "all money is welcome, as at the beginning")] + PaymentCommands.common
        ) { try setValidation($0) },
    ]

    /// How long M-PESA takes at most: a receipt that does not exist is told after some eighty-five seconds.
    private static let patience = Span.seconds(150)

    private static func balance(_ invocation: Invocation) async throws {
        let result = try await answer(.balance, invocation, number: invocation.operand("NUMBER"))
        guard let balances = AccountBalances(result) else { throw Declined("M-PESA's answer names no balance") }
        for (name, money) in balances.available.sorted(by: { $0.key < $1.key }) {
            Console.show("\(name)\t\(money.currency.code) \(money.plain)")
        }
    }

    private static func status(_ invocation: Invocation) async throws {
        guard let receipt = ReceiptNumber(invocation.operand("RECEIPT")) else {
            throw Misuse("RECEIPT is the code in the payer's message")
        }
        let result = try await answer(.status(receipt), invocation, number: invocation.required("account"))
        guard let status = TransactionStatus(result) else { throw Declined("M-PESA's answer names no status") }
        let amount = status.facts.amount.map { "\($0.currency.code) \($0.plain)" } ?? ""
        Console.show("receipt\tstate\tamount\tpaid to\tpayer")
        Console.show(
            "\(status.facts.receipt?.text ?? receipt.text)\t\(status.state)\t\(amount)\t\(status.shortCode ?? "")\t"
                + "\(status.payerName ?? "")")
    }

    private static func answer(
        _ question: ProviderQuestion, _ invocation: Invocation, number: String
    ) async throws -> OperationResult {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let account = try account(number, desk)
        let accounts = AccountDesk(desk.install)
        let id: ID<ProviderQuestion>
        do {
            id = try await accounts.ask(question, about: account)
        } catch let error as RailError where error.reason == .initiatorWrong {
            throw Declined("name an initiator first: `lango payments set-initiator`")
        } catch let error as RailError {
            throw Declined("\(error)")
        }
        let answer = try await GatewayAnswer.wait(upTo: patience) {
            try accounts.answer(to: id, of: desk.tenant.id)
        }
        switch answer {
        case nil: throw Declined("no answer came; is `lango serve` running, and does M-PESA reach public-url?")
        case .late: throw Declined("the question waited too long at M-PESA; ask again")
        case .unreadable: throw Declined("M-PESA's answer has a shape that nobody has seen")
        case .told(let result):
            if case .failed(let failure) = result.outcome {
                throw Declined("M-PESA says no (\(failure.code): \(failure.reason.rawValue))")
            }
            return result
        }
    }

    private static func code(_ invocation: Invocation) async throws {
        let path = invocation.required("out")
        guard path.hasSuffix(".png") || path.hasSuffix(".pdf") else {
            throw Misuse("--out takes a file that ends in .png or .pdf")
        }
        guard TextFile.canWrite(path) else { throw Misuse("--out \(path) cannot be written") }
        guard invocation.has("force") || !TextFile.exists(path) else {
            throw Misuse("--out \(path) is there already; choose another name, or replace it with --force")
        }
        guard let reference = AccountReference(invocation.required("reference")) else {
            throw Misuse("--reference has at most 12 letters, digits and hyphens")
        }
        guard let amount = Money(invocation.required("amount"), in: .kes) else {
            throw Misuse("--amount takes a number such as 50")
        }
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let account = try account(invocation.operand("NUMBER"), desk)
        let rails = PaymentRails(desk.install.masterKey, client: HTTPClient(), now: SystemClock.now)
        guard let daraja = try rails.rail(of: account) as? Daraja else { throw PaymentRails.Unusable() }
        let text: String
        do throws(RailError) {
            text = try await daraja.code(merchant: desk.tenant.name, reference: reference, amount: amount)
        } catch { throw Declined("\(error)") }
        guard let picture = Base64.decode(text) else { throw Declined("M-PESA's picture cannot be read") }
        try PicturePage.write(png: picture, title: "\(desk.tenant.name) \(reference)", to: path)
        Console.show("wrote \(path)")
    }

    private static func setValidation(_ invocation: Invocation) throws {
        try PaymentCommands.with(invocation) { desk in
            let account = try account(invocation.operand("NUMBER"), desk)
            let validates = !invocation.has("off")
            try PaymentCommands.write(desk) { try $0.set(account.id, validates: validates, of: account.tenant) }
            Console.show(
                validates
                    ? "\(account.shortCode): money that no payment waits for is refused"
                    : "\(account.shortCode): all money is welcome")
        }
    }

    private static func account(_ number: String, _ desk: VoucherDesk) throws -> RailAccount {
        let accounts = try PaymentCommands.read(desk) { try $0.railAccounts(of: desk.tenant.id) }
        guard let account = accounts.first(where: { $0.rail == .mpesa && $0.shortCode == number }) else {
            throw Misuse("NUMBER is one of M-PESA's that `lango payments accounts` lists")
        }
        return account
    }
}
