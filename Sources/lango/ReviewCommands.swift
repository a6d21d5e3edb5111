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
        Command(
            "payments notices", "Lists what providers posted that came to nothing, newest first, and why.",
            options: [PaymentCommands.limit] + PaymentCommands.common
        ) { try notices($0) },
        Command(
            "payments believe",
            "Believes a notice that nothing confirmed: a person has found its money where the provider shows it.",
            operands: ["NOTICE"], options: [PaymentCommands.person] + PaymentCommands.common
        ) { try believe($0) },
    ]

    private static func reviews(_ invocation: Invocation) throws {
        try PaymentCommands.with(invocation) { desk in
            let limit = try PaymentCommands.limit(invocation)
            PaymentCommands.show(
                try PaymentCommands.read(desk) { try $0.paymentsToReview(of: desk.tenant.id, atMost: limit) }, desk)
        }
    }

    private static func notices(_ invocation: Invocation) throws {
        try PaymentCommands.with(invocation) { desk in
            let (limit, tenant) = (try PaymentCommands.limit(invocation), desk.tenant)
            let (notices, accounts) = try PaymentCommands.read(desk) { transaction in
                (try transaction.vainNotices(of: tenant.id, atMost: limit), try transaction.railAccounts(of: tenant.id))
            }
            Console.show("notice\tcame\taccount\tstate\twhy")
            for notice in notices {
                let account = accounts.first { $0.id == notice.account }
                Console.show(
                    "\(notice.id)\t\(tenant.time(notice.receivedAt))\t\(account?.shortCode ?? "")\t"
                        + "\(notice.state.rawValue)\t\(notice.note)")
            }
        }
    }

    private static func believe(_ invocation: Invocation) throws {
        try PaymentCommands.with(invocation) { desk in
            let (now, person) = (SystemClock.now(), invocation.required("by"))
            guard let notice = ID<StoredNotice>(invocation.operand("NOTICE")) else {
                throw Misuse("NOTICE is the name in the first column of `lango payments notices`")
            }
            let isBelieved = try PaymentCommands.write(desk) {
                try $0.believe(notice, by: person, of: desk.tenant.id, at: now)
            }
            Console.show(isBelieved ? "believed; the gateway settles it now" : "this notice waits for nobody")
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
