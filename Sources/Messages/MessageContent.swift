import JSON
package import Values

/// What a message says: words of its own, or a template with what fills its holes.
package enum MessageContent: Hashable, Sendable {
    case template(MessageTemplate, [String: Fact])
    case text(String)

    /// The form in which it is kept.
    var bytes: [UInt8] {
        switch self {
        case .text(let text): JSON.object(["text": .string(text)]).serialized()
        case .template(let template, let facts):
            JSON.object([
                "template": .string(template.rawValue),
                "facts": .object(
                    JSONObject(facts.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: Self.json($0.value)) })),
            ]).serialized()
        }
    }

    /// Reads what was kept; nil for what no program of ours wrote.
    init?(_ bytes: [UInt8]) {
        // What does not parse is no content; the caller tells it.
        guard let json = try? JSON(parsing: bytes) else { return nil }
        if let text = json["text"]?.text {
            self = .text(text)
            return
        }
        guard let template = json["template"]?.text.flatMap({ MessageTemplate(rawValue: $0) }),
            let members = json["facts"]?.object
        else { return nil }
        var facts: [String: Fact] = [:]
        for member in members { facts[member.key] = Self.fact(member.value) }
        self = .template(template, facts)
    }

    private static func json(_ fact: Fact) -> JSON {
        switch fact {
        case .text(let text): ["text", .string(text)]
        case .number(let number): ["number", .number(number)]
        case .instant(let instant): ["instant", .number(instant.milliseconds)]
        case .span(let span): ["span", .number(span.milliseconds)]
        case .money(let money): ["money", .number(money.minorUnits), .string(money.currency.code)]
        case .volume(let volume): ["volume", .number(volume.bytes)]
        }
    }

    private static func fact(_ json: JSON) -> Fact? {
        let number = json[1]?.integer
        switch json[0]?.text {
        case "text": return json[1]?.text.map { .text($0) }
        case "number": return number.map { .number($0) }
        case "instant": return number.map { .instant(Instant(milliseconds: $0)) }
        case "span": return number.map { .span(Span(milliseconds: $0)) }
        case "volume": return number.map { .volume(DataVolume(bytes: $0)) }
        case "money":
            guard let number, let currency = json[2]?.text.flatMap({ Currency(code: $0) }) else { return nil }
            return .money(Money(minorUnits: number, in: currency))
        default: return nil
        }
    }
}
