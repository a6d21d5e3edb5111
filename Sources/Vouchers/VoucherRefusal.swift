package import Entitlements
package import Tenancy
package import Values

/// Why a code that was read correctly does not get a device online.
package enum VoucherRefusal: Refusal, Hashable {
    /// No voucher of this tenant has the code; counts as a guess.
    case unknown
    /// It was used and its time or data is over.
    case usedUp(Entitlement.End, at: Instant)
    /// It lay in a drawer for too long.
    case expired(at: Instant)
    case void
    case notYetValid(from: Instant)
    case otherSite(ID<Site>)
    /// As many devices as it is good for use it already.
    case deviceLimit(Int)
    case outsideSchedule(opens: Instant)
    /// The fair share of the day, week or month is used.
    case fairShareUsed(until: Instant)
    /// Staff keep it from being used.
    case suspended
    /// Too many wrong codes came from here.
    case locked(until: Instant)

    package var kind: RefusalKind {
        switch self {
        case .unknown: .notFound
        case .usedUp, .expired, .void: .gone
        case .notYetValid, .otherSite, .deviceLimit, .outsideSchedule, .fairShareUsed, .suspended: .conflict
        case .locked: .throttled
        }
    }

    package var code: String {
        switch self {
        case .unknown: "voucher.unknown"
        case .usedUp: "voucher.used-up"
        case .expired: "voucher.expired"
        case .void: "voucher.void"
        case .notYetValid: "voucher.not-yet-valid"
        case .otherSite: "voucher.other-site"
        case .deviceLimit: "voucher.device-limit"
        case .outsideSchedule: "voucher.outside-schedule"
        case .fairShareUsed: "voucher.fair-share-used"
        case .suspended: "access.suspended"
        case .locked: "guess.locked"
        }
    }

    package var facts: [String: Fact] {
        switch self {
        case .unknown, .void, .otherSite, .suspended: [:]
        case .usedUp(let reason, let instant): ["reason": .text(reason.rawValue), "at": .instant(instant)]
        case .expired(let instant): ["at": .instant(instant)]
        case .notYetValid(let instant): ["from": .instant(instant)]
        case .deviceLimit(let limit): ["limit": .number(Int64(limit))]
        case .outsideSchedule(let instant): ["opens": .instant(instant)]
        case .fairShareUsed(let instant): ["until": .instant(instant)]
        case .locked(let instant): ["until": .instant(instant)]
        }
    }
}

extension VoucherRefusal {
    /// Why an entitlement lets no device in; nil where it does.
    package init?(_ balance: Balance) {
        switch balance {
        case .live: return nil
        case .paused(let pause):
            switch pause.reason {
            case .hours: self = .outsideSchedule(opens: pause.until)
            case .fairUse: self = .fairShareUsed(until: pause.until)
            }
        case .suspended: self = .suspended
        case .ended(let reason, let instant): self = .usedUp(reason, at: instant)
        }
    }
}
