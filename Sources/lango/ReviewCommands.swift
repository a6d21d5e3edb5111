import Arguments
import Payments
import SQL
import Tenancy
import Values

/// Commands for payments at which a person must look.
enum ReviewCommands {
    static let all: [Command] = [
        Command(
            "payments reviews", "Lists payments at which a person must look, oldest first.",
            options: [PaymentCommands.limit] + PaymentCommands.common
        ) { try reviews($0) },
        Command(
            "payments reviewed", "Notes that a person has looked at a payment and set right what was to be set right.",
            operands: ["CODE"], options: [PaymentCommands.person] + PaymentCommands.common
        ) { try reviewed($0) },
    ]

    private static func reviews(_ invocation: Invocation) throws {
        try PaymentCommands.with(invocation) { desk in
            let limit = try PaymentCommands.limit(invocation)
            PaymentCommands.show(
                try PaymentCommands.read(desk) { try $0.paymentsToReview(of: desk.tenant.id, atMost: limit) }, desk)
        }
    }

    private static func reviewed(_ invocation: Invocation) throws {
        try PaymentCommands.with(invocation) { desk in
            let (now, person) = (SystemClock.now(), invocation.required("by"))
            let payment = try PaymentCommands.payment(invocation.operand("CODE"), desk)
            let isNoted = try PaymentCommands.write(desk) {
                try $0.review(payment.id, by: person, of: desk.tenant.id, at: now)
            }
            Console.show(isNoted ? "noted" : "nobody has to look at \(payment.code)")
        }
    }
}
