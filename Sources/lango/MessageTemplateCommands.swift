import Arguments
import Locales
import Messages
import Messaging
import SQL
import Tenancy
import Values

/// Commands for the words of messages.
enum MessageTemplateCommands {
    private static let common: [Command.Option] =
        [
            .value("tenant", "SLUG", "the tenant", isRequired: true),
            .value("language", "TAG", "such as en or sw [the tenant's]"),
        ] + OperationCommands.common

    static let all: [Command] = [
        Command("messages template list", "Lists the messages there are, with what can stand in them.", options: common)
        {
            try list($0)
        },
        Command(
            "messages template set", "Gives a message your own words, or takes ours again without --text.",
            operands: ["NAME"], options: [.value("text", "TEXT", "with holes such as {amount}")] + common
        ) { try set($0) },
        Command(
            "messages template preview", "Shows a message with sample values, and how many SMS it takes.",
            operands: ["NAME"], options: [.value("text", "TEXT", "other words, to try them")] + common
        ) { try preview($0) },
    ]

    private static func list(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let words = MessageWords(desk.install.locales)
        Console.show("name\tlanguage\twords\tsegments\tholes")
        for template in MessageTemplate.allCases {
            let own = try ownWords(template, desk)
            let sample = sample(template, own, desk, words)
            let holes = words.holes(of: template).map { "{\($0)}" }.joined(separator: " ")
            Console.show(
                "\(template.rawValue)\t\(desk.language)\t\(own == nil ? "ours" : "own")\t\(sample.segments)\t\(holes)")
        }
    }

    private static func set(_ invocation: Invocation) throws {
        let template = try template(invocation)
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let words = MessageWords(desk.install.locales)
        let pattern = try invocation["text"].map { try MessagePattern($0, holes: words.holes(of: template)) }
        let (tenant, language, now) = (desk.tenant.id, desk.language, SystemClock.now())
        try desk.install.store.writeNow(.tenant(tenant)) {
            try $0.set(template, pattern, in: language, of: tenant, at: now)
        }
        show(sample(template, pattern?.text, desk, words))
    }

    private static func preview(_ invocation: Invocation) throws {
        let template = try template(invocation)
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let words = MessageWords(desk.install.locales)
        let tried = try invocation["text"].map { try MessagePattern($0, holes: words.holes(of: template)).text }
        show(sample(template, try tried ?? ownWords(template, desk), desk, words))
    }

    private static func show(_ sample: SMSText) {
        Console.show(sample.text)
        Console.show(size(sample))
    }

    /// `152 characters, 1 SMS`, or why there are more.
    static func size(_ text: SMSText) -> String {
        let alphabet = text.alphabet == .gsm7 ? "" : " of 70, since a letter is not in the phones' first alphabet"
        return "\(text.units) characters, \(text.segments) SMS\(alphabet)"
    }

    /// What a message says; nil for a code, which nobody looks at.
    static func text(_ message: Message, _ desk: VoucherDesk, _ keys: MessageKeys) throws -> String? {
        guard message.kind != .code, let content = message.content(keys) else { return nil }
        let words = MessageWords(desk.install.locales)
        let language = words.language(of: message, desk.tenant)
        var own: String?
        if case .template(let template, _) = content {
            own = try desk.install.store.read(.tenant(desk.tenant.id)) {
                try $0.ownWords(for: template, in: language, of: desk.tenant.id)
            }
        }
        return words.text(content, of: desk.tenant, own: own, in: language)
    }

    private static func template(_ invocation: Invocation) throws -> MessageTemplate {
        guard let template = MessageTemplate(rawValue: invocation.operand("NAME")) else {
            let names = MessageTemplate.allCases.map(\.rawValue).joined(separator: ", ")
            throw Misuse("there is no message \(invocation.operand("NAME")); there are: \(names)")
        }
        return template
    }

    private static func ownWords(_ template: MessageTemplate, _ desk: VoucherDesk) throws -> String? {
        try desk.install.store.read(.tenant(desk.tenant.id)) {
            try $0.ownWords(for: template, in: desk.language, of: desk.tenant.id)
        }
    }

    private static func sample(
        _ template: MessageTemplate, _ own: String?, _ desk: VoucherDesk, _ words: MessageWords
    ) -> SMSText {
        SMSText(
            normalising: words.text(
                .template(template, MessageTemplate.samples), of: desk.tenant, own: own, in: desk.language))
    }
}
