package import Values

/// Who gave out a Kenyan mobile number; its owner may have taken it to another operator since.
///
/// Source of the prefixes: Communications Authority of Kenya, "Telecommunication Numbering Plan", October 2019, with
/// those that operators announced since. What is not listed is unknown, not wrong.
package enum KenyanOperator: String, Hashable, Sendable, CaseIterable {
    case safaricom
    case airtel
    case telkom
    case equitel
    case faiba

    /// Nil for a number of another country, a fixed line, and a prefix that is not listed.
    package init?(of number: PhoneNumber) {
        guard number.digits.hasPrefix("254"), number.digits.utf8.count == 12,
            let prefix = Int(number.digits.dropFirst(3).prefix(3)),
            let match = Self.prefixes.first(where: { $0.prefixes.contains(prefix) })
        else { return nil }
        self = match.operator
    }

    /// The name that its customers know.
    package var name: String {
        switch self {
        case .safaricom: "Safaricom"
        case .airtel: "Airtel"
        case .telkom: "Telkom"
        case .equitel: "Equitel"
        case .faiba: "Faiba"
        }
    }

    /// Whether its customers have M-PESA, which is Safaricom's.
    package var hasMpesa: Bool { self == .safaricom }

    /// The first three digits after the country's code.
    // swift-format-ignore
    private static let prefixes: [(prefixes: ClosedRange<Int>, operator: Self)] = [
        (100...109, .airtel),    (110...119, .safaricom), (700...729, .safaricom), (730...739, .airtel),
        (740...743, .safaricom), (745...746, .safaricom), (747...747, .faiba),     (748...748, .safaricom),
        (750...756, .airtel),    (757...759, .safaricom), (762...762, .airtel),    (763...766, .equitel),
        (768...769, .safaricom), (770...779, .telkom),    (780...789, .airtel),    (790...799, .safaricom),
    ]
}
