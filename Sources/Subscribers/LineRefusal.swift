package import Values

/// Why something cannot be done with a line.
package enum LineRefusal: Refusal, Hashable {
    case unknown
    /// A line that is not closed has the name.
    case nameTaken(String)
    /// The name is empty, too long, or has characters that a modem's form may not take.
    case nameUnfit
    case passwordUnfit
    /// Another line behind the same router has the address.
    case addressTaken(IPv4Address)
    case addressUnfit
    case deviceUnfit
    /// Kind, package or router is missing, or is none of those that there are.
    case incomplete
    /// A line without a login needs its address.
    case addressMissing
    /// A line without a login has no password.
    case passwordless
    /// The package ends by connected time, by data, by a fair share or by hours of the week, which lines are not measured by.
    case packageUnfit(String)
    case closed
    case suspendedAlready
    /// It is neither suspended nor over.
    case runsAlready

    package var kind: RefusalKind {
        switch self {
        case .unknown: .notFound
        case .nameUnfit, .passwordUnfit, .addressUnfit, .deviceUnfit, .incomplete, .addressMissing, .passwordless,
            .packageUnfit:
            .invalid
        case .nameTaken, .addressTaken, .suspendedAlready, .runsAlready: .conflict
        case .closed: .gone
        }
    }

    package var code: String {
        switch self {
        case .unknown: "line.unknown"
        case .nameTaken: "line.name-taken"
        case .nameUnfit: "line.name-unfit"
        case .passwordUnfit: "line.password-unfit"
        case .addressTaken: "line.address-taken"
        case .addressUnfit: "line.address-unfit"
        case .deviceUnfit: "line.device-unfit"
        case .incomplete: "line.incomplete"
        case .addressMissing: "line.address-missing"
        case .passwordless: "line.passwordless"
        case .packageUnfit: "line.package-unfit"
        case .closed: "line.closed"
        case .suspendedAlready: "line.suspended-already"
        case .runsAlready: "line.runs-already"
        }
    }

    package var facts: [String: Fact] {
        switch self {
        case .nameTaken(let name), .packageUnfit(let name): ["name": .text(name)]
        case .addressTaken(let address): ["address": .text(address.description)]
        default: [:]
        }
    }
}
