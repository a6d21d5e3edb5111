import Arguments
import Locales
import Messages
import Messaging
import SQL
import Tenancy
import Values

/// Commands for messages; the running gateway sends them.
enum MessageCommands {
    private static let common: [Command.Option] =
        [.value("tenant", "SLUG", "the tenant", isRequired: true)] + OperationCommands.common
    private static let limit = Command.Option.value("limit", "NUMBER", "how many [50]")

    static let all: [Command] =
        MessageAccountCommands.all + MessageTemplateCommands.all + [
            Command(
                "messages send", "Sends a message; the running gateway does it.",
                options: [
                    .value("to", "READER", "a number such as 254712345678, or an address", isRequired: true),
                    .value("text", "TEXT", "what it says", isRequired: true),
                    .flag("later", "not in quiet hours"),
                ] + common
            ) { try send($0) },
            Command("messages list", "Lists messages, newest first.", options: [limit] + common) { try list($0) },
            Command(
                "messages show", "Shows one message, what it says, and how it was handed over.", operands: ["MESSAGE"],
                options: common
            ) { try show($0) },
            Command(
                "messages retry", "Sends a message again that came to nothing, or all that failed in the last day.",
                operands: ["[MESSAGE]"], options: [.flag("failed", "all that failed in the last day")] + common
            ) { try retry($0) },
            Command(
                "messages opt-out", "Sends a reader no more notices; receipts and codes go out all the same.",
                operands: ["READER"], options: [.flag("again", "the reader wants notices again")] + common
            ) { try optOut($0) },
            Command(
                "messages quiet", "Sets the hours in which only receipts and codes are sent.",
                options: [
                    .value("from", "HH:MM", "when they begin [21:00]"),
                    .value("until", "HH:MM", "when they end [07:00]"),
                    .flag("none", "no such hours"),
                ] + common
            ) { try quiet($0) },
        ]

    // MARK: Doing

    private static func send(_ invocation: Invocation) throws {
        let reader = try reader(invocation.required("to"))
        let text = try invocation.line("text", maximum: MessagePattern.longest)
        try with(invocation) { desk in
            let (now, tenant) = (SystemClock.now(), desk.tenant.id)
            let order = MessageOrder(
                sealing: .text(text), by: MessageKeys(desk.install.masterKey),
                as: invocation.has("later") ? .notice : .receipt, to: reader, of: tenant, at: now)
            guard let id = try desk.install.store.writeNow(.tenant(tenant), { try $0.ask(for: order) }) else {
                throw Declined(try why(reader, desk))
            }
            let size = reader.channel == .sms ? "\t\(MessageTemplateCommands.size(SMSText(normalising: text)))" : ""
            Console.show("message \(id)\(size)")
        }
    }

    /// Why nothing was asked for.
    private static func why(_ reader: MessageReader, _ desk: VoucherDesk) throws -> String {
        let standing = try desk.install.store.read(.tenant(desk.tenant.id)) {
            try $0.standing(of: reader, of: desk.tenant.id)
        }
        if let reason = standing?.dead {
            return "nothing arrives there (\(reason.rawValue)); `lango messages retry` of its message tries again"
        }
        if standing?.wantsNoNotices == true { return "the reader wants no notices; leave --later out for a receipt" }
        return "there is no account for this; see `lango messages account add`"
    }

    private static func optOut(_ invocation: Invocation) throws {
        let reader = try reader(invocation.operand("READER"))
        try with(invocation) { desk in
            let (now, tenant, wantsNone) = (SystemClock.now(), desk.tenant.id, !invocation.has("again"))
            try desk.install.store.writeNow(.tenant(tenant)) {
                try $0.set(reader, wantsNoNotices: wantsNone, of: tenant, at: now)
            }
            Console.show(wantsNone ? "no more notices go there" : "notices go there again")
        }
    }

    private static func reader(_ typed: String) throws -> MessageReader {
        guard
            let reader = typed.contains("@")
                ? EmailAddress(typed).map({ MessageReader.email($0) })
                : .phone(try PaymentCommands.phone(typed))
        else { throw Misuse("a reader is a number such as 254712345678, or an address such as asha@example.org") }
        return reader
    }

    private static func retry(_ invocation: Invocation) throws {
        let operand = invocation.operand("MESSAGE")
        let typed = operand.isEmpty ? nil : operand
        guard (typed == nil) == invocation.has("failed") else { throw Misuse("Say either MESSAGE or --failed") }
        try with(invocation) { desk in
            let (now, tenant) = (SystemClock.now(), desk.tenant.id)
            var ids = try typed.map { [try id($0)] } ?? []
            if typed == nil {
                ids = try desk.install.store.read(.tenant(tenant)) { try $0.failedMessages(of: tenant, atMost: 10_000) }
                    .filter { $0.createdAt > now - .days(1) && $0.kind != .code }.map(\.id)
            }
            for id in ids {
                try desk.install.store.writeNow(.tenant(tenant)) { try $0.sendAgain(id, of: tenant, at: now) }
            }
            Console.show(ids.count == 1 ? "1 message is sent again" : "\(ids.count) messages are sent again")
        }
    }

    private static func quiet(_ invocation: Invocation) throws {
        var hours: QuietHours?
        if !invocation.has("none") {
            let (from, until) = (invocation["from"] ?? "21:00", invocation["until"] ?? "07:00")
            guard let from = minutes(from), let until = minutes(until),
                let chosen = QuietHours(minutes: from, until: until)
            else { throw Misuse("--from and --until take two different times such as 21:00") }
            hours = chosen
        }
        try with(invocation) { [hours] desk in
            let tenant = desk.tenant.id
            try desk.install.store.writeNow(.tenant(tenant)) { try $0.set(hours, of: tenant) }
            Console.show(hours == nil ? "there are no quiet hours" : "quiet hours are set")
        }
    }

    // MARK: Looking

    private static func list(_ invocation: Invocation) throws {
        guard let limit = Int(invocation["limit"] ?? "50"), (1...10_000).contains(limit) else {
            throw Misuse("--limit takes 1 to 10000")
        }
        try with(invocation) { desk in
            let messages = try desk.install.store.read(.tenant(desk.tenant.id)) {
                try $0.messages(of: desk.tenant.id, atMost: limit)
            }
            Console.show("message\tasked\tkind\treader\tstate\treason\tsegments")
            for message in messages { Console.show(line(message, desk.tenant)) }
        }
    }

    private static func show(_ invocation: Invocation) throws {
        let id = try id(invocation.operand("MESSAGE"))
        try with(invocation) { desk in
            let (tenant, keys) = (desk.tenant, MessageKeys(desk.install.masterKey))
            let found = try desk.install.store.read(.tenant(tenant.id)) { transaction in
                (
                    try transaction.message(id, of: tenant.id), try transaction.attempts(at: id, of: tenant.id),
                    try transaction.senderAccounts(of: tenant.id)
                )
            }
            guard let message = found.0 else { throw MessageRefusal.unknown }
            Console.show(line(message, tenant))
            for attempt in found.1 {
                let account = found.2.first { $0.id == attempt.account }?.name ?? "an account that was removed"
                Console.show(
                    "\(attempt.number)\t\(tenant.time(attempt.beganAt))\t\(account)\t\(attempt.state.rawValue)\t"
                        + "\(attempt.reason?.rawValue ?? "")\t\(attempt.code)")
            }
            if let text = try MessageTemplateCommands.text(message, desk, keys) { Console.show(text) }
        }
    }

    // MARK: Reading what was typed

    private static func with(_ invocation: Invocation, _ body: (VoucherDesk) throws -> Void) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        try body(desk)
    }

    private static func id(_ text: String) throws -> ID<Message> {
        guard let id = ID<Message>(text) else { throw MessageRefusal.unknown }
        return id
    }

    /// Minutes after midnight.
    private static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":").map { Int($0) }
        guard text.utf8.count == 5, parts.count == 2, let hour = parts[0], let minute = parts[1],
            (0...23).contains(hour), (0...59).contains(minute)
        else { return nil }
        return hour * 60 + minute
    }

    private static func line(_ message: Message, _ tenant: Tenant) -> String {
        let reader =
            switch message.reader {
            case .phone(let number): "\(number)"
            case .email(let address): "\(address)"
            }
        return "\(message.id)\t\(tenant.time(message.createdAt))\t\(message.kind.rawValue)\t\(reader)\t"
            + "\(message.state.rawValue)\t\(message.reason?.rawValue ?? "")\t\(message.segments)"
    }
}
