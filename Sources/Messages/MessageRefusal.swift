package import Values

/// Why something about messages is not done.
package enum MessageRefusal: Refusal, Hashable {
    /// Empty, too long, or with control characters.
    case templateUnfit
    /// A brace without its other half.
    case templateBroken
    case holeUnknown(String, known: [String])
    /// Only what failed, expired or is in doubt is sent again, and no one-time code.
    case notRepeatable
    case unknown

    package var kind: RefusalKind {
        switch self {
        case .templateUnfit, .templateBroken, .holeUnknown: .invalid
        case .notRepeatable: .conflict
        case .unknown: .notFound
        }
    }

    package var code: String {
        switch self {
        case .templateUnfit: "message.template-unfit"
        case .templateBroken: "message.template-broken"
        case .holeUnknown: "message.hole-unknown"
        case .notRepeatable: "message.not-repeatable"
        case .unknown: "message.unknown"
        }
    }

    package var facts: [String: Fact] {
        guard case .holeUnknown(let name, let known) = self else { return [:] }
        return [
            "name": .text(String(name.prefix(40))), "known": .text(known.map { "{\($0)}" }.joined(separator: ", ")),
        ]
    }
}
