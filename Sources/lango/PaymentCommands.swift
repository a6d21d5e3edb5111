import Arguments
import MobileMoney
import Payments
import Provisioning
import SQL
import Tenancy
import Values
import Vouchers

/// Commands for payments from phones; the running gateway asks phones and settles.
enum PaymentCommands {
    static let common: [Command.Option] =
        [.value("tenant", "SLUG", "the tenant", isRequired: true)] + OperationCommands.common
    static let limit = Command.Option.value("limit", "NUMBER", "how many [50]")
    static let person = Command.Option.value("by", "NAME", "who does it", isRequired: true)

    static let all: [Command] =
        PaymentAccountCommands.all + RegisterCommand.all + StatementCommand.all + ReconcileCommand.all
        + RefundCommands.all + ReviewCommands.all + WalletCommands.all + ProviderCommands.all + [
            Command("payments list", "Lists payments, newest first.", options: [limit] + common) { try list($0) },
            Command("payments show", "Shows one payment and its receipts.", operands: ["CODE"], options: common) {
                try show($0)
            },
            Command(
                "payments unmatched", "Lists money that belongs to nobody yet, oldest first, with what it may be for.",
                options: [limit] + common
            ) { try unmatched($0) },
            Command(
                "payments assign", "Gives money that belongs to nobody to a payment or into a wallet.",
                operands: ["RECEIPT"],
                options: [
                    .value("payment", "CODE", "the payment that it was for"),
                    .value("wallet", "PHONE", "the number whose wallet gets it, such as 254712345678"),
                ] + common
            ) { try assign($0) },
            Command(
                "payments claim", "Puts money into the wallet of the number that paid it, if receipt and number fit.",
                operands: ["RECEIPT"],
                options: [.value("phone", "PHONE", "the number that paid, such as 254712345678", isRequired: true)]
                    + common
            ) { try claim($0) },
        ]

    // MARK: Looking

    private static func list(_ invocation: Invocation) throws {
        try with(invocation) { desk in
            let limit = try limit(invocation)
            show(try read(desk) { try $0.payments(of: desk.tenant.id, atMost: limit) }, desk)
        }
    }

    static func show(_ payments: [Payment], _ desk: VoucherDesk) {
        Console.show("code\tbegan\tamount\tphone\tstate\toutcome\treason\treceipt")
        for payment in payments { Console.show(line(payment, desk.tenant)) }
    }

    private static func show(_ invocation: Invocation) throws {
        try with(invocation) { desk in
            let payment = try payment(invocation.operand("CODE"), desk)
            Console.show(line(payment, desk.tenant))
            let receipts = try read(desk) { try $0.receipts(of: payment.id, of: desk.tenant.id) }
            for receipt in receipts { Console.show(line(receipt, desk.tenant)) }
            if payment.needsReview {
                Console.show(
                    "needs review: what is told of it contradicts itself, or nobody knows; then `lango payments reviewed`"
                )
            }
        }
    }

    private static func unmatched(_ invocation: Invocation) throws {
        try with(invocation) { desk in
            let limit = try limit(invocation)
            let found = try read(desk) { transaction in
                var found: [(PaymentReceipt, [Payment])] = []
                for receipt in try transaction.unassigned(of: desk.tenant.id, atMost: limit) {
                    found.append((receipt, try transaction.suggestions(for: receipt)))
                }
                return found
            }
            Console.show("receipt\tpaid\tamount\tstanding\troad\treference\tname")
            for (receipt, suggestions) in found {
                let codes = suggestions.map(\.code.text).joined(separator: " ")
                Console.show(line(receipt, desk.tenant) + (codes.isEmpty ? "" : "\tperhaps \(codes)"))
            }
        }
    }

    // MARK: Doing

    private static func assign(_ invocation: Invocation) throws {
        try with(invocation) { desk in
            let now = SystemClock.now()
            let receipt = try receipt(invocation, desk)
            switch (invocation["payment"], invocation["wallet"]) {
            case (let code?, nil):
                let payment = try payment(code, desk)
                let settlement = try write(desk) { try $0.assign(receipt, to: payment.id, at: now) }
                Console.show("\(receipt.receipt) is \(settlement.settled.rawValue)")
            case (nil, let text?):
                let phone = try phone(text)
                show(try write(desk) { try $0.assign(receipt, toWalletOf: phone, at: now) }, of: phone)
            default: throw Misuse("Say either --payment or --wallet")
            }
        }
    }

    private static func claim(_ invocation: Invocation) throws {
        try with(invocation) { desk in
            let (now, tenant) = (SystemClock.now(), desk.tenant.id)
            let phone = try phone(invocation.required("phone"))
            guard let receipt = ReceiptNumber(invocation.operand("RECEIPT")) else {
                throw Misuse("RECEIPT is the code in the payer's message")
            }
            let throttle = GuessThrottle(
                of: tenant, device: "terminal", address: "terminal", place: "terminal", at: now)
            let claim = ReceiptClaim(
                tenant: tenant, receipt: receipt, phone: phone, throttle: throttle, now: now)
            show(try write(desk) { try $0.claim(claim) }.get(), of: phone)
        }
    }

    private static func show(_ entered: EnteredReceipt, of phone: PhoneNumber) {
        switch entered {
        case .wallet(_, let money): Console.show("\(money.currency.code) \(money.plain) is in the wallet of \(phone)")
        case .payment(let payment, _): Console.show("it is the money of payment \(payment.code), which is paid")
        }
    }

    // MARK: Reading what was typed

    static func with(_ invocation: Invocation, _ body: (VoucherDesk) throws -> Void) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        try body(desk)
    }

    static func read<Value>(
        _ desk: VoucherDesk, _ body: (borrowing Transaction) throws -> Value
    ) throws -> Value {
        try desk.install.store.read(.tenant(desk.tenant.id), body)
    }

    static func write<Value: Sendable>(
        _ desk: VoucherDesk, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value
    ) throws -> Value {
        try desk.install.store.writeNow(.tenant(desk.tenant.id), body)
    }

    static func limit(_ invocation: Invocation) throws -> Int {
        guard let limit = Int(invocation["limit"] ?? "50"), (1...10_000).contains(limit) else {
            throw Misuse("--limit takes 1 to 10000")
        }
        return limit
    }

    static func phone(_ text: String) throws -> PhoneNumber {
        guard let phone = PhoneNumber(e164: text) ?? PhoneNumber(digits: text) else {
            throw Misuse("a number is written with its country's code, such as 254712345678")
        }
        return phone
    }

    static func payment(_ code: String, _ desk: VoucherDesk) throws -> Payment {
        guard let code = AccountNumber(typed: code),
            let payment = try read(desk, { try $0.payment(named: code, of: desk.tenant.id) })
        else { throw PaymentRefusal.unknown }
        return payment
    }

    private static func receipt(_ invocation: Invocation, _ desk: VoucherDesk) throws -> PaymentReceipt {
        guard let number = ReceiptNumber(invocation.operand("RECEIPT")),
            let receipt = try read(desk, { try $0.receipt(named: number, of: desk.tenant.id) })
        else { throw PaymentRefusal.receiptUnknown }
        return receipt
    }

    // MARK: Showing

    private static func line(_ payment: Payment, _ tenant: Tenant) -> String {
        "\(payment.code)\t\(tenant.time(payment.createdAt))\t\(payment.amount.currency.code) \(payment.amount.plain)\t"
            + "\(payment.phone)\t\(payment.state.rawValue)\t\(payment.outcome.rawValue)\t"
            + "\(payment.reason?.rawValue ?? "")\t\(payment.receipt?.text ?? "")"
    }

    private static func line(_ receipt: PaymentReceipt, _ tenant: Tenant) -> String {
        "\(receipt.receipt)\t\(tenant.time(receipt.paidAt))\t\(receipt.amount.currency.code) \(receipt.amount.plain)\t"
            + "\(receipt.standing.rawValue)\t\(receipt.road.rawValue)\t\(receipt.reference.typed)\t\(receipt.payerName)"
    }
}
