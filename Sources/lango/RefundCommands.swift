import Arguments
import MobileMoney
import Payments
import Provisioning
import SQL
import Tenancy
import Values

/// Commands for money that goes back; every one of them takes two people.
enum RefundCommands {
    static let all: [Command] = [
        Command(
            "payments refund", "Asks for a payment to be given back; another person must confirm it.",
            operands: ["CODE"],
            options: [.value("reason", "TEXT", "why", isRequired: true), PaymentCommands.person]
                + PaymentCommands.common
        ) { try refund($0) },
        Command(
            "payments refunds", "Lists refunds that wait for a second person or the provider, and those that failed.",
            options: [PaymentCommands.limit] + PaymentCommands.common
        ) { try refunds($0) },
        Command(
            "payments confirm",
            "Confirms a refund: the payment is taken back, and what was bought ends, once the money went back. One that the "
                + "provider was asked about in vain: --by-hand where you saw that the money went back.",
            operands: ["REFUND"],
            options: [
                .value("into", "PLACE", "wallet, or provider where M-PESA or MTN sends it back [wallet]"),
                .value(
                    "by-hand", "REFERENCE",
                    "any rail: you sent it back yourself; the number of that payment, or of the cash receipt"),
                .flag(
                    "payout",
                    "provider: a new payment to the payer's phone instead of taking the old one back; MTN's only way"),
                PaymentCommands.person,
            ] + PaymentCommands.common
        ) { try confirm($0) },
        Command(
            "payments decline", "Declines a refund, or says of an unknown one that no money went back.",
            operands: ["REFUND"],
            options: [PaymentCommands.person] + PaymentCommands.common
        ) { try decline($0) },
    ]

    private static func refunds(_ invocation: Invocation) throws {
        try PaymentCommands.with(invocation) { desk in
            let limit = try PaymentCommands.limit(invocation)
            Console.show("refund\tasked\tstate\tby\tway\twhat is wrong\treason")
            for refund in try PaymentCommands.read(desk, { try $0.openRefunds(of: desk.tenant.id, atMost: limit) }) {
                Console.show(
                    "\(refund.id)\t\(desk.tenant.time(refund.askedAt))\t\(refund.state.rawValue)\t\(refund.askedBy)\t"
                        + "\(refund.way?.rawValue ?? "")\t\(refund.flaw)\t\(refund.reason)")
            }
        }
    }

    private static func refund(_ invocation: Invocation) throws {
        try PaymentCommands.with(invocation) { desk in
            let now = SystemClock.now()
            let (reason, person) = (invocation.required("reason"), invocation.required("by"))
            let payment = try PaymentCommands.payment(invocation.operand("CODE"), desk)
            let refund = try PaymentCommands.write(desk) {
                try $0.askRefund(of: payment, because: reason, by: person, at: now)
            }
            Console.show("\(refund.id)\twaits for another person")
        }
    }

    private static func confirm(_ invocation: Invocation) throws {
        switch (invocation["by-hand"], invocation["into"]) {
        case (nil, "provider"): try approve(invocation)
        case (nil, nil), (nil, "wallet"): try confirm(invocation, into: .wallet)
        case (let text?, nil):
            guard let reference = ReceiptNumber(text) else {
                throw Misuse("--by-hand takes a number of 4 to 40 letters, digits and hyphens")
            }
            try confirm(invocation, into: .byHand, reference: reference)
        default: throw Misuse("--into takes wallet or provider; --by-hand stands alone")
        }
    }

    private static func confirm(
        _ invocation: Invocation, into target: Refund.Target, reference: ReceiptNumber? = nil
    ) throws {
        try PaymentCommands.with(invocation) { desk in
            let (now, person, id) = (SystemClock.now(), invocation.required("by"), try refundID(invocation))
            _ = try PaymentCommands.write(desk) {
                try $0.confirmRefund(
                    id, by: person, into: target, reference: reference, of: desk.tenant.id, at: now)
            }
            Console.show(target == .wallet ? "given back into the wallet" : "taken back in the books")
        }
    }

    private static func approve(_ invocation: Invocation) throws {
        try PaymentCommands.with(invocation) { desk in
            let (now, person, id) = (SystemClock.now(), invocation.required("by"), try refundID(invocation))
            let keys = PaymentKeys(desk.install.masterKey)
            let way: GiveBack.Way = invocation.has("payout") ? .payout : .reversal
            try PaymentCommands.write(desk) {
                try $0.approveRefund(id, by: person, way: way, keys: keys, of: desk.tenant.id, at: now)
            }
            Console.show(
                "under way: the running gateway tells the provider; `lango payments refunds` shows what became of it")
        }
    }

    private static func decline(_ invocation: Invocation) throws {
        try PaymentCommands.with(invocation) { desk in
            let (now, person, id) = (SystemClock.now(), invocation.required("by"), try refundID(invocation))
            guard try PaymentCommands.write(desk, { try $0.declineRefund(id, by: person, of: desk.tenant.id, at: now) })
            else {
                throw PaymentRefusal.notRefundable
            }
            Console.show("declined")
        }
    }

    private static func refundID(_ invocation: Invocation) throws -> ID<Refund> {
        guard let id = ID<Refund>(invocation.operand("REFUND")) else {
            throw Misuse("REFUND is a key that `lango payments refunds` lists")
        }
        return id
    }
}
